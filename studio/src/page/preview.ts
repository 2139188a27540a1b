/** The first rows of a file of text, to be looked at. What is read of it for a verdict is read by `sla`, never here. */

export interface Preview {
  heads: string[];
  first: string[][];
  rows: number;
}

const SHOWN = 5;
const ENOUGH = 64_000; // bytes from which the first rows are taken

export function preview(name: string, content: Uint8Array): Preview | null {
  if (/\.xlsx$/i.test(name)) return null;
  const lines = content.reduce((sum, byte) => sum + Number(byte === 10), 0) + Number(content.length > 0 && content.at(-1) !== 10);
  const text = new TextDecoder().decode(content.subarray(0, ENOUGH));
  if (/\.(jsonl|ndjson)$/i.test(name)) return ofObjects(text, lines);
  const [first = "", ...rest] = records(text, separator(name, text));
  const heads = typeof first === "string" ? [] : first;
  if (heads.length === 0) return null;
  return { heads, first: (rest as string[][]).slice(0, SHOWN), rows: Math.max(0, lines - 1) };
}

function ofObjects(text: string, rows: number): Preview | null {
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
  return { heads, first: objects.map((each) => heads.map((head) => (each[head] === undefined || each[head] === null ? "" : String(each[head])))), rows };
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
