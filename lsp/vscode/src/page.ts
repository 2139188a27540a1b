// A page that `sla` wrote, as a webview may show it: no script, nothing fetched, and only the styles that it came with.

import { createHash } from "node:crypto";

/** The page under a policy that names each of its styles; `dark` is what the editor looks like. */
export function shown(page: string, dark: boolean, banner?: string): string {
  const themed = page
    .replace(/@media \(prefers-color-scheme: dark\)/g, dark ? "@media all" : "@media not all")
    .replace(/color-scheme: light dark/g, `color-scheme: ${dark ? "dark" : "light"}`);
  const told = banner === undefined ? themed : themed.replace(/<body[^>]*>/, (body) => `${body}${BANNER}<aside class="banner" role="alert">${escaped(banner)}</aside>`);
  return told.replace(/<head>/, () => `<head>\n<meta http-equiv="Content-Security-Policy" content="${policyOf(told)}">`);
}

/** A page that only says something. */
export function message(text: string, dark: boolean): string {
  return shown(
    `<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><style>${PLAIN}</style></head><body><p>${escaped(text)}</p></body></html>`,
    dark,
  );
}

const PLAIN = `body { font: 1rem/1.5 var(--vscode-font-family, sans-serif); padding: 1rem; color: var(--vscode-foreground); background: var(--vscode-editor-background) }
p { white-space: pre-wrap; max-width: 50rem }`;
const BANNER = `<style>.banner { white-space: pre-wrap; margin: 0 0 1rem; padding: .5rem 1rem; border-left: .25rem solid #c4314b; background: #c4314b22 }</style>`;

function policyOf(page: string): string {
  const sheets = [...page.matchAll(/<style[^>]*>([\s\S]*?)<\/style>/g)].map((match) => match[1]);
  const attributes = [...new Set([...page.matchAll(/ style="([^"]*)"/g)].map((match) => match[1]))];
  const hashes = [...sheets, ...attributes].map((each) => `'sha256-${createHash("sha256").update(each, "utf-8").digest("base64")}'`);
  const styles = hashes.length > 0 ? `style-src ${attributes.length > 0 ? "'unsafe-hashes' " : ""}${hashes.join(" ")};` : "";
  return `default-src 'none'; ${styles} img-src data:; form-action 'none'; base-uri 'none'`;
}

function escaped(text: string): string {
  return text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;").replace(/"/g, "&quot;");
}
