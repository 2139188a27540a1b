/** What is open: the texts of agreements, and the files of data beside them. One value; whoever shows it is told when it changes. */
import * as storage from "./storage";
import { base } from "./words";

export type Panel = "problems" | "verdicts" | "lead" | "page" | "review" | "tests" | "data";

/** All that `sla run` reads in a browser. */
const DATA = /\.(csv|tsv|txt|jsonl|ndjson|json|xlsx|xlsm)$/i;

export const isAgreement = (name: string): boolean => /\.sla$/i.test(name);
export const isData = (name: string): boolean => DATA.test(name);

export interface Note {
  text: string;
  /** What else can be done about it. */
  action?: { label: string; act: () => void };
}

export interface ProjectState {
  agreements: ReadonlyMap<string, string>;
  data: ReadonlyMap<string, Uint8Array>;
  active: string | null;
  panel: Panel;
  keepsData: boolean;
  /** What is said above everything until it is put away. */
  note: Note | null;
}

type Listener = () => void;

export class Project {
  state: ProjectState = { agreements: new Map(), data: new Map(), active: null, panel: "problems", keepsData: false, note: null };
  /** Counts what could change a verdict. */
  edition = 0;
  /** Texts of a link are kept once they are changed, so that looking at one loses nothing. */
  borrowed = false;
  readonly #listeners = new Set<Listener>();
  #keeping: ReturnType<typeof setTimeout> | null = null;

  onChange(listener: Listener): void {
    this.#listeners.add(listener);
  }

  set(change: Partial<ProjectState>): void {
    const before = this.state;
    this.state = { ...before, ...change };
    if (this.state.agreements !== before.agreements || this.state.data !== before.data) this.edition += 1;
    for (const listener of this.#listeners) listener();
  }

  /** Everything anew: an example, a link, a folder. */
  open(agreements: ReadonlyMap<string, string>, data: ReadonlyMap<string, Uint8Array>, main?: string, borrowed = false): void {
    this.borrowed = borrowed;
    this.set({ agreements, data, active: main ?? judgedOf(agreements, null) ?? [...agreements.keys()][0] ?? null });
    this.keep();
  }

  text(name: string, text: string): void {
    if (this.state.agreements.get(name) === text) return;
    this.borrowed = false;
    this.set({ agreements: new Map(this.state.agreements).set(name, text) });
    this.keep();
  }

  addAgreement(name: string, text: string): void {
    this.borrowed = false;
    this.set({ agreements: new Map(this.state.agreements).set(name, text), active: name });
    this.keep();
  }

  rename(name: string, to: string): void {
    const renamed = [...this.state.agreements].map(([each, text]) => [each === name ? to : each, text] as const);
    this.set({ agreements: new Map(renamed), active: this.state.active === name ? to : this.state.active });
    this.keep();
  }

  remove(name: string): void {
    const agreements = new Map(this.state.agreements);
    agreements.delete(name);
    this.set({ agreements, active: this.state.active === name ? ([...agreements.keys()][0] ?? null) : this.state.active });
    this.keep();
  }

  addData(files: ReadonlyMap<string, Uint8Array>): void {
    this.set({ data: new Map([...this.state.data, ...files]) });
    this.keep();
  }

  removeData(name: string): void {
    const data = new Map(this.state.data);
    data.delete(name);
    this.set({ data });
    this.keep();
  }

  /** The agreement that is judged: the one that is looked at, if it is one; else the one that is. */
  get judged(): string | null {
    return judgedOf(this.state.agreements, this.state.active);
  }

  // --- what the browser keeps

  keep(): void {
    if (this.borrowed) return;
    if (this.#keeping !== null) clearTimeout(this.#keeping);
    this.#keeping = setTimeout(() => void this.keepNow(), 400);
  }

  async keepNow(): Promise<void> {
    const { agreements, active, keepsData, data } = this.state;
    const kept = storage.keepTexts({ files: Object.fromEntries(agreements), main: active, keepsData });
    if (!kept) return this.set({ note: { text: "This browser keeps nothing, or has no room: what you write is gone when the page is closed. Download it." } });
    try {
      if (keepsData) await storage.keepData(data);
    } catch {
      this.set({ keepsData: false, note: { text: "The browser has no room for the data; only the agreement is kept." } });
    }
  }

  /** What was kept the last time; false where nothing was. */
  async recall(): Promise<boolean> {
    const kept = storage.keptTexts();
    if (kept === null || Object.keys(kept.files).length === 0) return false;
    const data = kept.keepsData ? await storage.keptData().catch(() => new Map<string, Uint8Array>()) : new Map<string, Uint8Array>();
    this.set({ keepsData: kept.keepsData });
    this.open(new Map(Object.entries(kept.files)), data, kept.main ?? undefined);
    if (data.size > 0) this.set({ panel: "verdicts" });
    return true;
  }

  async forget(): Promise<void> {
    if (this.#keeping !== null) clearTimeout(this.#keeping);
    this.borrowed = true; // until something is written again
    await storage.forget();
    this.set({ keepsData: false });
  }
}

/** A file that says `agreement`: the active one if it does, else the first that does and that no other one imports. */
function judgedOf(agreements: ReadonlyMap<string, string>, active: string | null): string | null {
  const says = (name: string): boolean => /^agreement\b/m.test(agreements.get(name) ?? "");
  if (active !== null && says(active)) return active;
  const imported = new Set([...agreements.values()].flatMap((text) => [...text.matchAll(/^import\s+"([^"]+)"/gm)].map((match) => base(match[1] ?? ""))));
  const named = [...agreements.keys()].filter(says);
  return named.find((name) => !imported.has(base(name))) ?? named[0] ?? null;
}

/** What a source reads, of the files that are open. */
export interface Read {
  source: string;
  /** From where the page's files are; with `*` where it is several. */
  path: string;
  /** Of a workbook; null where the only one is meant. */
  sheet: string | null;
}

/** What the sources of agreements read: looked at here, so that it can be said what is missing. Tables of servers are not. */
export function sources(agreements: ReadonlyMap<string, string>): Read[] {
  return [...agreements].flatMap(([name, text]) =>
    [...text.matchAll(/^source\s+(\w+)\s+(?:"[^"\n]*"\s+)?for\s+\w+\s+from\s+(?:newest\s+of\s+)?"([^"\n]+)"/gm)].flatMap(([, source = "", address = ""]) => {
      if (address.includes("://")) return [];
      const [, file = address, sheet = null] = /^(.*?\.xls[xm])(?:#(.*))?$/i.exec(address) ?? [];
      return [{ source, path: beside(name, file), sheet }];
    }),
  );
}

/** Whether a source reads a file. */
export function reads({ path }: Read, name: string): boolean {
  const pattern = path.replace(/[.+^${}()|[\]\\]/g, "\\$&").replace(/\*\*\/|\*|\?/g, (sign) => ({ "**/": "(?:.*/)?", "*": "[^/]*" })[sign] ?? "[^/]");
  return new RegExp(`^${pattern}$`).test(name);
}

/** The name under which a file is looked for: where it was dropped alone, and one source reads a file of this name from a folder. */
export function placed(name: string, { agreements, data }: ProjectState): string {
  const all = sources(agreements);
  if (name.includes("/") || all.some((each) => reads(each, name))) return name;
  const wanted = new Set(all.map((each) => each.path).filter((path) => base(path) === name && !data.has(path)));
  const [only, ...more] = wanted;
  return only !== undefined && more.length === 0 ? only : name;
}

/** A path from where a file is. */
function beside(name: string, path: string): string {
  const parts: string[] = name.split("/").slice(0, -1);
  for (const part of path.split("/")) {
    if (part === "..") parts.pop();
    else if (part !== ".") parts.push(part);
  }
  return parts.join("/");
}
