import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { Dialog } from "./dialogs";
import { ACCEPTED, canOpenFolder, fromPicker } from "./intake";
import { Menu } from "./parts";
import { save } from "./saving";
import { fragment } from "./share";
import type { Studio } from "./studio";
import { zip } from "./zip";

export async function download(studio: Studio): Promise<void> {
  const { agreements, data } = studio.project.state;
  const texts = [...agreements].map(([name, text]) => [name, new TextEncoder().encode(text)] as const);
  save("agreement.zip", await zip([...texts, ...data]));
}

async function link(studio: Studio): Promise<string> {
  const here = new URL(location.href);
  here.hash = await fragment(Object.fromEntries(studio.project.state.agreements));
  return here.href;
}

export function Header({ studio, open }: { studio: Studio; open: (dialog: Dialog) => void }): JSX.Element {
  const [shown, show] = useState(false);
  const { project } = studio;
  const empty = project.state.agreements.size === 0 && project.state.data.size === 0;
  return (
    <header class="top">
      <h1>sla <span>studio</span></h1>
      <button type="button" class="burger" aria-expanded={shown} aria-controls="menu" onClick={() => show(!shown)}>Menu</button>
      <nav id="menu" aria-label="Studio" tabIndex={-1} data-shown={shown} onClick={(event) => (event.target as Element).closest("button, a") && show(false)}>
        <Menu label="New">
          <button type="button" onClick={() => studio.begin()}>An empty agreement</button>
          <button type="button" onClick={() => studio.clear()}>From your own export</button>
          {studio.back !== null && <button type="button" onClick={() => studio.back?.()}>Back to what you had</button>}
        </Menu>
        <Menu label="Examples">
          {studio.examples.map((each) => <button key={each.name} type="button" onClick={() => void studio.openExample(each.name)}><strong>{each.title}</strong><span class="soft">{each.about}</span></button>)}
        </Menu>
        <Menu label="Open">
          <label class="item">Files…<input type="file" multiple accept={ACCEPTED} onChange={(event) => void fromPicker(event.currentTarget).then((files) => studio.take(files))} /></label>
          {canOpenFolder() && <button type="button" onClick={() => void studio.openFolder()}>A folder of this machine…</button>}
          {studio.folder !== null && <button type="button" onClick={() => void studio.saveFolder()}>Save into {studio.folder}</button>}
        </Menu>
        <button type="button" disabled={project.state.agreements.size === 0} onClick={() => void link(studio).then((made) => open({ kind: "share", link: made }))}>Share</button>
        <button type="button" disabled={empty} onClick={() => void download(studio)}>Download</button>
        <Menu label="Help">
          <button type="button" onClick={() => studio.tour(0)}>The tour, in ten steps</button>
          <button type="button" onClick={() => open({ kind: "keys" })}>Keys</button>
          <button type="button" onClick={() => open({ kind: "kept" })}>What this browser keeps</button>
          <a href={DOCS} target="_blank" rel="noreferrer">Documentation</a>
        </Menu>
      </nav>
    </header>
  );
}

/** The studio is a folder of the documentation's site; elsewhere the address leads nowhere else than to that. */
const DOCS = "https://github.com/sladsl/sladsl/tree/main/docs";
