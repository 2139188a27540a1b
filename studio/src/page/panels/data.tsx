/** The files of data: what is in them, which source reads them, and where others are put. They stay in this browser. */
import type { JSX } from "preact";
import { useEffect, useMemo, useState } from "preact/hooks";
import { ACCEPTED, fromPicker, inOrder } from "../intake";
import { Table } from "../parts";
import { preview } from "../preview";
import { reads, sources, type Read } from "../project";
import type { Studio } from "../studio";
import { bytes, counted } from "../words";
import { partsOf, type Part } from "../workbook";

export function Data({ studio }: { studio: Studio }): JSX.Element {
  const { data, agreements } = studio.project.state;
  const all = sources(agreements);
  const missing = all.filter((each) => ![...data.keys()].some((name) => reads(each, name)));
  const parts = useParts(data);
  return (
    <section>
      <h2>Data</h2>
      <label class="drop">
        <strong>Drop files here, or choose them</strong>
        <span class="soft">CSV, TSV, JSON Lines or XLSX, as your CRM exports them. They stay on this machine: the page has no server.</span>
        <input type="file" multiple accept={ACCEPTED} onChange={(event) => void fromPicker(event.currentTarget).then((files) => studio.take(files))} />
      </label>
      {missing.length > 0 && (
        <p class="wanted">The agreement also reads {missing.map(({ path, source }, n) => <>{n > 0 && ", "}<code>{path}</code> ({source})</>)}, which {missing.length === 1 ? "is" : "are"} not here.</p>
      )}
      {[...data].map(([name, content]) => <File key={name} studio={studio} name={name} content={content} sources={all.filter((each) => reads(each, name))} />)}
      {parts.length > 0 && <Draft key={parts.map((each) => each.address).join("\n")} studio={studio} parts={parts} />}
    </section>
  );
}

/** What a draft can be made of; nothing until that is known. */
function useParts(data: ReadonlyMap<string, Uint8Array>): readonly Part[] {
  const [known, setKnown] = useState<{ data: typeof data; parts: readonly Part[] } | null>(null);
  useEffect(() => void partsOf(data).then((parts) => setKnown({ data, parts })), [data]);
  return known?.data === data ? known.parts : [];
}

function File({ studio, name, content, sources: own }: { studio: Studio; name: string; content: Uint8Array; sources: readonly Read[] }): JSX.Element {
  const { agreements } = studio.project.state;
  const seen = useMemo(() => preview(name, content), [name, content]);
  return (
    <article class="file">
      <h3>{name}</h3>
      <p class="soft">
        {bytes(content.length)}{seen !== null && `, ${counted(seen.lines, "line")}, ${counted(seen.heads.length, "column")}`}; {agreements.size === 0 ? "there is no agreement yet" : own.length === 0 ? "no source of the agreement reads it" : <>read by {own.map(({ source, sheet }, n) => <>{n > 0 && ", "}<code>{source}</code>{sheet !== null && ` (sheet ${sheet})`}</>)}</>}
      </p>
      {seen !== null && (
        <details>
          <summary>The first rows of {name}</summary>
          <Table caption={name} heads={seen.heads} rows={seen.first} />
        </details>
      )}
      <button type="button" class="quiet" onClick={() => studio.project.removeData(name)}>Remove<span class="heard"> {name}</span></button>
    </article>
  );
}

/** What `sla init` needs to be told: what is read, and what has a row per lead. */
function Draft({ studio, parts }: { studio: Studio; parts: readonly Part[] }): JSX.Element {
  const [read, setRead] = useState<ReadonlySet<string>>(() => new Set(parts.filter((part) => part.filled).map((part) => part.address)));
  const [first, setFirst] = useState("");
  const addresses = inOrder(parts.map((part) => part.address).filter((address) => read.has(address)));
  const chosen = read.has(first) ? first : (addresses[0] ?? "");
  const tick = (address: string, on: boolean): void => setRead(new Set([...read].filter((each) => each !== address).concat(on ? [address] : [])));
  return (
    <form
      class="draft"
      onSubmit={(event) => {
        event.preventDefault();
        void studio.draft([chosen, ...addresses.filter((address) => address !== chosen)]);
      }}
    >
      {parts.length > 1 && (
        <fieldset>
          <legend>What a draft is made of</legend>
          {parts.map(({ address, filled }) => (
            <label key={address} class="check">
              <input type="checkbox" checked={read.has(address)} onChange={(event) => tick(address, event.currentTarget.checked)} /> {said(address)}{!filled && <span class="soft"> (empty)</span>}
            </label>
          ))}
        </fieldset>
      )}
      <p class="asked">
        <label>
          A row per lead is in{" "}
          <select value={chosen} onChange={(event) => setFirst(event.currentTarget.value)}>
            {addresses.map((address) => <option key={address} value={address}>{said(address)}</option>)}
          </select>
        </label>
        <button type="submit" disabled={addresses.length === 0}>Write a draft</button>
      </p>
    </form>
  );
}

/** A file, or a sheet of a workbook. */
function said(address: string): string {
  const [, book = "", sheet] = /^(.*?\.xls[xm])#(.*)$/is.exec(address) ?? [];
  return sheet === undefined ? address : `${book}, sheet ${sheet}`;
}
