/** What the page and a worker say to each other. Paths are absolute in the worker's file system, below `/work`. */

export type Files = Record<string, string | Uint8Array>;

/** What the page sends to a worker. Every request with an `id` is answered once with the same `id`. */
export type Request =
  | { kind: "start"; base: string; interrupt: SharedArrayBuffer | null; serves: boolean }
  | { id: number; kind: "write"; files: Files }
  | { id: number; kind: "remove"; paths: string[] }
  | { id: number; kind: "read"; path: string }
  | { id: number; kind: "list"; folder: string }
  /** `sla` with these arguments, in the folder `cwd` (else `/work`). */
  | { id: number; kind: "run"; argv: string[]; cwd?: string }
  /** One JSON-RPC message to the language server, as text. */
  | { kind: "lsp"; message: string };

export type Answer =
  /** The worker takes requests; `seconds` since it was started, `version` as `sla --version` says it. */
  | { kind: "ready"; seconds: number; version: string }
  | { kind: "loading"; done: number; of: number; what: string }
  | { id: number; kind: "done" }
  | { id: number; kind: "bytes"; bytes: Uint8Array }
  | { id: number; kind: "paths"; paths: string[] }
  /** A line of progress from the command. */
  | { id: number; kind: "progress"; text: string }
  /** The command has ended; `wrote` has the files below `/work` that it made or changed. */
  | ({ id: number; kind: "ran" } & Ran)
  /** The request could not be carried out, in words for a reader. */
  | { id: number; kind: "failed"; message: string }
  /** The worker cannot go on at all, in words for a reader; what was asked of it is not answered. */
  | { kind: "broken"; message: string }
  | { kind: "lsp"; message: string };

/** What `sla` did: its exit status (130 where it was called off), and what it printed. */
export interface Ran {
  status: number;
  out: string;
  err: string;
  wrote: string[];
}

export const WORK = "/work";
