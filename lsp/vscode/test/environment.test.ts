import assert from "node:assert/strict";
import { chmod, mkdtemp, readdir, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { test } from "node:test";
import { Cancelled, Failure, Work, failureOf, install, installed, remove, requirementOf } from "../src/environment";

const posix = process.platform !== "win32";

/** A Python that makes "environments" whose own Python installs a `sla`, or does what it is told instead of that. */
async function python(folder: string, name: string, instead = "", version = "3.12"): Promise<string> {
  const file = path.join(folder, name);
  await writeFile(file, `#!/bin/sh
case "$*" in
  *version_info*) echo "${version}" ;;
  *"-m venv"*) mkdir -p "$4/bin" && cp "$0" "$4/bin/python" ;;
  *"-m pip"*) ${instead || `here=$(dirname "$0"); printf '#!/bin/sh\\necho "sla 0.9"\\n' > "$here/sla"; chmod +x "$here/sla"; echo "Collecting sladsl"; echo "$*" > "$here/told"`} ;;
esac
`);
  await chmod(file, 0o755);
  return file;
}

interface Told {
  readonly work: Work;
  readonly stop: AbortController;
  readonly lines: string[];
}

function work(pythons: string[], source = "sladsl==0.9"): Told {
  const [stop, lines] = [new AbortController(), [] as string[]];
  const log = (line: string) => lines.push(line);
  return { work: { source, pythons, signal: stop.signal, say: log, log }, stop, lines };
}

const folder = () => mkdtemp(path.join(tmpdir(), "sla with space "));

test("an environment is made, and takes the place of the one before", { skip: !posix }, async () => {
  const [root, programs] = [path.join(await folder(), "environments"), await folder()];
  const told = work([await python(programs, "old", "", "3.9"), await python(programs, "new")]);
  assert.equal(await installed(root), undefined);
  const first = await install(root, told.work);
  assert.equal(await installed(root), first);
  assert.ok(told.lines.includes("Collecting sladsl"));
  const second = await install(root, told.work);
  assert.notEqual(second, first);
  assert.equal(await installed(root), second);
  assert.equal((await readdir(root)).filter((each) => each.startsWith("sla-")).length, 1);
  await remove(root);
  assert.equal(await installed(root), undefined);
});

test("what goes wrong leaves the environment that was there", { skip: !posix }, async () => {
  const [root, programs] = [path.join(await folder(), "environments"), await folder()];
  const before = await install(root, work([await python(programs, "good")]).work);
  const broken = await python(programs, "broken", "echo 'ERROR: No matching distribution found for sladsl' >&2; exit 1");
  await assert.rejects(install(root, work([broken]).work), (error: Failure) => /No matching/.test(error.message) && /no release/.test(error.advice));
  const empty = await python(programs, "empty", "true");
  await assert.rejects(install(root, work([empty]).work), (error: Failure) => /there is no `sla` in it/.test(error.message));
  assert.equal(await installed(root), before);
  assert.equal((await readdir(root)).length, 2);
});

test("to cancel ends what was started, and leaves nothing", { skip: !posix }, async () => {
  const [root, programs] = [path.join(await folder(), "environments"), await folder()];
  const told = work([await python(programs, "slow", 'echo "Collecting slowly"; sleep 60')]);
  const log = (line: string) => line === "Collecting slowly" && told.stop.abort();
  const begun = Date.now();
  await assert.rejects(install(root, { ...told.work, log }), Cancelled);
  assert.ok(Date.now() - begun < 50_000);
  assert.deepEqual(await readdir(root), []);
});

test("a Python that is too old is told", { skip: !posix }, async () => {
  const [root, programs] = [await folder(), await folder()];
  const old = await python(programs, "old", "", "3.9");
  await assert.rejects(install(root, work([old]).work), (error: Failure) => /newest found is 3\.9/.test(error.message) && /install\.python/.test(error.advice));
  await assert.rejects(install(root, work([]).work), (error: Failure) => /No Python was found/.test(error.message));
});

test("a file and a folder are installed with what an editor needs", async () => {
  const root = await folder();
  const wheel = path.join(root, "sladsl-1-py3-none-any.whl");
  await writeFile(wheel, "");
  await writeFile(path.join(root, "other.zip"), "");
  assert.equal(await requirementOf(wheel), `${wheel}[lsp,run]`);
  assert.equal(await requirementOf(root), `${root}[lsp,run]`);
  assert.equal(await requirementOf("sladsl[lsp]==2"), "sladsl[lsp]==2");
  for (const bad of ["", "--index-url=http://x", path.join(root, "gone.whl"), path.join(root, "other.zip")]) {
    await assert.rejects(requirementOf(bad), Failure);
  }
});

test("what pip and venv say leads on", () => {
  const advice = (complaints: string) => failureOf({ status: 1, output: "", complaints }).advice;
  assert.match(advice("The virtual environment was not created: ensurepip is not\navailable. apt install python3.12-venv"), /python3-venv/);
  assert.match(advice("WARNING: Retrying after NewConnectionError"), /proxy/);
  assert.match(advice("ERROR: [Errno 28] No space left on device"), /space/);
  assert.match(advice("ERROR: metadata-generation-failed"), /log/);
});
