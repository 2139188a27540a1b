/** A promise on one row, drawn: open time that was counted, time that was not, what happened, when it was due. */
import type { JSX } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import type { ExplanationClock } from "../../../build/documents";
import { local, moment, span } from "../words";

interface Stretch {
  from: number;
  to: number;
  kind: "open" | "closed" | "paused" | "after" | "late";
  /** Why it did not count, or how much of it did. */
  words: string;
}

interface Mark {
  at: number;
  kind: "start" | "due" | "stop" | "event" | "now";
  words: string;
}

/** Units of the drawing, which are pixels where there is room. */
const WIDEST = 640;
/** What a day above the band takes. */
const DAY = 100;
const NARROWEST = 300;
const EDGE = 14;
const BAND = { top: 54, height: 34 };
const LANE = 17;
const WHY: Record<string, string> = { closed: "closed", holiday: "holiday", "no hours": "no hours", break: "break", "outside hours": "outside hours" };

/** Long stretches are drawn shorter than they are, so that an hour beside a weekend is seen; the order of time stays. */
const weight = (stretch: Stretch): number => Math.sqrt(Math.max(1, (stretch.to - stretch.from) / 60_000)) * (stretch.kind === "open" || stretch.kind === "paused" ? 1 : 0.6);

function closedBecause(closed: readonly { date: string; why: string; name: string | null }[], zone: string, from: number): string {
  const named = closed.find((each) => each.name !== null);
  if (named?.name) return named.name;
  const days = closed.filter((each) => each.why === "no hours" || each.why === "closed").map((each) => local(`${each.date}T12:00:00Z`, "UTC").weekday);
  if (days.length > 0) return [...new Set(days)].join(", ");
  return WHY[closed[0]?.why ?? ""] ?? local(from, zone).weekday;
}

function stretches(clock: ExplanationClock, begin: number, end: number): Stretch[] {
  const deadline = clock.deadline;
  const zone = deadline?.zone ?? "UTC";
  const known: Stretch[] = (deadline?.timeline ?? []).map((each) => {
    const from = Date.parse(each.start);
    const kind = each.paused ? "paused" : each.counted > 0 || each.total !== null ? "open" : "closed";
    const words = kind === "paused" ? "paused" : kind === "open" ? span(each.counted) : closedBecause(each.closed, zone, from);
    return { from, to: Date.parse(each.end), kind, words };
  });
  const made: Stretch[] = [];
  let at = begin;
  for (const each of known) {
    if (each.from > at) made.push({ from: at, to: each.from, kind: "after", words: "" });
    made.push(each);
    at = Math.max(at, each.to);
  }
  const due = deadline?.at == null ? null : Date.parse(deadline.at);
  if (end > at) made.push({ from: at, to: end, kind: due !== null && at >= due ? "late" : "after", words: late(clock) });
  return made;
}

function late(clock: ExplanationClock): string {
  return clock.late_by !== null && clock.late_by > 0 ? `late by ${span(clock.late_by)}` : "";
}

/** Cuts at every mark, so that marks that lie in one stretch stand apart. */
function cut(all: readonly Stretch[], marks: readonly Mark[]): Stretch[] {
  return all.flatMap((stretch) => {
    const inside = [...new Set(marks.map((mark) => mark.at))].filter((at) => at > stretch.from && at < stretch.to).sort((a, b) => a - b);
    const edges = [stretch.from, ...inside, stretch.to];
    return edges.slice(1).map((to, n) => ({ ...stretch, from: edges[n] ?? stretch.from, to, words: inside.length === 0 ? stretch.words : "" }));
  });
}

function marksOf(clock: ExplanationClock, asOf: string): Mark[] {
  const marks: Mark[] = [];
  const start = clock.start.at;
  const due = clock.deadline?.at ?? null;
  const stop = clock.stop.at;
  if (start !== null) marks.push({ at: Date.parse(start), kind: "start", words: clock.start.words });
  if (due !== null) marks.push({ at: Date.parse(due), kind: "due", words: "due" });
  if (stop !== null) marks.push({ at: Date.parse(stop), kind: "stop", words: clock.stop.words });
  const last = stop ?? asOf;
  for (const event of clock.events) {
    if (event.at === null || event.fate === "stopped the clock") continue;
    const at = Date.parse(event.at);
    const near = start === null || Math.abs(at - Date.parse(start)) < 14 * 86_400_000;
    if (near && at <= Date.parse(last) + 7 * 86_400_000 && marks.length < 10) marks.push({ at, kind: "event", words: `${event.record ?? "moment"} ${event.key}` });
  }
  if (stop === null && (clock.state === "open" || clock.state === "paused" || clock.state === "missed")) marks.push({ at: Date.parse(asOf), kind: "now", words: "as of" });
  return marks.sort((a, b) => a.at - b.at);
}

export function Timeline({ clock, asOf, zone, said }: { clock: ExplanationClock; asOf: string; zone: string; said: string }): JSX.Element | null {
  const figure = useRef<HTMLElement>(null);
  const [wide, setWide] = useState(WIDEST);
  useLayoutEffect(() => {
    const { current } = figure;
    if (current === null) return undefined;
    const watching = new ResizeObserver(() => setWide(Math.min(WIDEST, Math.max(NARROWEST, Math.floor(current.clientWidth)))));
    watching.observe(current);
    return () => watching.disconnect();
  }, []);
  const marks = marksOf(clock, asOf);
  if (marks.length === 0 || clock.start.at === null) return null;
  const begin = marks[0]!.at;
  const end = Math.max(marks.at(-1)!.at, begin + 60_000);
  const parts = cut(stretches(clock, begin, end).filter((each) => each.from < end && each.to > begin), marks);
  const total = parts.reduce((sum, each) => sum + weight(each), 0) || 1;
  let at = EDGE;
  const placed = parts.map((stretch) => {
    const width = (weight(stretch) / total) * (wide - 2 * EDGE);
    const x = at;
    at += width;
    return { stretch, x, width };
  });
  const xOf = (instant: number): number => {
    const inside = placed.find(({ stretch }) => instant >= stretch.from && instant <= stretch.to);
    if (inside === undefined) return instant <= begin ? EDGE : wide - EDGE;
    const { stretch, x, width } = inside;
    return x + (width * (instant - stretch.from)) / Math.max(1, stretch.to - stretch.from);
  };
  const lanes = laned(marks.map((mark) => ({ mark, x: xOf(mark.at), at: moment(mark.at, zone) })), wide);
  const height = BAND.top + BAND.height + 14 + Math.max(...lanes.map((each) => each.lane + 1)) * 2 * LANE + 4;
  return (
    <figure class="timeline" ref={figure}>
      <svg viewBox={`0 0 ${wide} ${height}`} role="img" aria-label={said}>
        <Pattern />
        {placed.map(({ stretch, x, width }) => <Band key={`${stretch.from}${stretch.kind}`} stretch={stretch} x={x} width={width} />)}
        <rect x={EDGE} y={BAND.top} width={wide - 2 * EDGE} height={BAND.height} class="frame" />
        <Days placed={placed} zone={zone} wide={wide} />
        {lanes.map((each) => <g key={keyOf(each)} class={`mark ${each.mark.kind}`}><line x1={each.x} x2={each.x} y1={BAND.top - 12} y2={belowBand(each.lane) + LANE + 6} /></g>)}
        {lanes.map((each) => <Marked key={keyOf(each)} {...each} state={clock.state ?? "other"} />)}
      </svg>
      <figcaption>
        <span class="legend open">open time that counts</span> <span class="legend closed">closed</span>
        {clock.pauses.length > 0 && <span class="legend paused">paused</span>} Long stretches are drawn shorter than they are.
      </figcaption>
    </figure>
  );
}

function Pattern(): JSX.Element {
  return (
    <defs>
      <pattern id="paused" width="7" height="7" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
        <rect width="7" height="7" class="paused-paper" />
        <line x1="0" y1="0" x2="0" y2="7" class="paused-line" />
      </pattern>
    </defs>
  );
}

function Band({ stretch, x, width }: { stretch: Stretch; x: number; width: number }): JSX.Element {
  const fits = stretch.words.length * 6.2 < width - 4;
  return (
    <g class={`stretch ${stretch.kind}`}>
      <rect x={x} y={BAND.top} width={width} height={BAND.height}>
        <title>{stretch.words}</title>
      </rect>
      {fits && stretch.words !== "" && <text x={x + width / 2} y={BAND.top + BAND.height / 2 + 4} text-anchor="middle">{stretch.words}</text>}
    </g>
  );
}

/** The days above the band, where each begins and there is room. */
function Days({ placed, zone, wide }: { placed: readonly { stretch: Stretch; x: number; width: number }[]; zone: string; wide: number }): JSX.Element {
  const labels: { x: number; text: string }[] = [];
  let day = "";
  for (const { stretch, x: begins } of placed) {
    const { weekday, date } = local(stretch.from, zone);
    const x = Math.min(begins, wide - DAY);
    if (date === day || (labels.length > 0 && x - labels.at(-1)!.x < DAY)) continue;
    day = date;
    labels.push({ x, text: `${weekday} ${date}` });
  }
  return <>{labels.map(({ x, text }) => <text key={text} class="day" x={x} y={BAND.top - 30}>{text}</text>)}</>;
}

interface Laned {
  mark: Mark;
  x: number;
  /** When it was, in words. */
  at: string;
  lane: number;
  anchor: "start" | "end";
}

const keyOf = ({ mark }: Laned): string => `${mark.kind}${mark.at}${mark.words}`;
const belowBand = (lane: number): number => BAND.top + BAND.height + 14 + lane * 2 * LANE;

/** Each label on the first line where it does not run into another one. */
function laned(all: readonly { mark: Mark; x: number; at: string }[], room: number): Laned[] {
  const ends: { from: number; to: number }[][] = [];
  return all.map((each) => {
    const wide = Math.max(each.mark.words.length, each.at.length) * 6.6 + 10;
    const anchor = each.x + wide > room ? "end" : "start";
    const from = anchor === "start" ? each.x : each.x - wide;
    const to = from + wide;
    let lane = ends.findIndex((taken) => taken.every((other) => to < other.from || from > other.to));
    if (lane < 0) lane = ends.push([]) - 1;
    ends[lane]!.push({ from, to });
    return { ...each, lane, anchor };
  });
}

function Marked({ mark, x, at, lane, anchor, state }: Laned & { state: string }): JSX.Element {
  const y = belowBand(lane);
  const dx = anchor === "start" ? 5 : -5;
  return (
    <g class={`mark ${mark.kind} ${mark.kind === "stop" ? state : ""}`}>
      <Sign mark={mark} x={x} />
      <text x={x + dx} y={y + 8} text-anchor={anchor}>{mark.words}</text>
      <text x={x + dx} y={y + 8 + LANE - 3} text-anchor={anchor} class="clock">{at}</text>
    </g>
  );
}

function Sign({ mark, x }: { mark: Mark; x: number }): JSX.Element {
  const y = BAND.top - 14;
  switch (mark.kind) {
    case "start":
      return <path d={`M${x - 5},${y - 7} L${x + 7},${y} L${x - 5},${y + 7} Z`} />;
    case "due":
      return <path d={`M${x},${y + 7} L${x},${y - 9} L${x + 12},${y - 4} L${x},${y + 1}`} />;
    case "stop":
      return <circle cx={x} cy={y} r="7" />;
    case "event":
      return <circle cx={x} cy={y} r="4.5" class="hollow" />;
    case "now":
      return <rect x={x - 5} y={y - 5} width="10" height="10" transform={`rotate(45 ${x} ${y})`} class="hollow" />;
  }
}
