/** What commands say of what is open: asked again when it changes, one after another, the one that is looked at first. */
import type { Explanation, RunDocument, TestsDocument } from "../../build/documents";
import { WORK, type Ran } from "../protocol";
import type { PythonWorker } from "../python";
import { Mirror } from "./mirror";
import type { Panel, Project } from "./project";

export interface Said<T> {
  /** What the project was when it was asked. */
  edition: number;
  /** The arguments that were given. */
  asked: string;
  value: T | null;
  /** Why there is none, in the command's words. */
  error: string;
  seconds: number;
}

export interface Results {
  run: RunDocument;
  explain: Explanation;
  doc: string;
  review: string;
  test: TestsDocument;
}
export type Command = keyof Results;

export interface Row {
  key: string;
  record: string | null;
}

/** Where a person stops typing. */
const PAUSE = 600;
const PANELS: Partial<Record<Panel, Command>> = { lead: "explain", page: "doc", review: "review", tests: "test" };

export class Judging {
  said: { [C in Command]?: Said<Results[C]> } = {};
  running: { command: Command; progress: string } | null = null;
  /** What the runs are asked beside the agreement. */
  asOf = "";
  period = "";
  row: Row | null = null;
  onChange: () => void = () => {};
  #abort: AbortController | null = null;
  /** What was asked of the command that runs. */
  #asking: { command: Command; edition: number; asked: string } | null = null;
  #pause: ReturnType<typeof setTimeout> | null = null;
  #calledOff = -1;
  #worker: PythonWorker | null = null;
  #mirror: Mirror | null = null;
  readonly #begun = Promise.withResolvers<void>();

  constructor(
    private readonly project: Project,
    /** How many errors there are; null while that is not known. */
    private readonly errors: () => number | null,
  ) {}

  /** Once there is a worker, what is open can be judged. */
  begin(worker: PythonWorker): void {
    this.#worker = worker;
    this.#mirror = new Mirror(worker);
    this.#begun.resolve();
    this.soon(0);
  }

  /** There will be no worker. */
  fail(message: string): void {
    this.#begun.promise.catch(() => undefined);
    this.#begun.reject(new Error(message));
  }

  /** Something has changed: ask again once nobody types. */
  soon(pause = PAUSE): void {
    if (this.#pause !== null) clearTimeout(this.#pause);
    this.#pause = setTimeout(() => void this.#work(), pause);
  }

  /** What is running ends, and is not begun again before something changes. */
  cancel(): void {
    this.#calledOff = this.project.edition;
    this.#abort?.abort();
  }

  again(): void {
    this.#calledOff = -1;
    this.soon(0);
  }

  isStale(command: Command): boolean {
    const said = this.said[command];
    return said !== undefined && (said.edition !== this.project.edition || said.asked !== this.#asked(command));
  }

  /** Whether a run would tell anything: there is an agreement without errors. */
  get canRun(): boolean {
    return this.project.judged !== null && this.errors() === 0;
  }

  /** What is said where there is no result yet. */
  waiting(doing: string): string {
    if ((this.errors() ?? 0) > 0) return "First what is wrong with the agreement has to be mended: it is under Problems.";
    return this.calledOff ? "It was called off. The button at the bottom of the page begins it again." : doing;
  }

  get calledOff(): boolean {
    return this.#calledOff === this.project.edition;
  }

  /** Run any command on what is open; its files are there. */
  async run(argv: string[], signal?: AbortSignal): Promise<Ran> {
    const worker = await this.#written();
    return await worker.run(argv, signal === undefined ? {} : { signal });
  }

  async read(path: string): Promise<string> {
    const worker = await this.#written();
    return await worker.readText(`${WORK}/${path}`);
  }

  // --- what is asked

  #wanted(): Command[] {
    const own = PANELS[this.project.state.panel];
    const all: Command[] = own === undefined ? ["run"] : own === "doc" || own === "test" ? [own, "run"] : ["run", own];
    return all.filter((command) => this.#argv(command) !== null);
  }

  #argv(command: Command): string[] | null {
    const name = this.project.judged;
    if (name === null) return null;
    const asOf = this.asOf === "" ? [] : ["--as-of", this.asOf];
    const period = this.period === "" ? [] : ["--period", this.period];
    switch (command) {
      case "run":
        return this.project.state.data.size === 0 ? null : ["run", name, "--format", "json", ...asOf];
      case "explain": {
        if (this.row === null || this.project.state.data.size === 0) return null;
        const record = this.row.record === null ? [] : ["--record", this.row.record];
        return ["explain", name, this.row.key, ...record, "--format", "json", ...asOf];
      }
      case "doc":
        return ["doc", name, "--format", "html"];
      case "review":
        return this.project.state.data.size === 0 ? null : ["review", name, "--out", "-", ...period, ...asOf];
      case "test":
        return ["test", name, "--coverage", "--format", "json"];
    }
  }

  #asked(command: Command): string {
    return JSON.stringify(this.#argv(command));
  }

  async #work(): Promise<void> {
    if (this.#worker === null || !this.canRun || this.calledOff) return this.onChange();
    if (this.running !== null) {
      if (this.#worker.endsAlone && this.#isOutdated()) this.#abort?.abort(); // then this is asked again
      return this.onChange();
    }
    const next = this.#wanted().find((command) => this.said[command] === undefined || this.isStale(command));
    if (next === undefined) return this.onChange();
    this.running = { command: next, progress: "" };
    this.#asking = { command: next, edition: this.project.edition, asked: this.#asked(next) };
    this.onChange();
    await this.#ask(next);
    this.running = null;
    void this.#work();
  }

  /** Whether what runs is about an earlier text or another question, while there is a newer one that can be judged. */
  #isOutdated(): boolean {
    const { command, edition, asked } = this.#asking!;
    return edition !== this.project.edition || asked !== this.#asked(command);
  }

  async #ask<C extends Command>(command: C): Promise<void> {
    const argv = this.#argv(command)!;
    const { edition } = this.project;
    const began = performance.now();
    this.#abort = new AbortController();
    const onProgress = (progress: string): void => {
      this.running = { command, progress };
      this.onChange();
    };
    let ran: Ran;
    try {
      const worker = await this.#written();
      ran = await worker.run(argv, { onProgress, signal: this.#abort.signal });
    } catch (error) {
      ran = { status: 2, out: "", err: error instanceof Error ? error.message : String(error), wrote: [] };
    }
    if (ran.status === 130) return;
    const value = valueOf(command, ran.out);
    const error = value === null ? ran.err.trim() || ran.out.trim() || "the command said nothing" : "";
    const said: Said<Results[C]> = { edition, asked: JSON.stringify(argv), value, error, seconds: (performance.now() - began) / 1000 };
    (this.said as Record<Command, Said<unknown>>)[command] = said;
  }

  /** The worker, once there is one, with what is open in its folder. */
  async #written(): Promise<PythonWorker> {
    await this.#begun.promise;
    await this.#mirror!.write(this.project.state);
    return this.#worker!;
  }
}

function valueOf<C extends Command>(command: C, out: string): Results[C] | null {
  if (command === "doc" || command === "review") return (out.startsWith("<!DOCTYPE html>") ? out : null) as Results[C] | null;
  try {
    return JSON.parse(out) as Results[C];
  } catch {
    return null;
  }
}
