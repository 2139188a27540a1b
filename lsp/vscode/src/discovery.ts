// Where the `sla` command is: as the setting says, else in the workspace's own environment, else on the PATH.

import { access, constants } from "node:fs/promises";
import * as path from "node:path";

const windows = process.platform === "win32";
const name = windows ? "sla.exe" : "sla";
const environments = [".venv", "venv"];

export async function findSla(setting: string, folders: readonly string[]): Promise<string | undefined> {
  if (setting) {
    return (await runs(setting)) ? setting : undefined;
  }
  const inside = folders.flatMap((folder) =>
    environments.map((each) => path.join(folder, each, windows ? "Scripts" : "bin", name)),
  );
  const onPath = (process.env.PATH ?? "").split(path.delimiter).filter(Boolean).map((each) => path.join(each, name));
  for (const candidate of [...inside, ...onPath]) {
    if (await runs(candidate)) {
      return candidate;
    }
  }
  return undefined;
}

async function runs(file: string): Promise<boolean> {
  try {
    await access(file, windows ? constants.F_OK : constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
