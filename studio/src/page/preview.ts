/** The first rows of a file of text, to be looked at. What is read of it for a verdict is read by `sla`, never here. */

import { isWorkbook } from "./workbook";

export interface Preview {
  heads: string[];
  first: string[][];
  lines: number;
}

const SHOWN = 5;
const ENOUGH = 64_000; // bytes from which the first rows are taken

export function preview(name: string, content: Uint8Array): Preview | null {
  if (isWorkbook(name)) return null;
  const lines = content.reduce((sum, byte) => sum + Number(byte === 10), 0) + Number(content.length > 0 && content.at(-1) !== 10);
  const text = decoded(content.subarray(0, ENOUGH));
  if (/\.(jsonl|ndjson|json)$/i.test(name)) return ofObjects(text, lines);
  const [first = "", ...rest] = records(text, separator(name, text));
  const heads = typeof first === "string" ? [] : first;
  if (heads.length === 0) return null;
  return { heads, first: (rest as string[][]).slice(0, SHOWN), lines };
}

/** The text, or as much of it as is there: of a spreadsheet that does not write UTF-8, as it does in the West. */
function decoded(content: Uint8Array): string {
  const mark = content[0] === 0xff && content[1] === 0xfe ? "utf-16le" : content[0] === 0xfe && content[1] === 0xff ? "utf-16be" : null;
  if (mark !== null) return new TextDecoder(mark).decode(content);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(content, { stream: true }); // it may be cut within a letter
  } catch {
    return new TextDecoder("windows-1252").decode(content);
  }
}

/** Whether a file is a text in another encoding than UTF-8, which nothing in it names. */
export function ofOtherEncoding(name: string, content: Uint8Array | undefined): boolean {
  if (content === undefined || isWorkbook(name) || (content[0] ?? 0) >= 0xfe) return false;
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(content);
    return false;
  } catch {
    return true;
  }
}

function ofObjects(text: string, lines: number): Preview | null {
  const objects: Record<string, unknown>[] = [];
  for (const line of text.split("\n").slice(0, SHOWN)) {
    try {
      objects.push(JSON.parse(line) as Record<string, unknown>);
    } catch {
      break;
    }
  }
  const heads = [...new Set(objects.flatMap((each) => Object.keys(each)))];
  if (heads.length === 0) return null;
  return { heads, first: objects.map((each) => heads.map((head) => (each[head] === undefined || each[head] === null ? "" : String(each[head])))), lines };
}

function separator(name: string, text: string): string {
  if (/\.tsv$/i.test(name)) return "\t";
  const head = text.slice(0, text.indexOf("\n") + 1 || undefined);
  return [",", ";", "\t", "|"].toSorted((a, b) => head.split(b).length - head.split(a).length)[0] ?? ",";
}

function records(text: string, between: string): string[][] {
  const made: string[][] = [];
  let record: string[] = [];
  let cell = "";
  let quoted = false;
  const end = (): void => {
    made.push([...record, cell]);
    record = [];
    cell = "";
  };
  for (let at = text.startsWith("\ufeff") ? 1 : 0; at < text.length && made.length <= SHOWN; at++) {
    const letter = text[at];
    if (quoted) {
      if (letter !== '"') cell += letter;
      else if (text[at + 1] === '"') cell += text[++at];
      else quoted = false;
    } else if (letter === '"' && cell === "") quoted = true;
    else if (letter === between) {
      record.push(cell);
      cell = "";
    } else if (letter === "\n") end();
    else if (letter !== "\r") cell += letter;
  }
  if (cell !== "" || record.length > 0) end();
  return made;
}
