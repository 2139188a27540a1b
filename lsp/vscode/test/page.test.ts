import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { message, shown } from "../src/page";

const PAGE = `<!DOCTYPE html><html><head><style>
:root { color-scheme: light dark }
@media (prefers-color-scheme: dark) { body { color: white } }
</style></head><body class="a"><p style="width:3%">x</p></body></html>`;

const hash = (text: string) => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;

test("no script runs, nothing is fetched, and each style is named", () => {
  const page = shown(PAGE, true);
  const policy = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(page)?.[1] ?? "";
  assert.match(policy, /^default-src 'none';/);
  assert.doesNotMatch(policy, /script-src|unsafe-inline|unsafe-eval|https?:/);
  const sheet = /<style>([\s\S]*?)<\/style>/.exec(page)?.[1] ?? "";
  assert.ok(policy.includes(hash(sheet)));
  assert.ok(policy.includes(`'unsafe-hashes'`) && policy.includes(hash("width:3%")));
});

test("the page looks as the editor does", () => {
  assert.match(shown(PAGE, true), /color-scheme: dark[^]*@media all \{/);
  assert.match(shown(PAGE, false), /color-scheme: light [^]*@media not all \{/);
});

test("what is wrong stands above the page, as text", () => {
  const page = shown(PAGE, false, "<b>wrong</b> $&");
  assert.match(page, /<body class="a">.*role="alert">&lt;b&gt;wrong&lt;\/b&gt; \$&amp;</);
  const policy = /content="([^"]*)"/.exec(page)?.[1] ?? "";
  assert.equal([...policy.matchAll(/sha256-/g)].length, 3);
  assert.match(message("a < b", true), /<p>a &lt; b<\/p>/);
});
