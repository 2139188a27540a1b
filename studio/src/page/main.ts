/** The page begins: what was open is opened, two workers are made ready, and what changes is shown. */
import { h, render } from "preact";
import { beginService, keepAll, PythonWorker } from "../python";
import { App } from "./app";
import { download } from "./header";
import { Editors } from "./editor";
import { freeName } from "./names";
import { Folder, fromDrop, inOrder, MOST, sorted, type Given } from "./intake";
import { Judging } from "./judging";
import { Mirror } from "./mirror";
import { isAgreement, isData, placed, Project, type Panel } from "./project";
import { opened } from "./share";
import type { Example, Studio } from "./studio";
import { Typing, uriOf } from "./typing";
import { ofOtherEncoding } from "./preview";
import { base } from "./words";
import { partsOf } from "./workbook";

const BEGINNING = `agreement "Our agreement":
  between marketing "Marketing" and sales "Sales"
  zone "UTC"
`;

/** What spreadsheets in the West write where they do not write UTF-8. */
const WINDOWS = "windows-1252";

class Page implements Studio {
  readonly project = new Project();
  readonly editors: Editors;
  readonly judging: Judging;
  typing: Typing | null = null;
  examples: readonly Example[] = [];
  loading = "Python";
  broken = "";
  version = "";
  step: number | null = null;
  side: Studio["side"] = "agreement";
  back: (() => void) | null = null;
  readonly #root = document.getElementById("studio")!;
  #mirror: Mirror | null = null;
  #folder: Folder | null = null;
  #drawing = false;
  #mirroring: ReturnType<typeof setTimeout> | null = null;

  constructor() {
    this.editors = new Editors(() => this.typing, (name, text) => this.project.text(name, text));
    this.judging = new Judging(this.project, () => this.#errors());
    this.judging.onChange = () => this.refresh();
    this.project.onChange(() => this.#changed());
  }

  get folder(): string | null {
    return this.#folder?.name ?? null;
  }

  // --- drawing

  refresh(): void {
    if (this.#drawing) return;
    this.#drawing = true;
    requestAnimationFrame(() => {
      this.#drawing = false;
      render(h(App, { studio: this }), this.#root);
    });
  }

  #edition = -1;
  #changed(): void {
    if (this.project.edition !== this.#edition) {
      this.#edition = this.project.edition;
      if (this.#mirroring !== null) clearTimeout(this.#mirroring);
      this.#mirroring = setTimeout(() => void this.#tellTyping(), 300);
    }
    this.judging.soon();
    this.refresh();
  }

  /** How many errors there are; null until the language server has said so of the text as it stands. */
  #errors(): number | null {
    if (this.typing === null || !this.typing.settled) return null;
    return [...this.typing.problems.values()].flat().filter((each) => each.severity === "error").length;
  }

  // --- the language server

  async start(): Promise<void> {
    const onLoading = ({ what }: { what: string }): void => {
      this.loading = what;
      this.refresh();
    };
    const typing = new PythonWorker({ serves: true, onLoading });
    const judging = new PythonWorker();
    judging.ready.catch(() => undefined); // it ends as the other does, which says so
    this.#mirror = new Mirror(typing);
    try {
      this.version = `sla ${(await typing.ready).version}`;
      await this.#mirror.write(this.project.state);
    } catch (error) {
      this.broken = error instanceof Error ? error.message : String(error);
      this.judging.fail(this.broken);
      return this.refresh();
    }
    this.typing = new Typing(typing.lsp, (name) => this.#display(name));
    this.typing.onChange = () => {
      this.judging.soon(0);
      this.refresh();
    };
    this.editors.connect();
    this.loading = "";
    this.refresh();
    await judging.ready;
    this.judging.begin(judging);
    keepAll();
  }

  /** What changed, in the folder of the language server: columns and values of data are offered, and files can be imported. */
  async #tellTyping(): Promise<void> {
    if (this.typing === null || this.#mirror === null) return;
    const changed = (await this.#mirror.write(this.project.state)).filter((name) => this.editors.view(name) === null); // texts in an editor it has
    if (changed.length === 0) return;
    this.typing.client.notification("workspace/didChangeWatchedFiles", { changes: changed.map((name) => ({ uri: uriOf(name), type: 2 })) });
    this.typing.soon();
  }

  #display(name: string): ReturnType<Editors["view"]> {
    if (!this.project.state.agreements.has(name)) return null;
    this.project.set({ active: name });
    return this.editors.view(name);
  }

  // --- where one is

  show(panel: Panel): void {
    const shown = document.getElementById("result-panel");
    if (panel !== this.project.state.panel && shown?.contains(document.activeElement)) shown.focus(); // what was pressed is gone in a moment
    this.side = "results";
    this.project.set({ panel });
  }

  goTo(file: string, line: number, column = 1): void {
    const name = this.project.state.agreements.has(file) ? file : [...this.project.state.agreements.keys()].find((each) => base(each) === base(file));
    if (name === undefined) return;
    this.side = "agreement";
    this.project.set({ active: name });
    requestAnimationFrame(() => requestAnimationFrame(() => this.editors.goTo(name, line, column)));
  }

  explain(key: string, record: string | null): void {
    this.judging.row = { key, record };
    this.show("lead");
    this.judging.soon(0);
  }

  tour(step: number | null): void {
    this.step = step;
    this.refresh();
  }

  // --- what is open

  /** How often something else was opened. */
  #opened = 0;

  /** Something else is opened; what was written before can be taken back. */
  #replace(agreements: ReadonlyMap<string, string>, data: ReadonlyMap<string, Uint8Array>, main: string | undefined, borrowed: boolean): void {
    this.#opened += 1;
    const before = this.project.state;
    const { asOf, period, row } = this.judging;
    this.back =
      before.agreements.size === 0 || this.project.borrowed
        ? this.back
        : () => {
            Object.assign(this.judging, { asOf, period, row });
            this.back = null;
            this.project.open(before.agreements, before.data, before.active ?? undefined);
          };
    Object.assign(this.judging, { asOf: "", period: "", row: null, said: {} });
    this.editors.keep(new Set()); // what is undone in one agreement is not the text of another
    this.project.open(agreements, data, main, borrowed);
    this.project.set({ note: null }); // it was of what was open before
  }

  begin(): void {
    this.#replace(new Map([["agreement.sla", BEGINNING]]), new Map(), "agreement.sla", true);
    this.side = "agreement";
  }

  clear(): void {
    this.#replace(new Map(), new Map(), undefined, true);
    this.show("data");
  }

  async openExample(name: string): Promise<void> {
    const example = this.examples.find((each) => each.name === name);
    if (example === undefined) return;
    const fetched = async (file: string): Promise<Uint8Array> => new Uint8Array(await (await fetch(`examples/${name}/${file}`)).arrayBuffer());
    try {
      const texts = await Promise.all(example.agreements.map(async (file) => [file, new TextDecoder().decode(await fetched(file))] as const));
      const data = await Promise.all(example.data.map(async (file) => [file, await fetched(file)] as const));
      this.#replace(new Map(texts), new Map(data), example.main, true);
      this.judging.asOf = example.asOf;
      this.show("verdicts");
    } catch {
      this.project.set({ note: { text: "The example cannot be fetched: there is no network, and this browser has not kept it." } });
    }
  }

  async openLink(): Promise<boolean> {
    if (!location.hash.startsWith("#a=")) return false;
    const agreements = await opened(location.hash);
    history.replaceState(null, "", location.pathname + location.search);
    if (agreements === null) {
      this.project.set({ note: { text: "The link has no agreement in it, or was cut on the way." } });
      return false;
    }
    this.#replace(new Map(Object.entries(agreements)), new Map(), undefined, true);
    const back = this.back;
    const undo = back === null ? {} : { action: { label: "Back to what you had", act: () => back() } };
    this.project.set({ panel: "problems", note: { text: "This agreement came with a link. Links have no data in them: put your own beside it under Data.", ...undo } });
    return true;
  }

  async openFolder(): Promise<void> {
    const folder = await Folder.choose();
    if (folder === null) return;
    const { fit: files, said } = sorted(await folder.files());
    const texts = files.filter((file) => isAgreement(file.name)).map((file) => [file.name, new TextDecoder().decode(file.content)] as const);
    const data = files.filter((file) => isData(file.name)).map((file) => [file.name, file.content] as const);
    if (texts.length === 0 && data.length === 0) return this.project.set({ note: { text: `${folder.name} has neither agreements nor data.` } });
    this.#replace(new Map(texts), new Map(data), undefined, false);
    this.#folder = folder;
    if (texts.length === 0) await this.#firstDraft(new Map(data));
    this.#tellToo(said);
  }

  async saveFolder(): Promise<void> {
    try {
      await this.#folder?.save(this.project.state.agreements);
      this.project.set({ note: { text: `Saved into ${this.folder ?? "the folder"}.` } });
    } catch {
      this.project.set({ note: { text: "The browser may not write into that folder. Download instead." } });
    }
  }

  save(): void {
    if (this.#folder !== null) void this.saveFolder();
    else void download(this);
  }

  // --- what is put in

  async take(files: readonly Given[]): Promise<void> {
    const { fit, said } = sorted(files);
    const data = fit.filter((file) => isData(file.name));
    const texts = fit.filter((file) => isAgreement(file.name));
    const held = [...this.project.state.data.values(), ...data.map((file) => file.content)].reduce((sum, each) => sum + each.length, 0);
    if (held > MOST) {
      return this.project.set({ note: { text: `Together these are more data than a page can hold. On a machine with the command line: sla run ${this.project.judged ?? "agreement.sla"}` } });
    }
    for (const { name, content } of texts) this.project.addAgreement(name, new TextDecoder().decode(content));
    const taken = new Map(data.map(({ name, content }) => [placed(name, this.project.state), content]));
    if (data.length > 0) this.project.addData(taken);
    if (data.length > 0 && this.project.state.agreements.size === 0) await this.#firstDraft(taken);
    else if (data.length > 0) this.show(this.judging.said.run === undefined ? "verdicts" : this.project.state.panel);
    this.#tellToo(said);
  }

  /** What is said of files that are not taken, behind what is said of a draft. */
  #tellToo(said: readonly string[]): void {
    if (said.length === 0) return;
    const { note } = this.project.state;
    this.project.set({ note: { ...note, text: [note?.text, ...said].filter(Boolean).join(" ") } });
  }

  /** A draft at once, but where somebody has to say which sheets are meant. */
  async #firstDraft(data: ReadonlyMap<string, Uint8Array>): Promise<void> {
    const filled = (await partsOf(data)).filter((part) => part.filled).map((part) => part.address);
    const several = [...data.keys()].find((name) => filled.filter((address) => address.startsWith(`${name}#`)).length > 1);
    if (several === undefined) return await this.draft(inOrder(filled.length > 0 ? filled : [...data.keys()]));
    this.project.set({ panel: "data", note: { text: `${base(several)} has several sheets: tick below which of them are read, and choose which has a row per lead.` } });
    this.side = "results";
  }

  async draft(names: readonly string[], encoding = ""): Promise<void> {
    const name = freeName(this.project.state.agreements, "agreement.sla");
    const opened = this.#opened;
    this.project.set({ note: { text: "A first agreement is being written for your files…" } });
    try {
      const ran = await this.judging.run(["init", ...names, "--out", name, "--force", ...(encoding === "" ? [] : ["--encoding", encoding])]);
      if (opened !== this.#opened) return; // it is of files that nobody looks at any more
      if (ran.status !== 0) {
        const other = encoding === "" && names.some((each) => ofOtherEncoding(each, this.project.state.data.get(each)));
        const action = { label: `Read it as ${WINDOWS}`, act: () => void this.draft(names, WINDOWS) };
        return this.project.set({ note: { text: (ran.err || ran.out).trim(), ...(other && { action }) } });
      }
      const text = await this.judging.read(name);
      const alone = names.length === 1 ? "" : ` It was taken that ${names[0]} has a row per lead: if another file has, choose it under Data and write the draft again.`;
      this.project.addAgreement(name, text);
      const [, decide = ""] = /^(.*TODO.*?)(?:;|$)/m.exec(ran.out) ?? [];
      this.project.set({ panel: "verdicts", note: { text: `A first agreement was written: ${name}. ${decide === "" ? "" : `${decide}.`}${alone}` } });
    } catch (error) {
      this.project.set({ note: { text: error instanceof Error ? error.message : String(error) } });
    }
  }
}

// --- keys and files that come over the whole page

function listen(page: Page): void {
  const regions = ["#menu", ".agreement .cm-content, .agreement", "#result-panel", ".tour, .status"];
  addEventListener("keydown", (event) => {
    if (event.key === "s" && (event.ctrlKey || event.metaKey) && !event.shiftKey) {
      event.preventDefault();
      page.save();
    }
    if (event.key !== "F6") return;
    event.preventDefault();
    const parts = regions.map((each) => each.split(", ").map((one) => [...document.querySelectorAll<HTMLElement>(one)].find((found) => found.checkVisibility())).find(Boolean)).filter((each) => each !== undefined);
    const at = parts.findIndex((part) => part.contains(document.activeElement));
    const next = parts[(at + (event.shiftKey ? -1 : 1) + parts.length) % parts.length];
    const inner = next?.id === "menu" ? next.querySelector<HTMLElement>("summary, button") : next;
    inner?.focus();
  });
  addEventListener("dragover", (event) => {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    document.body.classList.add("dropping");
  });
  addEventListener("dragleave", (event) => event.relatedTarget === null && document.body.classList.remove("dropping"));
  addEventListener("drop", (event) => {
    document.body.classList.remove("dropping");
    if (event.dataTransfer === null || event.dataTransfer.files.length === 0) return;
    event.preventDefault();
    void fromDrop(event.dataTransfer).then((files) => page.take(files));
  });
  addEventListener("hashchange", () => void page.openLink());
}

async function begin(): Promise<void> {
  document.getElementById("studio")!.replaceChildren();
  const page = new Page();
  listen(page);
  page.examples = await fetch("examples/index.json").then((answer) => answer.json() as Promise<Example[]>).catch(() => []);
  await page.project.recall();
  await page.openLink();
  page.refresh();
  await beginService();
  await page.start();
  Object.assign(globalThis, { studio: page });
}

void begin();
