/** Which sheets a workbook has, so that somebody can choose among them. What is read of them for a verdict is read by `sla`, never here. */
import { streamed } from "./zip";

export interface Sheet {
  name: string;
  /** Whether a cell of it holds anything. */
  filled: boolean;
}

export const isWorkbook = (name: string): boolean => /\.xls[xm]$/i.test(name);

/** What a draft can be made of: a file, or a sheet of a workbook that has several, as `sla` is told it. */
export interface Part {
  address: string;
  filled: boolean;
}

export async function partsOf(data: ReadonlyMap<string, Uint8Array>): Promise<Part[]> {
  const parts: Part[] = [];
  for (const [name, content] of data) {
    const sheets = await sheetsOf(name, content);
    if (sheets.length < 2) parts.push({ address: name, filled: true });
    else parts.push(...sheets.map((sheet) => ({ address: `${name}#${sheet.name}`, filled: sheet.filled })));
  }
  return parts;
}

const looked = new WeakMap<Uint8Array, Promise<readonly Sheet[]>>();

/** The sheets with cells, in the order of their tabs; none of what is no workbook, which `sla` says more of. */
export function sheetsOf(name: string, content: Uint8Array): Promise<readonly Sheet[]> {
  if (!isWorkbook(name)) return Promise.resolve([]);
  let found = looked.get(content);
  if (found === undefined) looked.set(content, (found = look(content).catch(() => [])));
  return found;
}

async function look(content: Uint8Array): Promise<Sheet[]> {
  const archive = entries(content);
  const parse = async (path: string): Promise<Element[]> => {
    const text = new TextDecoder().decode(await unpacked(archive.get(path)));
    return [...new DOMParser().parseFromString(text, "application/xml").getElementsByTagName("*")];
  };
  const related = new Map<string, string>();
  for (const each of await parse("xl/_rels/workbook.xml.rels")) {
    const target = each.getAttribute("Target") ?? "";
    if (/\/worksheet$/.test(each.getAttribute("Type") ?? "")) related.set(each.getAttribute("Id") ?? "", target.startsWith("/") ? target.slice(1) : `xl/${target}`);
  }
  const sheets: Sheet[] = [];
  for (const each of await parse("xl/workbook.xml")) {
    const id = [...each.attributes].find((attribute) => attribute.localName === "id" && attribute.prefix !== null);
    const path = each.localName === "sheet" && id !== undefined ? related.get(id.value) : undefined;
    if (path === undefined) continue; // a sheet that is a chart has no cells
    sheets.push({ name: each.getAttribute("name") ?? "", filled: await hasCells(archive.get(path)) });
  }
  return sheets;
}

/** A long beginning without a value is taken for rows: `sla` says if there are none. */
async function hasCells(entry: Entry | undefined): Promise<boolean> {
  const start = await unpacked(entry, 65_536);
  return start.length === 65_536 || /<(?:\w+:)?(?:v|is|f)[\s/>]/.test(new TextDecoder().decode(start));
}

// --- a file of the archive

interface Entry {
  packed: Uint8Array;
  deflated: boolean;
}

/** The files of a ZIP archive, by its directory at the end. */
function entries(content: Uint8Array): Map<string, Entry> {
  const view = new DataView(content.buffer, content.byteOffset, content.byteLength);
  let end = content.length - 22;
  while (end >= 0 && view.getUint32(end, true) !== 0x06054b50) end -= 1;
  const found = new Map<string, Entry>();
  let at = view.getUint32(end + 16, true);
  for (let count = view.getUint16(end + 10, true); count > 0; count--) {
    const [name, extra, comment] = [view.getUint16(at + 28, true), view.getUint16(at + 30, true), view.getUint16(at + 32, true)];
    const local = view.getUint32(at + 42, true);
    const body = local + 30 + view.getUint16(local + 26, true) + view.getUint16(local + 28, true);
    const packed = content.subarray(body, body + view.getUint32(at + 20, true));
    found.set(new TextDecoder().decode(content.subarray(at + 46, at + 46 + name)), { packed, deflated: view.getUint16(at + 10, true) === 8 });
    at += 46 + name + extra + comment;
  }
  return found;
}

/** The first bytes of a file of the archive: more than is asked for is not unpacked. */
async function unpacked(entry: Entry | undefined, most = 10_000_000): Promise<Uint8Array> {
  if (entry === undefined) throw new Error("this is no workbook");
  if (!entry.deflated) return entry.packed.subarray(0, most);
  const reader = streamed(entry.packed, new DecompressionStream("deflate-raw")).getReader();
  const made = new Uint8Array(most);
  let size = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return made.subarray(0, size);
    made.set(value.subarray(0, most - size), size);
    size = Math.min(most, size + value.length);
    if (size === most) {
      await reader.cancel();
      return made;
    }
  }
}
