/** One row: what became of it, in sentences, and each promise on it as a drawn timeline. */
import type { JSX } from "preact";
import { useMemo } from "preact/hooks";
import type { Explanation, ExplanationClock, ExplanationPhrase } from "../../../build/documents";
import { Empty, Failure, Field, Table } from "../parts";
import type { Studio } from "../studio";
import { dated, moment, span } from "../words";
import { lateRows } from "./verdicts";
import { Timeline } from "./timeline";

const OFFERED = 200;

export function Lead({ studio }: { studio: Studio }): JSX.Element {
  const { judging, project } = studio;
  const said = judging.said.explain;
  const story = said?.value ?? null;
  const told = useMemo(() => story !== null && <Story story={story} />, [story]); // large, and the same while somebody types
  if (project.state.data.size === 0) return <Empty><p>There are no data, and so no row to explain.</p></Empty>;
  return (
    <>
      <Pick studio={studio} />
      {judging.row === null ? <Empty><p>Choose a row, or type its key, or its company, its e-mail or a part of one: what became of it and why is drawn here.</p></Empty> : said === undefined ? <Empty><p>{judging.waiting("It is being looked up…")}</p></Empty> : story === null ? <NotFound studio={studio} said={said.error} /> : told}
    </>
  );
}

interface Offer {
  group: string;
  key: string;
  record: string;
  label: string;
}

/** The rows that somebody would ask about. */
function offered(studio: Studio): Offer[] {
  const run = studio.judging.said.run?.value;
  if (!run) return [];
  const late = lateRows(run).slice(0, OFFERED).map((each) => ({ group: `Late: ${each.commitment}`, key: each.key, record: each.record, label: each.key }));
  const doubtful = run.data_problems.flatMap((each) => each.examples.map((key) => ({ group: `${each.subject ?? (each.field === null ? each.record : `${each.record}.${each.field}`)}: ${each.said}`, key, record: each.record, label: key })));
  return [...late, ...doubtful];
}

function Pick({ studio }: { studio: Studio }): JSX.Element {
  const groups = Map.groupBy(offered(studio), (each) => each.group);
  const row = studio.judging.row;
  return (
    <form
      class="asked"
      onSubmit={(event) => {
        event.preventDefault();
        const key = String(new FormData(event.currentTarget).get("key") ?? "").trim();
        if (key !== "") studio.explain(key, key === row?.key ? row.record : null);
      }}
    >
      <label>
        Rows to look at{" "}
        <select
          onChange={(event) => {
            const [record, ...key] = event.currentTarget.value.split(" ");
            if (key.length > 0) studio.explain(key.join(" "), record ?? null);
          }}
        >
          <option value="">{groups.size === 0 ? "none late, none in doubt" : "choose…"}</option>
          {[...groups].map(([group, rows]) => (
            <optgroup key={group} label={group}>
              {rows.map((each) => <option key={each.record + each.key} value={`${each.record} ${each.key}`} selected={row?.key === each.key && row.record === each.record}>{each.label}</option>)}
            </optgroup>
          ))}
        </select>
      </label>
      <label>
        or any other: its key, company or e-mail, or a part of one <Field name="key" value={row?.key ?? ""} />
      </label>
      <button type="submit">Explain</button>
    </form>
  );
}

/** What the command says where no row has the key; the keys that it names instead can be pressed. */
function NotFound({ studio, said }: { studio: Studio; said: string }): JSX.Element {
  const [, listed = ""] = /(?:did you mean|its keys are like|has it in) (`.*`.*)/s.exec(said) ?? [];
  const keys = [...listed.matchAll(/`([^`]+)`(?: \(([^`]*)\))?/g)].map(([, key = "", says = ""]) => ({ key, says }));
  return (
    <>
      <Failure text={said} />
      {keys.length > 0 && <p class="choices">{keys.map(({ key, says }) => <button key={key} type="button" onClick={() => studio.explain(key, null)}>{key}{says !== "" && `: ${says}`}</button>)}</p>}
    </>
  );
}

function Story({ story }: { story: Explanation }): JSX.Element {
  const { zone } = story.agreement;
  const places = story.places.map((place) => `${place.file}${place.line === null ? "" : `:${place.line}`}`).join(", ");
  const told = story.clocks.filter((clock) => clock.start.at !== null || clock.state !== null);
  return (
    <section>
      <h2>{story.record} {story.key}</h2>
      <p class="soft">As of {dated(story.as_of, zone)} {zone}. {places && `It stands in ${places}.`}{story.accountable?.value != null && ` Accountable: ${story.accountable.called ?? String(story.accountable.value)}.`}</p>
      <ul class="said">{story.said.map((each) => <li key={each}>{each}</li>)}</ul>
      {story.said.length === 0 && <p>No promise is about this row, and it is in no definition.</p>}
      {told.map((clock) => <Promised key={clock.id} clock={clock} story={story} />)}
      <Definitions story={story} />
      <Fields story={story} />
    </section>
  );
}

const sentence = (clock: ExplanationClock, story: Explanation): string => story.said.find((each) => each.startsWith(`${clock.kpi}:`)) ?? `${clock.kpi}: ${clock.state ?? "not judged"}`;

function Promised({ clock, story }: { clock: ExplanationClock; story: Explanation }): JSX.Element {
  const { zone } = story.agreement;
  const deadline = clock.deadline;
  const facts: [string, string][] = [["promise", clock.promise]];
  if (clock.start.at !== null) facts.push(["started", `${dated(clock.start.at, zone)} (${clock.start.words})`]);
  if (deadline?.at != null) facts.push(["deadline", `${dated(deadline.at, zone)} (${deadline.words}${deadline.calendar === null ? "" : ` of ${deadline.calendar}`})`]);
  facts.push(["stopped", clock.stop.at === null ? "not yet" : `${dated(clock.stop.at, zone)} (${clock.stop.words})`]);
  if (clock.late_by !== null && clock.late_by > 0) facts.push(["late by", span(clock.late_by)]);
  if (clock.took !== null) facts.push(["took", `${span(clock.took)}${clock.took_in === null ? "" : ` of ${clock.took_in}`}`]);
  if (clock.follows.length > 0) facts.push(["follows", clock.follows.map((each) => `${each.action} to "${each.to}"`).join(", ")]);
  return (
    <article class={`promise-of ${clock.state ?? "other"}`}>
      <h3>{sentence(clock, story)}</h3>
      <Timeline clock={clock} asOf={story.as_of} zone={zone} said={sentence(clock, story)} />
      <dl class="facts">{facts.map(([word, said]) => <><dt>{word}</dt><dd>{said}</dd></>)}</dl>
      {deadline !== null && deadline.timeline.length > 0 && <Counted clock={clock} zone={zone} />}
      {clock.events.length > 0 && (
        <details>
          <summary>What was looked at ({clock.events.length})</summary>
          <Table caption="In the order of time" heads={["when", "what", "why it stopped the clock, or did not", "its condition"]} rows={clock.events.map((each) => [each.at === null ? "" : moment(each.at, zone), `${each.record ?? ""} ${each.key}`, each.fate, each.where?.text ?? ""])} />
        </details>
      )}
    </article>
  );
}

function Counted({ clock, zone }: { clock: ExplanationClock; zone: string }): JSX.Element {
  const rows = (clock.deadline?.timeline ?? []).map((each) => [moment(each.start, zone), moment(each.end, zone), each.counted > 0 ? span(each.counted) : "", each.paused ? "paused" : [...new Set(each.closed.map((x) => x.name ?? x.why))].join(", ")]);
  return (
    <details>
      <summary>Every stretch of time that was counted</summary>
      <Table caption={`Open time of ${clock.deadline?.calendar ?? "the clock"}`} heads={["from", "to", "counted", "skipped"]} numbers={[2]} rows={rows} />
    </details>
  );
}

function Definitions({ story }: { story: Explanation }): JSX.Element | null {
  if (story.definitions.length === 0) return null;
  return (
    <details>
      <summary>Definitions, with the values of this row</summary>
      {story.definitions.map((each) => (
        <div key={each.name}>
          <h3>{each.name} {each.label && <span class="promise">{each.label}</span>}: {each.status}</h3>
          {each.condition !== null && <ul class="tree"><Phrase phrase={each.condition} /></ul>}
        </div>
      ))}
    </details>
  );
}

const SIGNS = new Map<unknown, string>([[true, "yes"], [false, "no"], [null, "?"]]);

function Phrase({ phrase }: { phrase: ExplanationPhrase }): JSX.Element {
  const condition = typeof phrase.value === "boolean" || phrase.parts.length > 0;
  const values = phrase.parts.filter((each) => each.parts.length === 0 && typeof each.value !== "boolean");
  const below = phrase.parts.filter((each) => !values.includes(each));
  const shown = values.map((each) => `${each.text} = ${each.value === null ? "missing" : String(each.value)}`).join(", ");
  return (
    <li>
      {condition && <span class={`sign ${SIGNS.get(phrase.value) ?? "value"}`}>{SIGNS.get(phrase.value) ?? String(phrase.value)}</span>} <code>{phrase.text}</code> <span class="soft">{shown}</span>
      {below.length > 0 && <ul>{below.map((each) => <Phrase key={each.text} phrase={each} />)}</ul>}
    </li>
  );
}

function Fields({ story }: { story: Explanation }): JSX.Element {
  const { zone } = story.agreement;
  const shown = (value: Explanation["fields"][number]["value"]): string => (value === null ? "missing" : typeof value === "string" && /^\d{4}-\d\d-\d\dT.*Z$/.test(value) ? moment(value, zone) : String(value));
  return (
    <details>
      <summary>The row itself</summary>
      <dl class="facts">{story.fields.map((each) => <><dt>{each.name}</dt><dd>{each.hidden ? "later than the as-of" : shown(each.value)}</dd></>)}</dl>
      {Object.entries(story.has).map(([record, number]) => <p key={record} class="soft">{number} of {record}</p>)}
    </details>
  );
}
