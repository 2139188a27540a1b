/** What several panels are made of. */
import type { ComponentChildren, JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";

/** A table in its own frame. Where there is little room a row of many cells is a few lines, each cell beside its head; roles are said since a
 * browser forgets a table that is drawn otherwise. */
export function Table({ caption, heads, rows, numbers = [] }: { caption: string; heads: readonly string[]; rows: readonly (readonly ComponentChildren[])[]; numbers?: readonly number[] }): JSX.Element {
  const used = heads.map((_, n) => n).filter((n) => rows.some((row) => row[n] !== "" && row[n] !== null && row[n] !== undefined));
  const side = (n: number): string | undefined => (numbers.includes(n) ? "number" : undefined);
  return (
    <div class="wide" tabIndex={0} role="region" aria-label={caption}>
      <table role="table" class={used.length > 4 ? "stacked" : undefined}>
        <caption>{caption}</caption>
        <thead role="rowgroup">
          <tr role="row">{used.map((n) => <th key={n} scope="col" role="columnheader" class={side(n)}>{heads[n]}</th>)}</tr>
        </thead>
        <tbody role="rowgroup">
          {rows.map((row, at) => (
            <tr key={at} role="row">{used.map((n) => <td key={n} role="cell" class={side(n)} data-head={heads[n]}>{whole(row[n])}</td>)}</tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** An instant and a length of time are never broken. */
function whole(cell: ComponentChildren): ComponentChildren {
  return typeof cell === "string" && /^(\d{4}-\d\d-\d\d|\d+ (d|h|min|s)\b)/.test(cell) ? <span class="when">{cell}</span> : cell;
}

/** The first few of a list, and a button for the rest. */
export function Some<T>({ all, few, show, what }: { all: readonly T[]; few: number; show: (some: readonly T[]) => JSX.Element; what: string }): JSX.Element {
  const [open, setOpen] = useState(false);
  const shown = open ? all : all.slice(0, few);
  return (
    <>
      {show(shown)}
      {all.length > few && (
        <button type="button" class="quiet" aria-expanded={open} onClick={() => setOpen(!open)}>
          {open ? "Show fewer" : `Show all ${all.length.toLocaleString("en")} ${what}`}
        </button>
      )}
    </>
  );
}

export function Menu({ label, children }: { label: string; children: ComponentChildren }): JSX.Element {
  const close = (target: EventTarget | null): void => {
    const details = (target as Element | null)?.closest("details");
    if (details) details.open = false;
  };
  return (
    <details
      class="menu"
      onKeyDown={(event) => {
        if (event.key !== "Escape") return;
        close(event.currentTarget);
        (event.currentTarget.firstElementChild as HTMLElement).focus();
      }}
      onFocusOut={(event) => {
        if (event.relatedTarget !== null && !event.currentTarget.contains(event.relatedTarget as Node)) close(event.currentTarget);
      }}
      onClick={(event) => {
        if (!(event.target as Element).closest("button")) return;
        (event.currentTarget.firstElementChild as HTMLElement).focus(); // what was pressed is gone in a moment
        close(event.currentTarget);
      }}
    >
      <summary>{label}</summary>
      <div class="items">{children}</div>
    </details>
  );
}

/** A field of a form, with a value that others may change; whoever is in it stays in it. */
export function Field({ name, value, placeholder = "" }: { name: string; value: string; placeholder?: string }): JSX.Element {
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (field.current !== null) field.current.value = value;
  }, [value]);
  return <input ref={field} name={name} placeholder={placeholder} size={20} autocomplete="off" />;
}

/** What a command said instead of a document, in its own lines. */
export function Failure({ text }: { text: string }): JSX.Element {
  return <pre class="failure" tabIndex={0}>{text}</pre>;
}

export function Empty({ children }: { children: ComponentChildren }): JSX.Element {
  return <div class="empty">{children}</div>;
}
