// Other programs: started without a shell, ended with all that they started, and what they wrote.

import { spawn } from "node:child_process";

const windows = process.platform === "win32";

export interface Ended {
  /** The exit status; null where it was ended from outside, or could not be started. */
  readonly status: number | null;
  readonly output: string;
  readonly complaints: string;
}

export interface Options {
  readonly folder?: string;
  readonly signal?: AbortSignal;
  readonly patience?: number;
  readonly line?: (line: string) => void;
}

/** Start a program and wait for its end. It never throws: what cannot be started complains of that. */
export function run(command: string, words: readonly string[], options: Options = {}): Promise<Ended> {
  return new Promise((resolve) => {
    if (options.signal?.aborted) {
      resolve({ status: null, output: "", complaints: "" });
      return;
    }
    const child = spawn(command, [...words], {
      cwd: options.folder,
      stdio: ["ignore", "pipe", "pipe"],
      detached: !windows, // a group of its own, which can be ended as a whole
      windowsHide: true,
      env: { ...process.env, PYTHONIOENCODING: "utf-8" },
    });
    let output = "";
    let complaints = "";
    const end = () => endAll(child.pid);
    const timer = options.patience === undefined ? undefined : setTimeout(end, options.patience);
    options.signal?.addEventListener("abort", end, { once: true });
    const done = (status: number | null) => {
      clearTimeout(timer);
      options.signal?.removeEventListener("abort", end);
      resolve({ status, output, complaints });
    };
    child.stdout.setEncoding("utf-8").on("data", (text: string) => {
      output += text;
      tell(text, options.line);
    });
    child.stderr.setEncoding("utf-8").on("data", (text: string) => {
      complaints += text;
      tell(text, options.line);
    });
    child.on("error", (error) => {
      complaints += error.message;
      done(null);
    });
    child.on("close", done);
  });
}

function tell(text: string, line: ((line: string) => void) | undefined): void {
  for (const each of line === undefined ? [] : text.split(/\r?\n/)) {
    if (each.trim()) {
      line?.(each.trimEnd());
    }
  }
}

function endAll(id: number | undefined): void {
  if (id === undefined) {
    return;
  }
  if (windows) {
    spawn("taskkill", ["/pid", String(id), "/T", "/F"], { stdio: "ignore", windowsHide: true }).on("error", () => undefined);
    return;
  }
  try {
    process.kill(-id, "SIGKILL");
  } catch {
    // it has ended by itself
  }
}
