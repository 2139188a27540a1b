// The bundled examples and the tutorial's, with their data, for the page's menu: `index.json` lists them.
import { cpSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const TUTORIAL = { name: "tutorial", title: "A first handoff", about: "The tutorial's: 18 contacts, 16 calls, three promises.", asOf: "2026-04-01" };
/** How a reader of the menu knows them. */
const ABOUT = {
  handoff: "A year of a CRM's exports: a score, routes, business hours with a lunch break.",
  followup: "Whose turn it is, in each rep's own hours, with days off.",
  service_desk: "Four tiers and two offices: replies, requests, resolutions.",
  uptime: "A vendor and its customer: a share of requests, and credits.",
};

export function examples(root, dist) {
  const folder = join(dist, "examples");
  const index = [tutorial(join(root, "docs", "tutorial.md"), join(folder, TUTORIAL.name))];
  for (const [name, about] of Object.entries(ABOUT)) index.push(bundled(name, about, join(root, "examples", name), join(folder, name)));
  writeFileSync(join(folder, "index.json"), `${JSON.stringify(index, null, 2)}\n`);
}

function bundled(name, about, from, to) {
  mkdirSync(to, { recursive: true });
  const files = readdirSync(from);
  const agreements = files.filter((file) => file.endsWith(".sla"));
  const data = files.filter((file) => file.endsWith(".csv"));
  for (const file of [...agreements, ...data]) cpSync(join(from, file), join(to, file));
  const [main, title] = agreements.map((file) => [file, /^agreement "([^"]+)"/m.exec(readFileSync(join(from, file), "utf8"))?.[1]]).find(([, said]) => said !== undefined);
  return { name, title, about, agreements, data, main, asOf: "" };
}

/** The files that the tutorial has its reader save. */
function tutorial(page, to) {
  mkdirSync(to, { recursive: true });
  const wanted = ["contacts.csv", "calls.csv", "handoff.sla"];
  const text = readFileSync(page, "utf8");
  for (const [, name, content] of text.matchAll(/^```\w+ (\S+)\n(.*?)^```$/gms)) if (wanted.includes(name)) writeFileSync(join(to, name), content);
  return { ...TUTORIAL, agreements: ["handoff.sla"], data: ["contacts.csv", "calls.csv"], main: "handoff.sla" };
}
