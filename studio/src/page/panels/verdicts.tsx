/** Cards of how each promise stands, tables by period, who was late, and what could not be judged: counted and listed. */
import type { JSX } from "preact";
import { useMemo } from "preact/hooks";
import type { RunDocument } from "../../../build/documents";
import { Empty, Failure, Field, Some, Table } from "../parts";
import { sources } from "../project";
import type { Studio } from "../studio";
import { base, counted, dated, moment, span } from "../words";

type Commitment = RunDocument["commitments"][number];
type Judged = Commitment["periods"][number];
type Breach = RunDocument["breaches"][number];
type Problem = RunDocument["data_problems"][number];

const FEW = 6;

export function Verdicts({ studio }: { studio: Studio }): JSX.Element {
  const { project, judging } = studio;
  const said = judging.said.run;
  const run = said?.value ?? null;
  const judgement = useMemo(() => run !== null && <Judgement studio={studio} run={run} />, [run]); // large, and the same while somebody types
  if (project.judged === null) return <Empty><p>There is no agreement to judge yet.</p></Empty>;
  if (project.state.data.size === 0) return <Wanted studio={studio} />;
  return (
    <>
      <Asked studio={studio} />
      {said === undefined ? <Empty><p>{judging.waiting("It is being judged…")}</p></Empty> : run === null ? <Failure text={said.error} /> : judgement}
    </>
  );
}

/** What the sources of the agreement read, where none of it is here. */
function Wanted({ studio }: { studio: Studio }): JSX.Element {
  const wanted = [...new Set(sources(studio.project.state.agreements).map((each) => each.path))];
  return (
    <Empty>
      <p>There are no data yet, and so nothing to judge.</p>
      {wanted.length > 0 && <p>The agreement reads {wanted.map((name, n) => <>{n > 0 && ", "}<code>{name}</code></>)}.</p>}
      <p><button type="button" class="main" onClick={() => studio.show("data")}>Add data</button></p>
    </Empty>
  );
}

function Asked({ studio }: { studio: Studio }): JSX.Element {
  const { judging } = studio;
  return (
    <form
      class="asked"
      onSubmit={(event) => {
        event.preventDefault();
        const given = new FormData(event.currentTarget);
        judging.asOf = String(given.get("as-of") ?? "").trim();
        judging.again();
      }}
    >
      <label>
        As of <Field name="as-of" value={judging.asOf} placeholder="the latest in the data" />
      </label>
      <button type="submit">Judge</button>
    </form>
  );
}

function Judgement({ studio, run }: { studio: Studio; run: RunDocument }): JSX.Element {
  const { zone } = run.agreement;
  const from = run.as_of_from;
  const wholes = run.commitments.filter((each) => each.group === undefined);
  const pairs = [...new Map(wholes.map((each) => [`${each.owner} ${each.counterparty}`, each])).values()];
  return (
    <section>
      <h2>{run.agreement.name}</h2>
      <p class="soft">
        As of {dated(run.as_of, zone)} {zone}
        {from !== null && `: the latest time that the agreement reads${from.later_than_now === undefined ? "" : " and that has come"} (${[from.record, from.key].filter(Boolean).join(" ")}, ${from.field})`}
      </p>
      <Doubtful studio={studio} run={run} />
      <div class="cards">{wholes.map((each) => <Card key={each.id} commitment={each} />)}</div>
      {pairs.map(({ owner, counterparty }) => (
        <div key={owner + counterparty}>
          <h2>What {owner} owes {counterparty}</h2>
          {wholes.filter((each) => each.owner === owner && each.counterparty === counterparty).map((each) => <Periods key={each.id} run={run} commitment={each} />)}
        </div>
      ))}
      <Measured run={run} />
      <Late studio={studio} run={run} />
      <ToDo studio={studio} run={run} />
      <Doubts studio={studio} run={run} />
    </section>
  );
}

/** What is odd about the moment that is looked from, and about where the data end, in the words of the document. */
function Doubtful({ studio, run }: { studio: Studio; run: RunDocument }): JSX.Element {
  const other = run.as_of_from?.otherwise?.as_of;
  const look = (asOf: string): void => {
    studio.judging.asOf = asOf;
    studio.judging.again();
  };
  return (
    <>
      {(run.as_of_doubts ?? []).map((each) => <p key={each} class="ends">{each[0]?.toUpperCase()}{each.slice(1)}.</p>)}
      {other !== undefined && <p><button type="button" onClick={() => look(other)}>Look from {dated(other, run.agreement.zone)}</button></p>}
    </>
  );
}

/** The last period that is over; else the one that runs. */
const last = (periods: readonly Judged[]): Judged | undefined => periods.findLast((each) => each.complete) ?? periods.at(-1);
const word = (judged: Judged): string => `${judged.verdict ?? "not judged"}${judged.warning ? ", near" : ""}`;
const verdictClass = (judged: Judged | undefined): string => (judged?.verdict ?? "other").replaceAll(" ", "-");

function Card({ commitment }: { commitment: Commitment }): JSX.Element {
  const shown = last(commitment.periods);
  return (
    <article class={`card ${verdictClass(shown)}`}>
      <h3>{commitment.kpi}</h3>
      <p class="soft">{commitment.owner} owes {commitment.counterparty}: {commitment.target}</p>
      {shown === undefined ? <p class="soft">no period has begun</p> : (
        <>
          <p class="figure">{shown.said.figure}</p>
          <p><span class="verdict">{word(shown)}</span> <span class="soft">{shown.period}{shown.said.counted && `, ${shown.said.counted}`}</span></p>
          <Strip periods={commitment.periods} />
        </>
      )}
    </article>
  );
}

const MARKS: Record<string, string> = { met: "✓", missed: "✗", provisional: "…" };

/** All periods as marks, the last at the right; a mark is a sign and a colour, and a sentence to who hears it. */
function Strip({ periods }: { periods: readonly Judged[] }): JSX.Element {
  const shown = periods.slice(-13);
  return (
    <ol class="strip" aria-label="Periods">
      {shown.map((each) => (
        <li key={each.period} class={verdictClass(each)} title={`${each.period}: ${word(each)}, ${each.said.figure}`}>
          <span aria-hidden="true">{MARKS[each.verdict ?? ""] ?? "–"}</span>
          <span class="heard">{each.period}: {word(each)}</span>
        </li>
      ))}
    </ol>
  );
}

const heads = ["period", "target", "verdict", "figure", "counted", "open", "can still end at", "Wilson 95% interval", "in doubt"];
const percent = (share: number): string => `${(share * 100).toFixed(1)}%`;

function cells(each: Judged, dates: boolean): JSX.Element[] | (JSX.Element | string)[] {
  return [
    each.period, dates ? each.target : "", <span class={verdictClass(each)}><span class="verdict">{word(each)}</span></span>, each.said.figure, each.said.counted,
    each.open ? each.open.toLocaleString("en") : "", each.said.ends, each.interval === null ? "" : `${percent(each.interval[0])} to ${percent(each.interval[1])}`,
    each.doubt === null ? "" : `${each.doubt.rows.toLocaleString("en")} unreadable`,
  ];
}

function Periods({ run, commitment }: { run: RunDocument; commitment: Commitment }): JSX.Element {
  const newest = commitment.periods.toReversed();
  const targets = new Set(newest.map((each) => each.target)).size > 1;
  const groups = run.commitments.filter((each) => each.group?.commitment === commitment.id);
  const outlooks = newest.filter((each) => each.said.outlook !== "");
  return (
    <div class="commitment">
      <h3>{commitment.kpi} <span class="promise">{commitment.target}</span></h3>
      {newest.length === 0 ? <p class="soft">No period of the term has begun.</p> : (
        <Some all={newest} few={FEW} what="periods" show={(some) => <Table caption={`${commitment.kpi} by period`} heads={heads} numbers={[3]} rows={some.map((each) => cells(each, targets))} />} />
      )}
      {outlooks.map((each) => <p key={each.period} class="soft">{each.period}: {each.said.outlook}</p>)}
      {groups.length > 0 && <Groups groups={groups} />}
    </div>
  );
}

function Groups({ groups }: { groups: readonly Commitment[] }): JSX.Element {
  const rows = groups.flatMap((group) => group.periods.map((each) => ({ group, each })));
  rows.sort((a, b) => b.each.start.localeCompare(a.each.start) || Number(b.each.verdict === "missed") - Number(a.each.verdict === "missed"));
  const field = groups[0]?.group?.field ?? "group";
  return (
    <Some
      all={rows} few={8} what="groups and periods"
      show={(some) => (
        <Table caption={`The same by ${field}`} heads={["period", field, ...heads.slice(2)]} numbers={[3]} rows={some.map(({ group, each }) => [each.period, group.group?.value ?? "", ...cells(each, false).slice(2)])} />
      )}
    />
  );
}

function Measured({ run }: { run: RunDocument }): JSX.Element | null {
  const promised = new Set(run.commitments.map((each) => each.kpi));
  const rest = run.kpis.filter((each) => each.periods.length > 0 && (!promised.has(each.name) || each.measure === "median" || each.by.length > 0));
  if (rest.length === 0) return null;
  const columns = ["figure", "counted", "open", "can still end at", "in doubt"];
  return (
    <details>
      <summary>Measured, without a target ({rest.length})</summary>
      {rest.map((kpi) => {
        const newest = kpi.periods.toReversed();
        const wholes = newest.filter((each) => each.by.length === 0);
        const parts = newest.filter((each) => each.by.length > 0);
        const cell = (each: (typeof newest)[number]): string[] => [each.said.figure, each.said.counted, each.open ? String(each.open) : "", each.said.ends, each.doubt === null ? "" : `${each.doubt.rows} unreadable`];
        return (
          <div key={kpi.name} class="commitment">
            <h3>{kpi.name} {kpi.label && <span class="promise">{kpi.label}</span>}</h3>
            <Some all={wholes} few={3} what="periods" show={(some) => <Table caption={`${kpi.name} by period`} heads={["period", ...columns]} numbers={[1]} rows={some.map((each) => [each.period, ...cell(each)])} />} />
            {parts.length > 0 && <Some all={parts} few={6} what="parts" show={(some) => <Table caption={`${kpi.name} by ${kpi.by.join(", ")}`} heads={["period", ...kpi.by, ...columns]} numbers={[1 + kpi.by.length]} rows={some.map((each) => [each.period, ...each.by.map((value) => value ?? "–"), ...cell(each)])} />} />}
          </div>
        );
      })}
    </details>
  );
}

export function Key({ studio, name, record, label }: { studio: Studio; name: string; record: string | null; label?: string | undefined }): JSX.Element {
  return <button type="button" class="key" title="Explain it" onClick={() => studio.explain(name, record)}>{label ?? name}</button>;
}

export function lateRows(run: RunDocument): Breach[] {
  return run.breaches.toSorted((a, b) => (b.due ?? b.entered).localeCompare(a.due ?? a.entered));
}

function Late({ studio, run }: { studio: Studio; run: RunDocument }): JSX.Element | null {
  if (run.breaches.length === 0) return null;
  const { zone } = run.agreement;
  const kpis = new Map(run.commitments.map((each) => [each.id, each.kpi]));
  const row = (each: Breach): (JSX.Element | string)[] => [
    <Key studio={studio} name={each.key} record={each.record} label={run.labels[each.record]?.[each.key]} />, kpis.get(each.commitment) ?? each.commitment,
    each.due === null ? "" : moment(each.due, zone), each.stopped === null ? "not yet" : moment(each.stopped, zone),
    each.stopped === null || each.due === null ? "" : span((Date.parse(each.stopped) - Date.parse(each.due)) / 1000), each.owner ?? "",
  ];
  return (
    <>
      <h2>Late ({run.breaches.length.toLocaleString("en")})</h2>
      <Some all={lateRows(run)} few={8} what="late rows" show={(some) => <Table caption="Late, the latest first" heads={[run.breaches[0]?.record ?? "row", "promise", "due", "answered", "late by", "owner"]} rows={some.map(row)} />} />
    </>
  );
}

function ToDo({ studio, run }: { studio: Studio; run: RunDocument }): JSX.Element | null {
  if (run.actions.length === 0) return null;
  const groups = Map.groupBy(run.actions.toReversed(), (each) => `${each.action} to "${each.to}" (${each.commitment.split(".")[1] ?? each.commitment})`);
  return (
    <>
      <h2>To do</h2>
      <ul class="plain">
        {[...groups].map(([title, actions]) => (
          <li key={title}>
            <strong>{title}</strong>:{" "}
            {actions.slice(0, 5).map((each, n) => <>{n > 0 && ", "}{each.key === null ? each.period : <Key studio={studio} name={each.key} record={each.record} />}</>)}
            {actions.length > 5 && ` and ${(actions.length - 5).toLocaleString("en")} more`}
          </li>
        ))}
      </ul>
    </>
  );
}

/** Rows that are shown rather than guessed about, and data that could not be read: how many, and which. */
function Doubts({ studio, run }: { studio: Studio; run: RunDocument }): JSX.Element {
  const doubts = run.data_problems.filter((each) => each.file === null && each.places.length === 0 && each.subject !== null);
  const data = run.data_problems.filter((each) => !doubts.includes(each));
  const total = (some: readonly Problem[]): number => some.reduce((sum, each) => sum + each.count, 0);
  return (
    <>
      <h2 id="doubts">What could not be judged</h2>
      {doubts.length === 0 && data.length === 0 && <p>Nothing: every row could be read, and none is in doubt.</p>}
      {doubts.length > 0 && <Table caption={`Rows in doubt: ${total(doubts).toLocaleString("en")}`} heads={["rows", "in", "what", "such as"]} numbers={[0]} rows={doubts.map((each) => [each.count.toLocaleString("en"), each.subject ?? "", each.said, <Examples studio={studio} problem={each} />])} />}
      {data.length > 0 && <Table caption={`Problems of the data: ${counted(total(data), "row")}`} heads={["rows", "in", "what", "such as"]} numbers={[0]} rows={data.map((each) => [each.count.toLocaleString("en"), each.field === null ? each.record : `${each.record}.${each.field}`, each.change === null ? each.said : `the ${each.kind} would change ${each.subject ?? ""}: ${each.change}`, <Places problem={each} />])} />}
    </>
  );
}

function Examples({ studio, problem }: { studio: Studio; problem: Problem }): JSX.Element {
  return <>{problem.examples.slice(0, 3).map((key, n) => <>{n > 0 && ", "}<Key studio={studio} name={key} record={problem.record} /></>)}</>;
}

function Places({ problem }: { problem: Problem }): JSX.Element {
  const said = (place: Problem["places"][number]): string => {
    const where = [place.file ?? problem.file, place.line].filter((each) => each !== null).map((each) => (typeof each === "string" ? base(each) : each)).join(":");
    return [where, place.value !== null && place.field !== null ? `"${place.value}"` : place.line === null ? (place.key ?? "") : "", place.kept === undefined ? "" : place.kept ? "is kept" : "is left out"].filter(Boolean).join(" ");
  };
  const [first, ...rest] = problem.places.map(said);
  if (first === undefined) return <>{problem.file === null ? "" : base(problem.file)}</>;
  if (rest.length === 0) return <>{first}</>;
  return <details class="places"><summary>{first}</summary><ul>{rest.map((each) => <li key={each}>{each}</li>)}</ul></details>;
}
