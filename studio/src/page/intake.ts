/** Files that are dropped, chosen, or in a folder of the machine. */
import { isAgreement, isData } from "./project";
import { base, counted } from "./words";

export interface Given {
  name: string;
  /** Nothing of a file that is not read here, or is too large. */
  content: Uint8Array;
  size: number;
}

export const ACCEPTED = ".csv,.tsv,.txt,.jsonl,.ndjson,.json,.xlsx,.xlsm,.sla";
/** More than this is for the command line, which need not hold it in a page's memory. */
export const MOST = 150_000_000;

const wanted = (name: string): boolean => isAgreement(name) || isData(name);

export async function fromPicker(input: HTMLInputElement): Promise<Given[]> {
  const files = [...(input.files ?? [])];
  const made = await Promise.all(files.map((file) => given(file)));
  input.value = "";
  return made;
}

async function given(file: File, name = file.name): Promise<Given> {
  const read = wanted(name) && file.size <= MOST;
  return { name, content: read ? new Uint8Array(await file.arrayBuffer()) : new Uint8Array(), size: file.size };
}

/** Tables that are not read here; whatever else lies in a folder that is opened is nobody's concern. */
const OTHER_TABLES = /\.(parquet|duckdb|ddb|xls|xlsb|ods|numbers)$/i;

/** Why a file is not taken, and what to do about it; null for one that is. */
function refusal({ name, size }: Given): string | null {
  const ending = /[^.]*$/.exec(name)![0].toLowerCase();
  if (/^(parquet|duckdb|ddb|db)$/.test(ending)) return `${base(name)} is read by sla run, on a machine that has it, and not in a page: export it as CSV for the studio.`;
  if (/^(xls|xlsb|ods|numbers)$/.test(ending)) return `${base(name)} is a spreadsheet of another format: save it as XLSX, or as CSV.`;
  if (/^(zip|gz|7z|rar)$/.test(ending)) return `${base(name)} is packed: unpack it, and drop what is in it.`;
  if (!wanted(name)) return `${base(name)} is not read here: the studio takes CSV, TSV, JSON Lines, XLSX and .sla.`;
  if (size > MOST) return `${base(name)} is larger than ${MOST / 1_000_000} MB: for so many rows there is the command line, sla run.`;
  return size === 0 ? `${base(name)} is empty.` : null;
}

/** What CRMs call a lead. */
const LEADS = /lead|[ck]onta[ck]t|deal|ticket|opportunit|case|account|interessent|anfrage/i;

/** Files and sheets, those first whose name is of leads; the sheets of a workbook as they stand in it. */
export function inOrder(addresses: readonly string[]): string[] {
  const parts = (address: string): [string, string] => [address.replace(/#.*/s, ""), address.replace(/^[^#]*#/, "")];
  const isOfLeads = (address: string): boolean => LEADS.test(base(parts(address)[1]));
  return addresses.toSorted((a, b) => parts(a)[0].localeCompare(parts(b)[0])).sort((a, b) => Number(isOfLeads(b)) - Number(isOfLeads(a)));
}

const TOLD = 3;

/** Those that are taken, and what is said of the others: what else lies in a folder is counted. */
export function sorted(files: readonly Given[]): { fit: Given[]; said: string[] } {
  const refused = files.flatMap((file) => refusal(file) ?? []);
  const more = refused.length - TOLD;
  const said = more > 1 ? [...refused.slice(0, TOLD), `${counted(more, "other file")} are not taken either.`] : refused;
  return { fit: files.filter((file) => refusal(file) === null), said };
}

/** What was dropped, folders with all that is below them; the names are the paths in the folder. */
export async function fromDrop(transfer: DataTransfer): Promise<Given[]> {
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry()).filter((entry) => entry !== null);
  if (entries.length === 0) return await Promise.all([...transfer.files].map((file) => given(file)));
  const found: Given[] = [];
  for (const entry of entries) await walk(entry, "", found, entry.isDirectory);
  return found;
}

async function walk(entry: FileSystemEntry, folder: string, found: Given[], top: boolean): Promise<void> {
  if (entry.isFile) {
    const file = await new Promise<File>((resolve, reject) => (entry as FileSystemFileEntry).file(resolve, reject));
    found.push(await given(file, folder + entry.name));
    return;
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (some.length === 0) return;
    for (const each of some) if (!each.name.startsWith(".")) await walk(each, top ? "" : `${folder}${entry.name}/`, found, false);
  }
}

// --- a folder of the machine, where the browser can open one

interface Directory {
  readonly name: string;
  values(): AsyncIterable<Handle>;
  getFileHandle(name: string, options?: { create?: boolean }): Promise<FileHandle>;
  getDirectoryHandle(name: string, options?: { create?: boolean }): Promise<Directory>;
}
interface FileHandle {
  readonly kind: "file";
  readonly name: string;
  getFile(): Promise<File>;
  createWritable(): Promise<{ write(content: string): Promise<void>; close(): Promise<void> }>;
}
type Handle = FileHandle | (Directory & { readonly kind: "directory" });

type Picker = { showDirectoryPicker?: (options: { mode: "readwrite" }) => Promise<Directory> };

export const canOpenFolder = (): boolean => (globalThis as Picker).showDirectoryPicker !== undefined;

export class Folder {
  private constructor(
    readonly name: string,
    private readonly directory: Directory,
  ) {}

  /** The folder that somebody chooses; null where nobody does. */
  static async choose(): Promise<Folder | null> {
    try {
      const directory = await (globalThis as Picker).showDirectoryPicker!({ mode: "readwrite" });
      return new Folder(directory.name, directory);
    } catch {
      return null;
    }
  }

  async files(): Promise<Given[]> {
    const found: Given[] = [];
    await collect(this.directory, "", found);
    return found;
  }

  /** Write agreements back; data are never written. */
  async save(agreements: Iterable<readonly [string, string]>): Promise<void> {
    for (const [path, text] of agreements) {
      const parts = path.split("/");
      const name = parts.pop()!;
      let folder = this.directory;
      for (const part of parts) folder = await folder.getDirectoryHandle(part, { create: true });
      const file = await folder.getFileHandle(name, { create: true });
      const written = await file.createWritable();
      await written.write(text);
      await written.close();
    }
  }
}

async function collect(directory: Directory, folder: string, found: Given[]): Promise<void> {
  for await (const each of directory.values()) {
    if (each.name.startsWith(".")) continue;
    if (each.kind === "directory") await collect(each, `${folder}${each.name}/`, found);
    else if (wanted(each.name) || OTHER_TABLES.test(each.name)) found.push(await given(await each.getFile(), folder + each.name));
  }
}
