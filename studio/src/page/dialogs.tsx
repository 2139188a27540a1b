/** What is asked and told in front of everything; Escape puts it away. */
import type { ComponentChildren, JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { Studio } from "./studio";
import { LONG } from "./share";
import { bytes, counted } from "./words";

export type Dialog =
  | { kind: "name"; title: string; value: string; taken: (name: string) => string | null; give: (name: string) => void }
  | { kind: "share"; link: string }
  | { kind: "kept" }
  | { kind: "keys" };

export function Dialogs({ studio, dialog, close }: { studio: Studio; dialog: Dialog | null; close: () => void }): JSX.Element | null {
  if (dialog === null) return null;
  switch (dialog.kind) {
    case "name":
      return <Name dialog={dialog} close={close} />;
    case "share":
      return <Share studio={studio} link={dialog.link} close={close} />;
    case "kept":
      return <Kept studio={studio} close={close} />;
    case "keys":
      return <Keys close={close} />;
  }
}

function Frame({ title, close, children }: { title: string; close: () => void; children: ComponentChildren }): JSX.Element {
  const shown = useRef<HTMLDialogElement>(null);
  useEffect(() => shown.current?.showModal(), []);
  return (
    <dialog ref={shown} aria-labelledby="dialog-title" onClose={close}>
      <h2 id="dialog-title">{title}</h2>
      {children}
    </dialog>
  );
}

function Name({ dialog, close }: { dialog: Extract<Dialog, { kind: "name" }>; close: () => void }): JSX.Element {
  const [name, setName] = useState(dialog.value);
  const wrong = dialog.taken(name);
  return (
    <Frame title={dialog.title} close={close}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (wrong !== null) return;
          dialog.give(name);
          close();
        }}
      >
        <label>Name of the file <input value={name} onInput={(event) => setName(event.currentTarget.value.trim())} aria-describedby="name-wrong" autocomplete="off" /></label>
        <p id="name-wrong" class="bad" role="status">{wrong ?? ""}</p>
        <p class="choices"><button type="submit" class="main" disabled={wrong !== null}>OK</button> <button type="button" onClick={close}>Cancel</button></p>
      </form>
    </Frame>
  );
}

function Share({ studio, link, close }: { studio: Studio; link: string; close: () => void }): JSX.Element {
  const [copied, setCopied] = useState("");
  const copy = (): void => {
    navigator.clipboard.writeText(link).then(
      () => setCopied("Copied."),
      () => setCopied("It could not be copied: select it and copy it."),
    );
  };
  return (
    <Frame title="Share this agreement" close={close}>
      <p>Whoever has the link can read {studio.project.state.agreements.size === 1 ? "the agreement" : `the ${studio.project.state.agreements.size} files of the agreement`}. <strong>No data are in it</strong>: no lead, no file of yours. It is in the part of the address that a browser sends to no server.</p>
      <label>Link <input readOnly value={link} onFocus={(event) => event.currentTarget.select()} /></label>
      {link.length > LONG && <p class="soft">It has {link.length.toLocaleString("en")} characters, and some mail programs cut long links: Download is safer.</p>}
      <p class="choices"><button type="button" class="main" onClick={copy}>Copy</button> <button type="button" onClick={close}>Close</button> <span role="status">{copied}</span></p>
    </Frame>
  );
}

function Kept({ studio, close }: { studio: Studio; close: () => void }): JSX.Element {
  const { agreements, data, keepsData } = studio.project.state;
  const [forgotten, setForgotten] = useState(false);
  const texts = [...agreements.values()].reduce((sum, text) => sum + text.length, 0);
  const size = [...data.values()].reduce((sum, content) => sum + content.length, 0);
  return (
    <Frame title="What this browser keeps" close={close}>
      {forgotten ? <p role="status">Everything is forgotten. What is open here stays until the page is closed, and is kept again once you change it.</p> : (
        <ul>
          <li>The text of the agreement ({counted(agreements.size, "file")}, {bytes(texts)}){studio.project.borrowed ? ", once you change it: this one is an example or from a link" : ", after every change"}.</li>
          <li>Data: {keepsData ? `${counted(data.size, "file")}, ${bytes(size)}` : "none; they are gone when the page is closed"}.</li>
          <li>The studio itself, so that it opens without a network.</li>
        </ul>
      )}
      <p>All of it stays in this browser on this machine, and whoever uses this browser can open it.</p>
      <label class="check">
        <input
          type="checkbox"
          checked={keepsData}
          onChange={(event) => {
            setForgotten(false);
            studio.project.borrowed = false;
            studio.project.set({ keepsData: event.currentTarget.checked });
            studio.project.keep();
          }}
        />{" "}
        Also keep the data
      </label>
      <p class="choices">
        <button type="button" class="danger" onClick={() => void studio.project.forget().then(() => setForgotten(true))}>Forget everything</button>{" "}
        <button type="button" onClick={close}>Close</button>
      </p>
    </Frame>
  );
}

const KEYS: readonly (readonly [string, string])[] = [
  ["F6, Shift+F6", "to the next part of the page, and back: menu, agreement, results, status"],
  ["Ctrl+Space", "what can stand here"],
  ["F2", "rename what the cursor is on, everywhere"],
  ["F12", "to where it is declared"],
  ["Shift+F12", "where it is used"],
  ["Shift+Alt+F", "format the agreement"],
  ["F8", "to the next problem"],
  ["Ctrl+F", "find and replace"],
  ["Ctrl+/", "make a line a comment, or no comment"],
  ["Ctrl+Z, Ctrl+Y", "undo and redo"],
  ["Ctrl+S", "download, or save into the folder that is open"],
];

function Keys({ close }: { close: () => void }): JSX.Element {
  return (
    <Frame title="Keys" close={close}>
      <dl class="facts">{KEYS.map(([key, what]) => <><dt>{key}</dt><dd>{what}</dd></>)}</dl>
      <p class="soft">On a Mac it is Cmd instead of Ctrl. Tab leaves the editor, as it leaves any field.</p>
      <p class="choices"><button type="button" onClick={close}>Close</button></p>
    </Frame>
  );
}
