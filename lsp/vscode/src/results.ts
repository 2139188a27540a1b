// The tests that a text holds, and what `sla test --format json` says became of them.

export interface Named {
  readonly name: string;
  /** The line that it begins in, from 0. */
  readonly line: number;
  readonly last: number;
}

/** A failure or an error at a line, from 0. */
export interface Mark {
  readonly line: number;
  /** What was expected, as it is written. */
  readonly expected: string;
  /** What is so, the trace of that, and what would have made it pass. */
  readonly why: string;
}

export interface Outcome {
  readonly name: string;
  readonly line: number;
  readonly passed: boolean;
  /** Why its rows could not be made, which is no failure of what is promised. */
  readonly error?: string;
  readonly failures: readonly Mark[];
  readonly notes: readonly string[];
}

const TEST = /^test[ \t]+"((?:\\["\\]|[^"\\\r\n])*)"/;

/** A declaration begins in the first column, and goes on to the next one. */
export function testsIn(text: string): Named[] {
  const lines = text.split(/\r\n|\r|\n/);
  const found: Named[] = [];
  lines.forEach((line, number) => {
    const match = TEST.exec(line);
    if (match !== null) {
      let last = number;
      for (let next = number + 1; next < lines.length && !/^[^\s#]/.test(lines[next]); next++) {
        last = /^\s+[^\s#]/.test(lines[next]) ? next : last;
      }
      found.push({ name: match[1].replace(/\\(["\\])/g, "$1"), line: number, last });
    }
  });
  return found;
}

interface Document {
  schema: string;
  tests: {
    name: string;
    line: number;
    passed: boolean;
    error: string | null;
    notes: string[];
    expectations: { text: string; line: number; passed: boolean; why: string | null }[];
  }[];
}

/** The outcomes in what the command printed; undefined where it printed something else. */
export function outcomesOf(output: string): Outcome[] | undefined {
  let document: Document;
  try {
    document = JSON.parse(output) as Document;
  } catch {
    return undefined;
  }
  if (document?.schema !== "sladsl.test/1") {
    return undefined;
  }
  return document.tests.map((test) => ({
    name: test.name,
    line: test.line - 1,
    passed: test.passed,
    error: test.error ?? undefined,
    failures: test.expectations
      .filter((each) => !each.passed)
      .map((each) => ({ line: each.line - 1, expected: each.text, why: each.why ?? each.text })),
    notes: test.notes,
  }));
}
