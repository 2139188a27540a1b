// One command, `npm run build`: the folder `dist`, which any web server can serve. Everything in it comes from this checkout, from
// `package-lock.json` and from `locks/studio.txt`, to the version and the hash; nothing is fetched by the page from elsewhere.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { examples } from "./examples.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const root = dirname(here);
const dist = join(here, "dist");
const wheels = join(here, "build", "wheels");
const from = join(here, "node_modules", "pyodide");
const python = process.env.PYTHON ?? "python3";
/** Packages that only a spreadsheet needs: fetched with the first one. */
const excel = ["openpyxl", "et_xmlfile", "xlsxwriter"];

const policy = [
  "default-src 'none'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "worker-src 'self'",
  "connect-src 'self'",
  "style-src 'self' 'unsafe-inline'", // of pages that commands print; they can reach nothing else
  "img-src 'self' data: blob:",
  "font-src 'self'",
  "frame-src 'self' blob:",
  "manifest-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
].join("; ");

rmSync(dist, { recursive: true, force: true });
mkdirSync(join(dist, "pyodide"), { recursive: true });
mkdirSync(join(dist, "python"));

await Promise.all([packages(), scripts(), styles()]);
runtime();
shell();
examples(root, dist);
await worker(listed());

/** The wheels, and what the browser is given of them. */
async function packages() {
  rmSync(wheels, { recursive: true, force: true });
  mkdirSync(wheels, { recursive: true });
  const quiet = ["--quiet", "--quiet", "--disable-pip-version-check"];
  execFileSync(python, ["-m", "pip", "wheel", ...quiet, "--no-deps", ...isolation(), "--wheel-dir", wheels, root]);
  execFileSync(python, [
    ...["-m", "pip", "download", ...quiet, "--no-deps", "--require-hashes", "--only-binary=:all:", "--platform", "any"],
    ...["--implementation", "py", "--abi", "none", "--python-version", "3.14"],
    ...["--dest", wheels, "--requirement", join(root, "locks", "studio.txt")],
  ]);
  const { loadPyodide } = await import("pyodide");
  const pyodide = await loadPyodide({ indexURL: from, env: { PYTHONNODEBUGRANGES: "1" } }); // nobody reads a traceback there
  pyodide.FS.mkdir("/wheels");
  pyodide.mountNodeFS("/wheels", wheels);
  pyodide.FS.mkdir("/python");
  pyodide.mountNodeFS("/python", join(dist, "python"));
  await pyodide.runPythonAsync(readFileSync(join(here, "pack.py"), "utf8"));
  const pack = pyodide.globals.get("pack");
  const all = readdirSync(wheels);
  const isExcel = (name) => excel.some((each) => name.startsWith(`${each}-`));
  const made = { core: all.filter((name) => !isExcel(name)), excel: all.filter(isExcel) };
  for (const [name, some] of Object.entries(made)) {
    pack(pyodide.toPy(some.map((each) => `/wheels/${each}`)), `/python/${name}.pack.gz`);
  }
}

/** With the backend that is installed, where it is; else pip fetches one. */
function isolation() {
  try {
    execFileSync(python, ["-c", "import hatchling, lark, interegular"], { stdio: "ignore" });
    return ["--no-build-isolation"];
  } catch {
    return [];
  }
}

async function scripts() {
  const common = { bundle: true, minify: true, format: "esm", target: "es2023", logLevel: "warning", legalComments: "linked", jsx: "automatic", jsxImportSource: "preact" };
  const entries = { page: join(here, "src/page/main.ts"), python: join(here, "src/python.ts") };
  await build({ ...common, entryPoints: entries, outdir: dist, splitting: true, chunkNames: "part-[hash]" });
  await build({
    ...common,
    entryPoints: { "python-worker": join(here, "src/workers/python.ts") },
    outdir: dist,
    loader: { ".py": "text" },
    external: ["./pyodide/pyodide.mjs", "./charts.js"],
  });
  await build({ ...common, entryPoints: { charts: join(here, "src/workers/charts.ts") }, outdir: dist });
}

async function styles() {
  const entry = join(here, "style/studio.css");
  if (existsSync(entry)) {
    await build({ entryPoints: { studio: entry }, outdir: dist, bundle: true, minify: true, logLevel: "warning", external: ["*.woff2"] });
  }
}

/** Pyodide itself, without its list of packages elsewhere. */
function runtime() {
  for (const name of ["pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm", "python_stdlib.zip"]) {
    cpSync(join(from, name), join(dist, "pyodide", name));
  }
  const lock = JSON.parse(readFileSync(join(from, "pyodide-lock.json"), "utf8"));
  writeFileSync(join(dist, "pyodide", "pyodide-lock.json"), JSON.stringify({ ...lock, packages: {} }));
}

function shell() {
  const page = readFileSync(join(here, "index.html"), "utf8");
  const said = page.replace("{{policy}}", policy);
  if (said === page) throw new Error("index.html has no place {{policy}} for the content security policy");
  writeFileSync(join(dist, "index.html"), said);
  writeFileSync(join(dist, "headers.json"), `${JSON.stringify(headers(), null, 2)}\n`);
  for (const name of ["public"]) if (existsSync(join(here, name))) cpSync(join(here, name), dist, { recursive: true });
}

/** What a server should say with every file; the service worker says it where a server does not. */
function headers() {
  return {
    "Content-Security-Policy": `${policy}; frame-ancestors 'self'`,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
  };
}

/** Every file of the folder, and a word that is another as soon as one of them is. */
function listed() {
  const files = readdirSync(dist, { recursive: true, withFileTypes: true })
    .filter((each) => each.isFile())
    .map((each) => relative(dist, join(each.parentPath, each.name)).replaceAll("\\", "/"))
    .sort();
  const hash = createHash("sha256");
  for (const file of files) hash.update(file).update(readFileSync(join(dist, file)));
  return { files, version: hash.digest("hex").slice(0, 16), bytes: files.reduce((sum, f) => sum + statSync(join(dist, f)).size, 0) };
}

async function worker({ files, version, bytes }) {
  await build({
    entryPoints: { "service-worker": join(here, "src/workers/service.ts") },
    outdir: dist,
    bundle: true,
    minify: true,
    format: "iife",
    target: "es2023",
    logLevel: "warning",
    define: {
      FILES: JSON.stringify(files.filter((each) => !each.endsWith(".txt"))),
      VERSION: JSON.stringify(version),
      HEADERS: JSON.stringify(headers()),
    },
  });
  console.log(`${relative(process.cwd(), dist) || "."}: ${files.length + 1} files, ${(bytes / 1e6).toFixed(1)} MB, version ${version}`);
}
