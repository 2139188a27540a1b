// Where the `sla` command is. What a folder holds that nobody trusts is never started, whoever leads there.

import { access, constants, readFile, realpath, stat } from "node:fs/promises";
import * as path from "node:path";
import { run } from "./processes";

export interface Places {
  /** What the setting says; empty where it says nothing. */
  readonly setting: string;
  /** The folders of the workspace, and whether somebody trusts them. */
  readonly folders: readonly string[];
  readonly trusted: boolean;
  /** The interpreter that the Python extension has for the workspace. */
  readonly interpreter?: string;
  /** The command in the environment that the extension made, and whether it goes before all that is found elsewhere. */
  readonly own?: string;
  readonly prefersOwn?: boolean;
  readonly home: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly platform: NodeJS.Platform;
}

export interface Candidate {
  readonly command: string;
  /** Where it was found, in a reader's words. */
  readonly from: string;
  readonly kind: "setting" | "workspace" | "interpreter" | "pipx" | "uv" | "conda" | "path" | "own";
}

export interface Found extends Candidate {
  readonly version: string;
}

const PATIENCE = 30_000; // a first start on a slow machine

/** The first command that is one of ours; undefined where there is none. The setting is taken or nothing else is. */
export async function findSla(places: Places, version = versionOf): Promise<Found | undefined> {
  for (const candidate of await candidates(places)) {
    const is = (await isAllowed(candidate.command, places)) && (await isFile(candidate.command, places.platform));
    const told = is ? await version(candidate.command) : undefined;
    if (told !== undefined) {
      return { ...candidate, version: told };
    }
  }
  return undefined;
}

/** What `sla --version` says; undefined for a program of another kind that happens to have the name. */
export async function versionOf(command: string): Promise<string | undefined> {
  const ended = await run(command, ["--version"], { patience: PATIENCE });
  return /^sla (\S+)\s*$/.exec(ended.output)?.[1];
}

/** All the places, in the order in which they are asked. */
export async function candidates(places: Places): Promise<Candidate[]> {
  const { home, environment: told, platform } = places;
  const windows = platform === "win32";
  const join = windows ? path.win32.join : path.posix.join;
  const inside = (folder: string) => join(folder, windows ? "Scripts" : "bin", windows ? "sla.exe" : "sla");
  if (places.setting) {
    return [{ command: expanded(places.setting, places), from: "the setting `sla.path`", kind: "setting" }];
  }
  const found: Candidate[] = [];
  const add = (kind: Candidate["kind"], from: string, ...commands: string[]) =>
    found.push(...commands.map((command) => ({ command, from, kind })));
  if (places.own && places.prefersOwn) {
    add("own", "the extension's own environment", places.own);
  }
  if (places.trusted) {
    for (const folder of places.folders) {
      add("workspace", "the workspace's `.venv`", inside(join(folder, ".venv")));
      add("workspace", "the workspace's `venv`", inside(join(folder, "venv")));
    }
    if (places.interpreter) {
      const beside = join(path.dirname(places.interpreter), windows ? "sla.exe" : "sla");
      add("interpreter", "the Python extension's interpreter", beside, ...(windows ? [inside(path.win32.dirname(places.interpreter))] : []));
    }
  }
  const data = told.XDG_DATA_HOME || join(home, ".local", "share");
  const local = told.LOCALAPPDATA || join(home, "AppData", "Local");
  const roaming = told.APPDATA || join(home, "AppData", "Roaming");
  const pipx = told.PIPX_HOME
    ? [told.PIPX_HOME]
    : windows
      ? [join(home, "pipx"), join(local, "pipx", "pipx"), join(local, "pipx")]
      : [join(home, ".local", "pipx"), join(data, "pipx"), join(home, "Library", "Application Support", "pipx")];
  add("pipx", "pipx", ...pipx.map((each) => inside(join(each, "venvs", "sladsl"))));
  const uv = told.UV_TOOL_DIR
    ? [told.UV_TOOL_DIR]
    : windows
      ? [join(roaming, "uv", "data", "tools"), join(roaming, "uv", "tools")]
      : [join(data, "uv", "tools")];
  add("uv", "uv's tools", ...uv.map((each) => inside(join(each, "sladsl"))));
  for (const each of [told.CONDA_PREFIX, ...(await condas(join(home, ".conda", "environments.txt")))]) {
    if (each) {
      add("conda", `the conda environment ${each}`, inside(each));
    }
  }
  add("path", "the PATH", ...onPath(places, windows ? "sla.exe" : "sla"));
  if (places.own && !places.prefersOwn) {
    add("own", "the extension's own environment", places.own);
  }
  const seen = new Set<string>();
  return found.filter((each) => !seen.has(each.command) && seen.add(each.command));
}

/** Interpreters that an environment can be made with, the best first: the one that is named, or all that are found. */
export async function pythonsOf(places: Places, named: string): Promise<string[]> {
  if (named) {
    return [expanded(named, places)];
  }
  const names = places.platform === "win32" ? ["py.exe", "python.exe"] : ["python3", "python3.14", "python3.13", "python3.12", "python3.11", "python"];
  const found: string[] = places.interpreter ? [places.interpreter] : [];
  for (const each of names.flatMap((name) => onPath(places, name))) {
    if ((await isFile(each, places.platform)) && (await isAllowed(each, places))) {
      found.push(each);
    }
  }
  return found;
}

/** A name in each folder of the PATH; what is there by a way that begins where one happens to be is left out. */
function onPath(places: Places, name: string): string[] {
  const { isAbsolute, join } = places.platform === "win32" ? path.win32 : path.posix;
  const folders = (places.environment.PATH ?? places.environment.Path ?? "").split(places.platform === "win32" ? ";" : ":");
  return folders.filter((each) => isAbsolute(each)).map((each) => join(each, name));
}

/** What to run so that an installation gets the language server, which is an extra. */
export function withServer(found: Candidate, platform: NodeJS.Platform = process.platform): string {
  const windows = platform === "win32";
  const { dirname, join } = windows ? path.win32 : path.posix;
  if (found.kind === "pipx") {
    return 'pipx runpip sladsl install "sladsl[lsp]"';
  }
  const beside = dirname(found.command);
  const python = windows && found.kind === "conda" ? join(dirname(beside), "python.exe") : join(beside, windows ? "python.exe" : "python");
  if (found.kind === "uv") {
    return `uv pip install --python "${python}" "sladsl[lsp]"`;
  }
  // On the PATH there is often a link; its interpreter is where it leads.
  return found.kind === "path" || found.kind === "setting" ? 'pip install "sladsl[lsp]"' : `"${python}" -m pip install "sladsl[lsp]"`;
}

function expanded(setting: string, places: Places): string {
  const folder = places.folders[0] ?? places.home;
  const join = places.platform === "win32" ? path.win32 : path.posix;
  const said = setting
    .replace(/^~(?=[/\\])/, () => places.home)
    .replace(/\$\{userHome\}/g, () => places.home)
    .replace(/\$\{workspaceFolder\}/g, () => folder);
  return join.resolve(folder, said);
}

async function condas(list: string): Promise<string[]> {
  try {
    return (await readFile(list, "utf-8")).split(/\r?\n/).map((each) => each.trim()).filter(Boolean);
  } catch {
    return [];
  }
}

/** Nothing of a folder that nobody trusts, by whatever way one comes there. */
export async function isAllowed(file: string, places: Places): Promise<boolean> {
  if (places.trusted) {
    return true;
  }
  const ways = [path.resolve(file), await real(file)];
  const folders = (await Promise.all(places.folders.map(async (each) => [path.resolve(each), await real(each)]))).flat();
  return !folders.some((folder) => ways.some((way) => way === folder || way.startsWith(folder + path.sep)));
}

async function real(file: string): Promise<string> {
  try {
    return await realpath(file);
  } catch {
    return path.resolve(file);
  }
}

async function isFile(file: string, platform: NodeJS.Platform): Promise<boolean> {
  try {
    await access(file, platform === "win32" ? constants.F_OK : constants.X_OK);
    return (await stat(file)).isFile();
  } catch {
    return false;
  }
}
