import assert from "node:assert/strict";
import { chmod, mkdir, mkdtemp, realpath, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { test } from "node:test";
import { Candidate, Places, candidates, findSla, pythonsOf, versionOf, withServer } from "../src/discovery";

const posix = process.platform !== "win32";

async function folder(): Promise<string> {
  return realpath(await mkdtemp(path.join(tmpdir(), "sla with space ")));
}

/** A program that says what `sla --version` says, or something else. */
async function program(file: string, says = "sla 1.2.3"): Promise<string> {
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, `#!/bin/sh\necho "${says}"\n`);
  await chmod(file, 0o755);
  return file;
}

function places(home: string, more: Partial<Places> = {}): Places {
  return { setting: "", folders: [], trusted: true, home, environment: {}, platform: "linux", ...more };
}

function kinds(found: readonly Candidate[]): string[] {
  return [...new Set(found.map((each) => each.kind))];
}

test("each place is asked after the one that is nearer to the workspace", async () => {
  const home = await folder();
  await mkdir(path.join(home, ".conda"));
  await writeFile(path.join(home, ".conda", "environments.txt"), "/opt/conda\n\n/opt/conda/envs/sla\n");
  const more = { folders: ["/w"], interpreter: "/env/bin/python", own: "/own/bin/sla", environment: { PATH: "/usr/bin:/bin" } };
  const found = await candidates(places(home, more));
  assert.deepEqual(kinds(found), ["workspace", "interpreter", "pipx", "uv", "conda", "path", "own"]);
  const commands = found.map((each) => each.command);
  assert.deepEqual(commands.slice(0, 3), ["/w/.venv/bin/sla", "/w/venv/bin/sla", "/env/bin/sla"]);
  assert.deepEqual(commands.slice(-5), ["/opt/conda/bin/sla", "/opt/conda/envs/sla/bin/sla", "/usr/bin/sla", "/bin/sla", "/own/bin/sla"]);
  assert.ok(commands.includes(`${home}/.local/share/uv/tools/sladsl/bin/sla`));
  assert.ok(commands.includes(`${home}/.local/share/pipx/venvs/sladsl/bin/sla`));
});

test("the setting is asked alone, and an environment that somebody chose goes first", async () => {
  const home = await folder();
  const own = { own: "/own/bin/sla", environment: { PATH: "/bin" }, folders: ["/w"] };
  const command = async (setting: string) => (await candidates(places(home, { ...own, setting }))).map((each) => each.command);
  assert.deepEqual(await command("~/bin/sla"), [`${home}/bin/sla`]);
  assert.deepEqual(await command("${workspaceFolder}/env/sla"), ["/w/env/sla"]);
  assert.deepEqual(await command("tools/sla"), ["/w/tools/sla"]);
  assert.deepEqual(kinds(await candidates(places(home, { ...own, prefersOwn: true }))).slice(0, 2), ["own", "workspace"]);
});

test("variables say where pipx and uv keep what they install", async () => {
  const environment = { PIPX_HOME: "/p", UV_TOOL_DIR: "/u", CONDA_PREFIX: "/c" };
  const commands = (await candidates(places(await folder(), { environment }))).map((each) => each.command);
  assert.deepEqual(commands, ["/p/venvs/sladsl/bin/sla", "/u/sladsl/bin/sla", "/c/bin/sla"]);
});

test("on Windows programs have another name and stand in another folder", async () => {
  const more: Partial<Places> = { platform: "win32", folders: ["C:\\w"], environment: { Path: "C:\\tools;relative" } };
  const found = await candidates(places("C:\\home", more));
  assert.equal(found[0].command, "C:\\w\\.venv\\Scripts\\sla.exe");
  assert.equal(found[found.length - 1].command, "C:\\tools\\sla.exe");
});

test("another program of the same name is passed by", { skip: !posix }, async () => {
  const home = await folder();
  await program(path.join(home, "a", "sla"), "Serverless Lambda Assistant 3");
  await mkdir(path.join(home, "b", "sla"), { recursive: true });
  const ours = await program(path.join(home, "c", "sla"));
  const found = await findSla(places(home, { environment: { PATH: ["a", "b", "c"].map((each) => path.join(home, each)).join(":") } }));
  assert.equal(found?.command, ours);
  assert.equal(found?.version, "1.2.3");
  assert.equal(await versionOf(path.join(home, "nothing")), undefined);
});

test("a setting that leads nowhere is not made up for", { skip: !posix }, async () => {
  const home = await folder();
  await program(path.join(home, "bin", "sla"));
  const environment = { PATH: path.join(home, "bin") };
  assert.equal((await findSla(places(home, { environment })))?.kind, "path");
  assert.equal(await findSla(places(home, { environment, setting: "/nothing" })), undefined);
});

test("nothing of a workspace that nobody trusts is started, by whatever way", { skip: !posix }, async () => {
  const home = await folder();
  const workspace = path.join(home, "workspace");
  const inside = await program(path.join(workspace, ".venv", "bin", "sla"));
  await program(path.join(workspace, ".venv", "bin", "python3"), "3.12");
  await mkdir(path.join(home, "bin"));
  await symlink(inside, path.join(home, "bin", "sla"));
  const environment = { PATH: [path.join(workspace, ".venv", "bin"), path.join(home, "bin"), "."].join(":"), CONDA_PREFIX: path.join(workspace, ".venv") };
  const more = { folders: [workspace], environment };
  const started: string[] = [];
  const version = async (command: string) => { started.push(command); return "1"; };
  assert.equal(await findSla(places(home, { ...more, trusted: false }), version), undefined);
  assert.deepEqual(started, []);
  assert.deepEqual(await pythonsOf(places(home, { ...more, trusted: false }), ""), []);
  assert.equal((await findSla(places(home, more), version))?.command, inside);
  assert.equal((await pythonsOf(places(home, more), "")).length, 1);
});

test("each kind of installation gets its server in its own way", () => {
  const found = (kind: Candidate["kind"], command: string) => withServer({ kind, command, from: "" }, "linux");
  assert.equal(found("workspace", "/w/.venv/bin/sla"), '"/w/.venv/bin/python" -m pip install "sladsl[lsp]"');
  assert.equal(found("pipx", "/p/bin/sla"), 'pipx runpip sladsl install "sladsl[lsp]"');
  assert.equal(found("uv", "/u/bin/sla"), 'uv pip install --python "/u/bin/python" "sladsl[lsp]"');
  assert.equal(found("path", "/usr/bin/sla"), 'pip install "sladsl[lsp]"');
});
