/** A ZIP archive of some files, compressed by the browser. */

const CRC = Uint32Array.from({ length: 256 }, (_, n) => {
  let value = n;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? 0xedb88320 ^ (value >>> 1) : value >>> 1;
  return value;
});

function checksum(bytes: Uint8Array): number {
  let value = 0xffffffff;
  for (const byte of bytes) value = (CRC[(value ^ byte) & 0xff] ?? 0) ^ (value >>> 8);
  return (value ^ 0xffffffff) >>> 0;
}

export function streamed(bytes: Uint8Array, stream: CompressionStream | DecompressionStream): ReadableStream<Uint8Array> {
  return new Blob([bytes as BlobPart]).stream().pipeThrough(stream as ReadableWritablePair<Uint8Array, BufferSource>);
}

export async function through(bytes: Uint8Array, stream: CompressionStream | DecompressionStream): Promise<Uint8Array> {
  return new Uint8Array(await new Response(streamed(bytes, stream) as BodyInit).arrayBuffer());
}

/** The fields of a header, each as two or four bytes, lowest first. */
function packed(fields: readonly (readonly [number, 2 | 4])[]): Uint8Array {
  const made = new Uint8Array(fields.reduce((sum, [, size]) => sum + size, 0));
  const view = new DataView(made.buffer);
  let at = 0;
  for (const [value, size] of fields) {
    if (size === 2) view.setUint16(at, value, true);
    else view.setUint32(at, value, true);
    at += size;
  }
  return made;
}

const UTF8_NAMES = 0x0800;
const DEFLATED = 8;
const FIRST_DAY = 0x0021; // 1980-01-01: archives of the same files are the same

export async function zip(files: Iterable<readonly [string, Uint8Array]>): Promise<Blob> {
  const parts: Uint8Array[] = [];
  const directory: Uint8Array[] = [];
  let at = 0;
  let count = 0;
  for (const [name, content] of files) {
    const called = new TextEncoder().encode(name);
    const body = await through(content, new CompressionStream("deflate-raw"));
    const common = [[20, 2], [UTF8_NAMES, 2], [DEFLATED, 2], [0, 2], [FIRST_DAY, 2], [checksum(content), 4], [body.length, 4], [content.length, 4], [called.length, 2], [0, 2]] as const;
    const head = packed([[0x04034b50, 4], ...common]);
    directory.push(packed([[0x02014b50, 4], [20, 2], ...common, [0, 2], [0, 2], [0, 2], [0, 4], [at, 4]]), called);
    parts.push(head, called, body);
    at += head.length + called.length + body.length;
    count += 1;
  }
  const size = directory.reduce((sum, part) => sum + part.length, 0);
  const end = packed([[0x06054b50, 4], [0, 2], [0, 2], [count, 2], [count, 2], [size, 4], [at, 4], [0, 2]]);
  return new Blob([...parts, ...directory, end] as BlobPart[], { type: "application/zip" });
}
