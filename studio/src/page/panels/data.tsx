/** The files of data: what is in them, which source reads them, and where others are put. They stay in this browser. */
import type { JSX } from "preact";
import { useMemo, useState } from "preact/hooks";
import { ACCEPTED, fromPicker } from "../intake";
import { Table } from "../parts";
import { preview } from "../preview";
import { sources } from "../project";
import type { Studio } from "../studio";
import { base, bytes, counted } from "../words";

export function Data({ studio }: { studio: Studio }): JSX.Element {
  const { data, agreements } = studio.project.state;
  const readBy = sources(agreements);
  const missing = [...readBy].filter(([file]) => ![...data.keys()].some((name) => base(name) === file));
  return (
    <section>
      <h2>Data</h2>
      <label class="drop">
        <strong>Drop files here, or choose them</strong>
        <span class="soft">CSV, TSV, JSON Lines or XLSX, as your CRM exports them. They stay on this machine: the page has no server.</span>
        <input type="file" multiple accept={ACCEPTED} onChange={(event) => void fromPicker(event.currentTarget).then((files) => studio.take(files))} />
      </label>
      {missing.length > 0 && (
        <p class="wanted">The agreement also reads {missing.map(([file, source], n) => <>{n > 0 && ", "}<code>{file}</code> ({source})</>)}, which {missing.length === 1 ? "is" : "are"} not here.</p>
      )}
      {[...data].map(([name, content]) => <File key={name} studio={studio} name={name} content={content} source={readBy.get(base(name))} />)}
      {data.size > 0 && <Draft studio={studio} names={[...data.keys()]} />}
    </section>
  );
}

function File({ studio, name, content, source }: { studio: Studio; name: string; content: Uint8Array; source: string | undefined }): JSX.Element {
  const seen = useMemo(() => preview(name, content), [name, content]);
  return (
    <article class="file">
      <h3>{name}</h3>
      <p class="soft">
        {bytes(content.length)}{seen !== null && `, ${counted(seen.rows, "row")}, ${counted(seen.heads.length, "column")}`}; {source === undefined ? "no source of the agreement reads it" : <>read by the source <code>{source}</code></>}
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

/** What `sla init` needs to be told: which file has a row per lead. */
function Draft({ studio, names }: { studio: Studio; names: readonly string[] }): JSX.Element {
  const [first, setFirst] = useState(names[0] ?? "");
  const chosen = names.includes(first) ? first : (names[0] ?? "");
  return (
    <form
      class="asked"
      onSubmit={(event) => {
        event.preventDefault();
        void studio.draft([chosen, ...names.filter((name) => name !== chosen)]);
      }}
    >
      <label>
        A row per lead is in{" "}
        <select value={chosen} onChange={(event) => setFirst(event.currentTarget.value)}>
          {names.map((name) => <option key={name}>{name}</option>)}
        </select>
      </label>
      <button type="submit">Write a draft for these files</button>
    </form>
  );
}
