/** A name that no file has yet. */
export function freeName(taken: ReadonlyMap<string, unknown>, wanted: string): string {
  if (!taken.has(wanted)) return wanted;
  for (let number = 2; ; number++) {
    const name = wanted.replace(/(\.\w+)$/, `-${number}$1`);
    if (!taken.has(name)) return name;
  }
}
