/** What is open, in the folder of a worker: only what changed is sent. */
import { WORK } from "../protocol";
import type { PythonWorker } from "../python";
import type { ProjectState } from "./project";

export class Mirror {
  #written = new Map<string, string | Uint8Array>();

  constructor(private readonly worker: PythonWorker) {}

  /** The names that are new, gone or have other contents. */
  async write({ agreements, data }: ProjectState): Promise<string[]> {
    const now = new Map<string, string | Uint8Array>([...agreements, ...data]);
    const gone = [...this.#written.keys()].filter((name) => !now.has(name));
    const changed = [...now].filter(([name, content]) => this.#written.get(name) !== content);
    this.#written = now;
    if (gone.length > 0) await this.worker.remove(...gone.map((name) => `${WORK}/${name}`));
    if (changed.length > 0) await this.worker.write(Object.fromEntries(changed.map(([name, content]) => [`${WORK}/${name}`, content])));
    return [...gone, ...changed.map(([name]) => name)];
  }
}
