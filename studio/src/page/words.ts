/** Instants and lengths of time as a reader has them. Figures and verdicts are never worded here: documents say them. */

const formats = new Map<string, Intl.DateTimeFormat>();

function format(zone: string): Intl.DateTimeFormat {
  let made = formats.get(zone);
  if (made === undefined) {
    const options: Intl.DateTimeFormatOptions = {
      weekday: "short", year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23",
    };
    try {
      made = new Intl.DateTimeFormat("en-GB", { ...options, timeZone: zone });
    } catch {
      made = new Intl.DateTimeFormat("en-GB", { ...options, timeZone: "UTC" });
    }
    formats.set(zone, made);
  }
  return made;
}

export interface Local {
  weekday: string;
  date: string;
  clock: string;
}

/** An instant (UTC with `Z`) as the clocks of a zone show it. */
export function local(instant: string | number, zone: string): Local {
  const parts = Object.fromEntries(format(zone).formatToParts(new Date(instant)).map((part) => [part.type, part.value]));
  const seconds = parts.second === "00" ? "" : `:${parts.second}`;
  return { weekday: parts.weekday ?? "", date: `${parts.year}-${parts.month}-${parts.day}`, clock: `${parts.hour}:${parts.minute}${seconds}` };
}

/** `2026-03-09 14:00`, as agreements are written. */
export function moment(instant: string | number, zone: string): string {
  const { date, clock } = local(instant, zone);
  return `${date} ${clock}`;
}

/** `Mon 2026-03-09 14:00`. */
export function dated(instant: string | number, zone: string): string {
  return `${local(instant, zone).weekday} ${moment(instant, zone)}`;
}

/** Seconds in at most two units: `3 d 4 h`, `2 h 5 min`, `12 s`. */
export function span(seconds: number): string {
  if (seconds < 0) return `−${span(-seconds)}`;
  let rest = Math.floor(seconds);
  const parts: string[] = [];
  for (const [size, word] of [[86_400, "d"], [3_600, "h"], [60, "min"], [1, "s"]] as const) {
    const count = Math.floor(rest / size);
    rest -= count * size;
    if (parts.length > 0 || count > 0) parts.push(`${count} ${word}`);
  }
  return parts.slice(0, 2).filter((part) => !part.startsWith("0 ")).join(" ") || "0 s";
}

/** `1 lead`, `3 files`. */
export function counted(number: number, one: string, many = `${one}s`): string {
  return `${number.toLocaleString("en")} ${number === 1 ? one : many}`;
}

export function bytes(size: number): string {
  if (size < 1_000) return counted(size, "byte");
  return size < 1_000_000 ? `${Math.round(size / 1_000)} kB` : `${(size / 1_000_000).toFixed(1)} MB`;
}

/** The last part of a path. */
export function base(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}
