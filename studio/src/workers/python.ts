/** A Python of its own, with `sla` in it. The page starts two of these: one for who types, one for what takes its time. */
import { loadPyodide } from "./pyodide/pyodide.mjs";
import type { PyodideAPI } from "pyodide";
import { WORK, type Answer, type Files, type Request } from "../protocol";
import inside from "./inside.py";

const SITE = "/site";
const begun = performance.now();
let base = "";
let interrupt: Int32Array | null = null;
let editing: { take(message: string): void } | null = null;
let started: Promise<PyodideAPI> | null = null;
const brought = new Set<string>();
let hasRun = false;

const say = (answer: Answer, transfer: Transferable[] = []): void => postMessage(answer, { transfer });

/** Requests are carried out one after another, in the order in which they came. */
let last: Promise<void> = Promise.resolve();

onmessage = ({ data }: MessageEvent<Request>) => {
  if (data.kind === "start") {
    base = data.base;
    interrupt = data.interrupt === null ? null : new Int32Array(data.interrupt);
    started = start(data.serves);
    if (!data.serves) void started.then((python) => (last = last.then(() => warm(python))));
    started.catch((error) => {
      console.error(error);
      say({ kind: "broken", message: "Python could not be started in this browser" });
    });
    return;
  }
  const python = started;
  if (python === null) throw new Error("a worker is started first");
  if (data.kind === "lsp") {
    if (editing !== null) editing.take(data.message);
    else void python.then(() => editing?.take(data.message));
    return;
  }
  last = last.then(async () => {
    try {
      await carryOut(await python, data);
    } catch (error) {
      if (isEnd(error)) say({ kind: "broken", message: words(error) });
      else say({ id: data.id, kind: "failed", message: words(error) });
    }
  });
};
addEventListener("unhandledrejection", (event) => {
  event.preventDefault();
  if (isEnd(event.reason)) say({ kind: "broken", message: words(event.reason) });
  else console.error(event.reason);
});

async function carryOut(python: PyodideAPI, request: Exclude<Request, { kind: "start" | "lsp" }>): Promise<void> {
  const { id } = request;
  switch (request.kind) {
    case "write":
      write(python, request.files);
      if (Object.keys(request.files).some(isWorkbook)) await bring(python, "excel");
      return say({ id, kind: "done" });
    case "remove":
      for (const path of request.paths) remove(python, path);
      return say({ id, kind: "done" });
    case "read": {
      const bytes = python.FS.readFile(inWork(request.path)) as Uint8Array;
      return say({ id, kind: "bytes", bytes });
    }
    case "list":
      return say({ id, kind: "paths", paths: [...files(python, inWork(request.folder)).keys()].sort() });
    case "run":
      return await run(python, id, request.argv, request.cwd ?? WORK);
  }
}

// --- starting

async function start(serves: boolean): Promise<PyodideAPI> {
  const steps = ["Python", "the language", "the command line"];
  const tell = (done: number): void => say({ kind: "loading", done, of: steps.length, what: steps[done] ?? "" });
  tell(0);
  const core = fetched("core");
  const python = await loadPyodide({ indexURL: new URL("pyodide/", base).href, env: { HOME: "/home/pyodide", PYTHONHASHSEED: "0" } });
  tell(1);
  python.FS.mkdirTree(WORK);
  unpack(python, await core);
  brought.add("core");
  tell(2);
  python.runPython(`import sys; sys.path.insert(0, "${SITE}")`);
  python.FS.writeFile(`${SITE}/studio_inside.py`, inside);
  const module = python.pyimport("studio_inside");
  if (serves) {
    const made = module.Editing((message: string) => say({ kind: "lsp", message }));
    editing = { take: (message) => made.take(message) };
  }
  if (interrupt !== null) python.setInterruptBuffer(interrupt);
  say({ kind: "ready", seconds: (performance.now() - begun) / 1000, version: module.version() });
  return python;
}

/** Nobody waits yet. What is called off meanwhile is of the command that comes next. */
function warm(python: PyodideAPI): void {
  if (hasRun) return;
  python.setInterruptBuffer(undefined as never);
  python.pyimport("studio_inside").warm();
  if (interrupt !== null) python.setInterruptBuffer(interrupt);
}

async function fetched(name: string): Promise<Uint8Array> {
  const response = await fetch(new URL(`python/${name}.pack.gz`, base));
  if (!response.ok || response.body === null) throw new Error(`${name} cannot be fetched: ${response.status}`);
  return new Uint8Array(await new Response(response.body.pipeThrough(new DecompressionStream("gzip"))).arrayBuffer());
}

/** The files of a pack, where Python looks for modules. They are not copied: each is a part of the pack's memory. */
function unpack(python: PyodideAPI, pack: Uint8Array): void {
  const length = new DataView(pack.buffer).getUint32(0, true);
  const head: [string, number][] = JSON.parse(new TextDecoder().decode(pack.subarray(4, 4 + length)));
  let at = 4 + length;
  const made = new Set<string>();
  for (const [name, size] of head) {
    const path = `${SITE}/${name}`;
    const folder = path.slice(0, path.lastIndexOf("/"));
    if (!made.has(folder)) python.FS.mkdirTree(folder);
    made.add(folder);
    python.FS.writeFile(path, pack.subarray(at, at + size), { canOwn: true });
    at += size;
  }
}

/** A pack that is only wanted now. */
async function bring(python: PyodideAPI, name: string): Promise<void> {
  if (brought.has(name)) return;
  unpack(python, await fetched(name));
  brought.add(name);
  python.runPython("import importlib; importlib.invalidate_caches()");
}

/** Pages with charts draw them here, with a library that is fetched for the first one. */
const DRAWS = new Set(["review", "backtest", "site"]);

async function draw(python: PyodideAPI): Promise<void> {
  if (brought.has("charts")) return;
  const { vegaliteToSvg } = await import("./charts.js");
  python.pyimport("studio_inside").draw_with(vegaliteToSvg);
  brought.add("charts");
}

// --- files

const isWorkbook = (path: string): boolean => /\.xls[xm]\b/i.test(path);

/** A path, if it is one in the folder that the page may use. */
function inWork(path: string): string {
  const parts = path.split("/");
  if (path !== WORK && (!path.startsWith(`${WORK}/`) || parts.includes("..") || parts.includes("."))) {
    throw new Said(`${path} is not below ${WORK}`);
  }
  return path;
}

function write(python: PyodideAPI, some: Files): void {
  for (const [path, content] of Object.entries(some)) {
    python.FS.mkdirTree(inWork(path).slice(0, path.lastIndexOf("/")));
    python.FS.writeFile(path, content, { canOwn: true });
  }
}

function remove(python: PyodideAPI, path: string): void {
  const { exists } = python.FS.analyzePath(inWork(path));
  if (!exists) return;
  if (!python.FS.isDir(python.FS.stat(path).mode)) {
    python.FS.unlink(path);
    return;
  }
  for (const name of python.FS.readdir(path)) if (name !== "." && name !== "..") remove(python, `${path}/${name}`);
  if (path !== WORK) python.FS.rmdir(path);
}

/** The files below a folder, and when each was changed. */
function files(python: PyodideAPI, folder: string, found = new Map<string, string>()): Map<string, string> {
  for (const name of python.FS.readdir(folder) as string[]) {
    if (name === "." || name === "..") continue;
    const path = `${folder}/${name}`;
    const state = python.FS.stat(path);
    if (python.FS.isDir(state.mode)) files(python, path, found);
    else found.set(path, `${state.mtime?.valueOf()} ${state.size} ${state.ino}`);
  }
  return found;
}

// --- commands

async function run(python: PyodideAPI, id: number, argv: string[], cwd: string): Promise<void> {
  hasRun = true;
  if (argv.some(isWorkbook)) await bring(python, "excel");
  if (DRAWS.has(argv[0] ?? "")) await draw(python);
  python.FS.mkdirTree(inWork(cwd));
  const before = files(python, WORK);
  const given = python.toPy(argv);
  const module = python.pyimport("studio_inside");
  const ran = module.run(given, cwd, (text: string) => say({ id, kind: "progress", text }));
  if (interrupt !== null) Atomics.store(interrupt, 0, 0);
  const [status, out, err] = ran.toJs() as [number, string, string];
  ran.destroy();
  given.destroy();
  const wrote = [...files(python, WORK)].filter(([path, state]) => before.get(path) !== state).map(([path]) => path);
  say({ id, kind: "ran", status, out, err, wrote: wrote.sort() });
  module.tidy();
}

/** An error in words for a reader. */
class Said extends Error {}

/** Whether nothing can be asked of this Python any more: it ran out of memory or of its stack in the middle of something. */
const isEnd = (error: unknown): boolean =>
  error instanceof RangeError ||
  error instanceof WebAssembly.RuntimeError ||
  (error instanceof Error && ("pyodide_fatal_error" in error || error.message.includes("fatally failed")));

/** What may be said of an error: nothing of the inside. */
function words(error: unknown): string {
  if (error instanceof Said) return error.message;
  if ((error as { name?: unknown } | null)?.name === "ErrnoError") return "there is no such file";
  console.error(error);
  if (isEnd(error)) return "the browser has not enough memory for this: `sla run` on this machine may have it";
  return "the studio's worker failed at this, which is not your doing";
}
