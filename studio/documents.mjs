// `node documents.mjs`: the documents that commands print, as TypeScript, from the JSON Schemas that are published with them.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const schemas = join(dirname(here), "sladsl", "reports");
const wanted = { run: "RunDocument", explain: "Explanation", test: "TestsDocument" };

/** `judged_period` of the document of a run is `RunDocumentJudgedPeriod`. */
const named = (document, name) => document + name.replace(/(?:^|_)([a-z])/g, (_, letter) => letter.toUpperCase());

function typeOf(schema, document) {
  if (schema.$ref !== undefined) return named(document, schema.$ref.replace("#/$defs/", ""));
  if ("const" in schema) return JSON.stringify(schema.const);
  if (schema.enum !== undefined) return schema.enum.map((each) => JSON.stringify(each)).join(" | ");
  if (schema.oneOf !== undefined) return schema.oneOf.map((each) => typeOf(each, document)).join(" | ");
  const types = [schema.type].flat();
  return types.map((type) => plain(type, schema, document)).join(" | ");
}

function plain(type, schema, document) {
  switch (type) {
    case "integer":
    case "number":
      return "number";
    case "array":
      if (schema.prefixItems !== undefined) return `readonly [${schema.prefixItems.map((each) => typeOf(each, document)).join(", ")}]`;
      return `readonly (${typeOf(schema.items, document)})[]`;
    case "object":
      return schema.properties === undefined
        ? `Readonly<Record<string, ${typeOf(schema.additionalProperties, document)}>>`
        : objectOf(schema, document);
    default:
      return type;
  }
}

/** What a document of this version may lack. What those of earlier ones lack is there: the page and the command are of one version. */
const absent = new Set(["group", "leads", "hint", "kept", "sample", "coverage", "later_than_now", "otherwise"]);

function objectOf(schema, document) {
  const optional = (name) => (!schema.required.includes(name) && absent.has(name) ? "?" : "");
  const lines = Object.entries(schema.properties).map(([name, of]) => `  readonly ${JSON.stringify(name)}${optional(name)}: ${typeOf(of, document)};`);
  return `{\n${lines.join("\n")}\n}`;
}

const parts = ["// Made by `node documents.mjs` from the published JSON Schemas.\n"];
for (const [name, document] of Object.entries(wanted)) {
  const schema = JSON.parse(readFileSync(join(schemas, `${name}.schema.json`), "utf8"));
  parts.push(`export type ${document} = ${typeOf(schema, document)};\n`);
  for (const [def, of] of Object.entries(schema.$defs ?? {})) parts.push(`export type ${named(document, def)} = ${typeOf(of, document)};\n`);
}
mkdirSync(join(here, "build"), { recursive: true });
writeFileSync(join(here, "build", "documents.ts"), parts.join("\n"));
