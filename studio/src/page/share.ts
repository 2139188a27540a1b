/** A link that has the agreement in it, in the part of the address that no server is sent: `#a=` and base64url(deflate-raw(JSON)). Never data. */
import { through } from "./zip";

export const PREFIX = "#a=";
/** Longer links are cut by some mail programs and chats. */
export const LONG = 8_000;

interface Shared {
  files: Record<string, string>;
}

export async function fragment(files: Record<string, string>): Promise<string> {
  const shared: Shared = { files };
  const packed = await through(new TextEncoder().encode(JSON.stringify(shared)), new CompressionStream("deflate-raw"));
  let binary = "";
  for (const byte of packed) binary += String.fromCharCode(byte);
  return PREFIX + btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

/** The agreements of a link; null where it has none, or was cut on the way. */
export async function opened(hash: string): Promise<Record<string, string> | null> {
  if (!hash.startsWith(PREFIX)) return null;
  try {
    const binary = atob(hash.slice(PREFIX.length).replaceAll("-", "+").replaceAll("_", "/"));
    const text = await through(Uint8Array.from(binary, (letter) => letter.charCodeAt(0)), new DecompressionStream("deflate-raw"));
    const shared = JSON.parse(new TextDecoder().decode(text)) as Shared;
    const files = Object.entries(shared.files).filter(([name, content]) => isPath(name) && typeof content === "string");
    return files.length > 0 ? Object.fromEntries(files) : null;
  } catch {
    return null;
  }
}

/** A relative path of an agreement that leaves no folder. */
export function isPath(name: string): boolean {
  return /\.sla$/.test(name) && !name.startsWith("/") && name.split("/").every((part) => part !== "" && part !== "." && part !== "..");
}
