/** A bare page, upon which the studio is built: what can be asked of the workers can be asked here. */
import { PythonWorker, beginService, keepAll } from "../python";

const state = document.getElementById("state")!;
await beginService();
const typing = new PythonWorker({ serves: true, onLoading: ({ what }) => (state.textContent = what) });
const judging = new PythonWorker();
const both = await Promise.all([typing.ready, judging.ready]);
state.textContent = `sla ${both[0].version}`;
keepAll();
Object.assign(globalThis, { studio: { typing, judging } });
