declare module "*.py" {
  const text: string;
  export default text;
}
declare module "*/pyodide/pyodide.mjs" {
  export { loadPyodide } from "pyodide";
}
declare const FILES: string[];
declare const VERSION: string;
declare const HEADERS: Record<string, string>;

/** Beside the worker once it is built: `charts.ts`. */
declare module "./charts.js" {
  export const vegaliteToSvg: (specification: string) => string;
}
