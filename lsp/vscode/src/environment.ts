// An environment of the extension's own, with `sla` in it: made beside the one before, and taken when it is whole.

import { mkdir, readFile, readdir, rename, rm, stat, writeFile } from "node:fs/promises";
import * as path from "node:path";
import { versionOf } from "./discovery";
import { Ended, run } from "./processes";

const windows = process.platform === "win32";
const OLDEST = [3, 11] as const;
const CURRENT = "current";

export interface Work {
  /** What to install: a wheel, a checkout, or what pip calls a requirement. */
  readonly source: string;
  /** Interpreters to try, the best first. */
  readonly pythons: readonly string[];
  readonly signal: AbortSignal;
  /** Tells a reader what is being done. */
  readonly say: (doing: string) => void;
  /** Keeps a line of what a program wrote. */
  readonly log: (line: string) => void;
}

/** What went wrong, and what to do about it. */
export class Failure extends Error {
  constructor(
    message: string,
    readonly advice: string,
  ) {
    super(message);
  }
}

export class Cancelled extends Error {}

/** The command in the environment that was made last; undefined where there is none. */
export async function installed(root: string): Promise<string | undefined> {
  try {
    const name = (await readFile(path.join(root, CURRENT), "utf-8")).trim();
    const command = inside(path.join(root, name), "sla");
    return (await stat(command)).isFile() ? command : undefined;
  } catch {
    return undefined;
  }
}

/** Make an environment under `root` and install into it; the command in it. What was there before stays until then. */
export async function install(root: string, work: Work): Promise<string> {
  const requirement = await requirementOf(work.source);
  await mkdir(root, { recursive: true });
  work.say("looking for Python");
  const python = await findPython(root, work);
  const name = `sla-${Date.now()}`;
  const folder = path.join(root, name);
  try {
    work.say("making an environment");
    await step(root, work, python, ["-I", "-m", "venv", folder]);
    work.say(`installing ${work.source}`);
    const own = inside(folder, "python");
    await step(root, work, own, ["-I", "-m", "pip", "install", "--disable-pip-version-check", "--no-input", requirement]);
    const command = inside(folder, "sla");
    if ((await versionOf(command)) === undefined) {
      throw new Failure(`\`${work.source}\` was installed, and there is no \`sla\` in it.`, "Choose a wheel or a checkout of sladsl.");
    }
    await writeFile(path.join(root, `${CURRENT}.new`), name, "utf-8");
    await rename(path.join(root, `${CURRENT}.new`), path.join(root, CURRENT));
    await removeOthers(root, name);
    return command;
  } catch (error) {
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
    throw error;
  }
}

/** Take the environment away again. */
export async function remove(root: string): Promise<void> {
  await rm(root, { recursive: true, force: true, maxRetries: 3 });
}

/** What pip is told: a file or a folder with the extra of the language server and the engine, anything else as it is written. */
export async function requirementOf(source: string): Promise<string> {
  if (!source.trim() || source.startsWith("-")) {
    throw new Failure(`\`${source}\` is nothing that can be installed.`, "Choose a wheel or a checkout of sladsl.");
  }
  let kind: "file" | "folder" | undefined;
  try {
    kind = (await stat(source)).isDirectory() ? "folder" : "file";
  } catch {
    kind = undefined;
  }
  if (kind === undefined && path.isAbsolute(source)) {
    throw new Failure(`There is no \`${source}\`.`, "Choose a wheel or a checkout of sladsl.");
  }
  if (kind === "file" && !/\.(whl|tar\.gz)$/.test(source)) {
    throw new Failure(`\`${source}\` is no wheel.`, "A wheel's name ends in `.whl`.");
  }
  return kind === undefined ? source : `${path.resolve(source)}[lsp,run]`;
}

async function findPython(root: string, work: Work): Promise<string> {
  const wanted = OLDEST.join(".");
  let older: string | undefined;
  for (const python of work.pythons) {
    const ended = await run(python, ["-I", "-c", "import sys; print('%d.%d' % sys.version_info[:2])"], { folder: root, signal: work.signal, patience: 20_000 });
    stopIfCancelled(work);
    const told = /^(\d+)\.(\d+)\s*$/.exec(ended.output);
    if (told !== null) {
      const [major, minor] = [Number(told[1]), Number(told[2])];
      if (major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1])) {
        work.log(`Python ${major}.${minor}: ${python}`);
        return python;
      }
      older ??= `${major}.${minor} at \`${python}\``;
    }
  }
  throw new Failure(
    older === undefined ? "No Python was found." : `Python ${wanted} or later is needed, and the newest found is ${older}.`,
    `Install Python ${wanted} or later from https://www.python.org, or say where one is in the setting \`sla.install.python\`.`,
  );
}

async function step(folder: string, work: Work, command: string, words: readonly string[]): Promise<void> {
  work.log(`${command} ${words.join(" ")}`);
  const ended = await run(command, words, { folder, signal: work.signal, line: work.log });
  stopIfCancelled(work);
  if (ended.status !== 0) {
    throw failureOf(ended);
  }
}

/** What pip and venv say, in words that lead on. */
export function failureOf(ended: Ended): Failure {
  const said = `${ended.output}\n${ended.complaints}`;
  const errors = said.split(/\r?\n/).filter((line) => /^(ERROR|error)\b/.test(line));
  const last = (errors[0] ?? said.trim().split(/\r?\n/).pop() ?? "").replace(/^(ERROR|error):\s*/, "");
  if (/ensurepip is not|python3?[\d.]*-venv/.test(said)) {
    return new Failure("This Python cannot make environments.", "On Debian and Ubuntu, run: sudo apt install python3-venv");
  }
  if (/NewConnectionError|ConnectionError|Temporary failure in name resolution|ConnectTimeout|ProxyError|SSLError|CERTIFICATE_VERIFY/.test(said)) {
    return new Failure("What it needs could not be fetched.", "Look at the connection, at the proxy (`HTTPS_PROXY`) and at pip's settings, then try again.");
  }
  if (/No matching distribution found|No such file or directory: '.*\.whl'/.test(said)) {
    return new Failure(last, "There is no release of sladsl on PyPI yet: choose a wheel or a checkout.");
  }
  if (/No space left on device|ENOSPC/.test(said)) {
    return new Failure("The disk is full.", "Make some space, then try again.");
  }
  return new Failure(last || "The installation ended without a word.", "The log has all that was said.");
}

function stopIfCancelled(work: Work): void {
  if (work.signal.aborted) {
    throw new Cancelled();
  }
}

async function removeOthers(root: string, kept: string): Promise<void> {
  for (const name of await readdir(root)) {
    if (name.startsWith("sla-") && name !== kept) {
      // On Windows a server that still runs holds its files; the next installation takes them away.
      await rm(path.join(root, name), { recursive: true, force: true }).catch(() => undefined);
    }
  }
}

function inside(environment: string, name: string): string {
  return path.join(environment, windows ? "Scripts" : "bin", windows ? `${name}.exe` : name);
}
