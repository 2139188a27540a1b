/** The page's side of a worker with Python in it. */
import { WORK, type Answer, type Files, type Ran, type Request } from "./protocol";

export interface Loading {
  done: number;
  of: number;
  what: string;
}

export interface Options {
  /** Whether the worker has a language server. */
  serves?: boolean;
  onLoading?: (loading: Loading) => void;
  /** A worker that ended by itself, as where memory was short, has been begun anew with its files; a language server knows nothing. */
  onBegunAnew?: () => void;
}

/** What `@codemirror/lsp-client` asks of a connection. */
export interface Transport {
  send(message: string): void;
  subscribe(handler: (message: string) => void): void;
  unsubscribe(handler: (message: string) => void): void;
}

export interface RunOptions {
  /** The folder in which `sla` runs; else `/work`. */
  cwd?: string;
  /** Is told what is being done, as a terminal would show it. */
  onProgress?: (text: string) => void;
  /** Calls the command off: it then ends with 130. */
  signal?: AbortSignal;
}

/** A request that the worker could not carry out; its message is for a reader. */
export class WorkerFailure extends Error {}

type Asked = Extract<Request, { id: number }>;
type Unnumbered = Asked extends infer R ? (R extends Asked ? Omit<R, "id"> : never) : never;
interface Waiting {
  request: Asked;
  resolve: (answer: Answer) => void;
  reject: (error: Error) => void;
  onProgress?: ((text: string) => void) | undefined;
}
const CALLED_OFF: Ran = { status: 130, out: "", err: "\ninterrupted\n", wrote: [] };

export class PythonWorker {
  /** Resolved when `sla` can be run, with its version and how long that took. */
  ready: Promise<{ seconds: number; version: string }>;
  readonly lsp: Transport;
  readonly #options: Options;
  readonly #handlers = new Set<(message: string) => void>();
  readonly #waiting = new Map<number, Waiting>();
  /** What the worker's folder holds, for one that is begun anew. */
  readonly #files = new Map<string, string | Uint8Array>();
  readonly #interrupt = globalThis.crossOriginIsolated ? new Int32Array(new SharedArrayBuffer(4)) : null;
  #worker!: Worker;
  #number = 0;
  #running = 0;
  #runs: Promise<unknown> = Promise.resolve();

  constructor(options: Options = {}) {
    this.#options = options;
    this.ready = this.#begin();
    this.lsp = {
      send: (message) => this.#post({ kind: "lsp", message }),
      subscribe: (handler) => void this.#handlers.add(handler),
      unsubscribe: (handler) => void this.#handlers.delete(handler),
    };
  }

  /** Whether a command that is called off ends alone; else its worker ends with it, and one is begun anew. */
  get endsAlone(): boolean {
    return this.#interrupt !== null;
  }

  /** Write files; a folder that is not there is made. */
  async write(files: Files): Promise<void> {
    for (const [path, content] of Object.entries(files)) this.#files.set(path, content);
    await this.#ask({ kind: "write", files });
  }

  /** Remove files and folders; what is not there is no error. */
  async remove(...paths: string[]): Promise<void> {
    for (const kept of [...this.#files.keys()]) {
      if (paths.some((path) => kept === path || kept.startsWith(`${path}/`))) this.#files.delete(kept);
    }
    await this.#ask({ kind: "remove", paths });
  }

  async read(path: string): Promise<Uint8Array> {
    const answer = await this.#ask({ kind: "read", path });
    return (answer as Extract<Answer, { kind: "bytes" }>).bytes;
  }

  async readText(path: string): Promise<string> {
    return new TextDecoder().decode(await this.read(path));
  }

  /** The paths of all files below a folder. */
  async list(folder: string = WORK): Promise<string[]> {
    const answer = await this.#ask({ kind: "list", folder });
    return (answer as Extract<Answer, { kind: "paths" }>).paths;
  }

  /** Run `sla` with these arguments, after the commands that were asked for before. */
  run(argv: string[], options: RunOptions = {}): Promise<Ran> {
    const ran = this.#runs.then(() => this.#run(argv, options));
    this.#runs = ran.catch(() => undefined);
    return ran;
  }

  /** End the worker; nothing more comes of what was asked. */
  end(): void {
    this.#worker.terminate();
    this.#fail("the studio's worker was ended");
  }

  // --- one command

  async #run(argv: string[], { cwd, onProgress, signal }: RunOptions): Promise<Ran> {
    if (signal?.aborted) return CALLED_OFF;
    await this.ready;
    if (signal?.aborted) return CALLED_OFF;
    if (this.#interrupt !== null) Atomics.store(this.#interrupt, 0, 0);
    let callOff = (): void => {};
    const calledOff = new Promise<Ran>((resolve) => {
      callOff = (): void => {
        if (this.#interrupt !== null) Atomics.store(this.#interrupt, 0, 2); // SIGINT
        else {
          this.#waiting.delete(this.#running);
          resolve(this.#beginAnew().then(() => CALLED_OFF));
        }
      };
    });
    signal?.addEventListener("abort", callOff, { once: true });
    try {
      const asked = this.#ask(cwd === undefined ? { kind: "run", argv } : { kind: "run", argv, cwd }, onProgress);
      this.#running = this.#number;
      const ran = (await Promise.race([asked, calledOff])) as Ran;
      await this.#remember(ran.wrote);
      return { status: ran.status, out: ran.out, err: ran.err, wrote: ran.wrote };
    } finally {
      signal?.removeEventListener("abort", callOff);
    }
  }

  /** What a command wrote is kept for a worker that is begun anew. */
  async #remember(paths: string[]): Promise<void> {
    for (const path of paths) this.#files.set(path, await this.read(path));
  }

  async #beginAnew(): Promise<void> {
    this.#worker.terminate();
    this.ready = this.#begin();
    await this.ready;
    this.#post({ id: 0, kind: "write", files: Object.fromEntries(this.#files) });
    for (const { request } of this.#waiting.values()) this.#post(request);
  }

  // --- messages

  #begin(): Promise<{ seconds: number; version: string }> {
    const base = new URL("./", document.baseURI).href;
    this.#worker = new Worker(new URL("python-worker.js", base), { type: "module" });
    return new Promise((resolve, reject) => {
      let isReady = false;
      const ended = (message: string): void => {
        reject(new WorkerFailure(message));
        this.#fail(message);
        if (isReady) void this.#beginAnew().then(this.#options.onBegunAnew);
      };
      this.#worker.onmessage = ({ data }: MessageEvent<Answer>) => {
        if (data.kind === "ready") {
          isReady = true;
          resolve({ seconds: data.seconds, version: data.version });
        } else if (data.kind === "broken") ended(data.message);
        else this.#take(data);
      };
      this.#worker.onerror = (event) => {
        event.preventDefault();
        ended("the studio's worker could not be started, or has ended");
      };
      const interrupt = (this.#interrupt?.buffer as SharedArrayBuffer | undefined) ?? null;
      this.#post({ kind: "start", base, interrupt, serves: this.#options.serves ?? false });
    });
  }

  #take(answer: Answer): void {
    if (answer.kind === "loading") this.#options.onLoading?.(answer);
    else if (answer.kind === "lsp") for (const handler of this.#handlers) handler(answer.message);
    else if ("id" in answer) {
      const waiting = this.#waiting.get(answer.id);
      if (answer.kind === "progress") return waiting?.onProgress?.(answer.text);
      this.#waiting.delete(answer.id);
      if (answer.kind === "failed") waiting?.reject(new WorkerFailure(answer.message));
      else waiting?.resolve(answer);
    }
  }

  #ask(request: Unnumbered, onProgress?: (text: string) => void): Promise<Answer> {
    const numbered = { ...request, id: ++this.#number } as Asked;
    return new Promise((resolve, reject) => {
      this.#waiting.set(numbered.id, { request: numbered, resolve, reject, onProgress });
      this.#post(numbered);
    });
  }

  #post(request: Request): void {
    this.#worker.postMessage(request);
  }

  #fail(message: string): void {
    for (const { reject } of this.#waiting.values()) reject(new WorkerFailure(message));
    this.#waiting.clear();
  }
}

/** Offline from the second visit on; resolved when workers may be started, which then have its headers too. */
export async function beginService(): Promise<void> {
  const service = navigator.serviceWorker;
  if (service === undefined) return;
  try {
    await service.register(new URL("service-worker.js", document.baseURI));
    if (service.controller === null) {
      await Promise.race([
        new Promise((resolve) => service.addEventListener("controllerchange", resolve, { once: true })),
        new Promise((resolve) => setTimeout(resolve, 3000)),
      ]);
    }
  } catch {
    // a browser without it has the studio as long as it has a network
  }
}

/** Have what was not needed yet for when there is no network. */
export function keepAll(): void {
  navigator.serviceWorker?.controller?.postMessage("keep all");
}
