/** The page: menu, agreement at the left, results at the right, status below. */
import type { ComponentChildren, JSX } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { Dialogs, type Dialog } from "./dialogs";
import type { Command } from "./judging";
import { Header } from "./header";
import { freeName } from "./names";
import { Data } from "./panels/data";
import { Lead } from "./panels/lead";
import { Paper } from "./panels/papers";
import { Problems, problemsOf, tally } from "./panels/problems";
import { Tests } from "./panels/tests";
import { Verdicts } from "./panels/verdicts";
import type { Panel } from "./project";
import { isPath } from "./share";
import type { Studio } from "./studio";
import { Tabs } from "./tabs";
import { Tour } from "./tour";

const COMMANDS: Partial<Record<Panel, Command>> = { verdicts: "run", lead: "explain", page: "doc", review: "review", tests: "test" };

export function App({ studio }: { studio: Studio }): JSX.Element {
  const [dialog, open] = useState<Dialog | null>(null);
  const { note } = studio.project.state;
  return (
    <>
      <Header studio={studio} open={open} />
      {note !== null && (
        <div class="note" role="status">
          <p>{note.text}</p>
          {note.action !== undefined && <button type="button" onClick={() => note.action?.act()}>{note.action.label}</button>}
          <button type="button" class="quiet" onClick={() => studio.project.set({ note: null })}>Put away</button>
        </div>
      )}
      <Sides studio={studio} />
      <main data-side={studio.side}>
        <Agreement studio={studio} open={open} />
        <Divider />
        <Results studio={studio} />
      </main>
      {studio.step !== null && <Tour studio={studio} step={studio.step} />}
      <Status studio={studio} />
      <Dialogs studio={studio} dialog={dialog} close={() => open(null)} />
    </>
  );
}

/** On a narrow screen, which half is in front. */
function Sides({ studio }: { studio: Studio }): JSX.Element {
  const choose = (side: Studio["side"]): void => {
    studio.side = side;
    studio.refresh();
  };
  return (
    <nav class="sides" aria-label="What is shown">
      <button type="button" aria-pressed={studio.side === "agreement"} onClick={() => choose("agreement")}>Agreement</button>
      <button type="button" aria-pressed={studio.side === "results"} onClick={() => choose("results")}>Results</button>
    </nav>
  );
}

// --- the agreement

function Agreement({ studio, open }: { studio: Studio; open: (dialog: Dialog) => void }): JSX.Element {
  const { agreements, active } = studio.project.state;
  const names = [...agreements.keys()];
  return (
    <section class="agreement" aria-label="Agreement" tabIndex={-1}>
      {names.length > 0 && (
        <div class="bar">
          <Tabs label="Files of the agreement" name="file" tabs={names.map((name) => ({ id: name, label: <>{name}{problemsIn(studio, name)}</> }))} chosen={active} choose={(name) => studio.project.set({ active: name })} />
          <FileActions studio={studio} open={open} />
        </div>
      )}
      <div id="file-panel" role={names.length > 0 ? "tabpanel" : undefined} aria-label={active ?? undefined} class="editors">
        {active === null ? <Welcome studio={studio} /> : <Editor studio={studio} name={active} />}
      </div>
    </section>
  );
}

function problemsIn(studio: Studio, name: string): ComponentChildren {
  const errors = studio.typing?.problems.get(name)?.filter((each) => each.severity === "error").length ?? 0;
  return errors === 0 ? null : <span class="count bad"> {errors}<span class="heard"> {errors === 1 ? "error" : "errors"}</span></span>;
}

function FileActions({ studio, open }: { studio: Studio; open: (dialog: Dialog) => void }): JSX.Element {
  const { project } = studio;
  const { active, agreements } = project.state;
  const taken = (name: string, but?: string): string | null => (!isPath(name) ? "A name ends in .sla, such as sources.sla." : name !== but && agreements.has(name) ? `There is a ${name} already.` : null);
  return (
    <div class="actions">
      <button type="button" title="New file" aria-label="New file" onClick={() => open({ kind: "name", title: "New file", value: freeName(agreements, "more.sla"), taken, give: (name) => project.addAgreement(name, "") })}>+</button>
      {active !== null && <button type="button" onClick={() => open({ kind: "name", title: `Rename ${active}`, value: active, taken: (name) => taken(name, active), give: (name) => project.rename(active, name) })}>Rename</button>}
      {active !== null && (
        <button
          type="button"
          onClick={() => {
            const text = agreements.get(active) ?? "";
            project.remove(active);
            project.set({ note: { text: `${active} was removed.`, action: { label: "Take it back", act: () => { project.addAgreement(active, text); project.set({ note: null }); } } } });
          }}
        >
          Remove
        </button>
      )}
    </div>
  );
}

function Editor({ studio, name }: { studio: Studio; name: string }): JSX.Element {
  const host = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const { agreements } = studio.project.state; // as it is now: somebody may have typed since this was drawn
    studio.editors.keep(new Set(agreements.keys()));
    for (const [each, text] of agreements) {
      const shown = studio.editors.of(each, text);
      if (shown.host.parentElement !== host.current) host.current?.append(shown.host);
      if (shown.host.hidden === (each === name)) {
        shown.host.hidden = each !== name;
        shown.view.requestMeasure();
      }
    }
  });
  return <div ref={host} class="hosts" />;
}

function Welcome({ studio }: { studio: Studio }): JSX.Element {
  return (
    <div class="welcome">
      <h2>What marketing and sales promise each other, written down and judged</h2>
      <p>Write an agreement, put your exports beside it, and see which promises were kept. Everything happens in this page: <strong>no data leave this machine</strong>.</p>
      <ul class="starts">
        <li><button type="button" class="main" onClick={() => studio.tour(0)}>Take the tour</button> ten steps, for whoever has never programmed</li>
        <li><button type="button" onClick={() => studio.clear()}>Start with your own export</button> a first agreement is written for it</li>
        {studio.examples.map((each) => <li key={each.name}><button type="button" onClick={() => void studio.openExample(each.name)}>{each.title}</button> {each.about}</li>)}
      </ul>
    </div>
  );
}

/** Moved with the pointer or with arrows; where it stands is kept. */
function Divider(): JSX.Element {
  const [share, setShare] = useState(() => Number(localStorage.getItem("sla-studio-split") ?? 50));
  useEffect(() => {
    document.documentElement.style.setProperty("--split", `${share}%`);
    localStorage.setItem("sla-studio-split", String(share));
  }, [share]);
  const within = (value: number): number => Math.min(75, Math.max(25, value));
  return (
    <div
      class="divider"
      role="separator"
      aria-label="How wide the agreement is"
      aria-orientation="vertical"
      aria-valuemin={25}
      aria-valuemax={75}
      aria-valuenow={Math.round(share)}
      tabIndex={0}
      onKeyDown={(event) => {
        const by = { ArrowLeft: -5, ArrowRight: 5 }[event.key];
        if (by !== undefined) setShare(within(share + by));
      }}
      onPointerDown={(event) => event.currentTarget.setPointerCapture(event.pointerId)}
      onPointerMove={(event) => {
        if (event.currentTarget.hasPointerCapture(event.pointerId)) setShare(within((event.clientX / window.innerWidth) * 100));
      }}
    />
  );
}

// --- the results

function Results({ studio }: { studio: Studio }): JSX.Element {
  const { panel, data } = studio.project.state;
  const problems = problemsOf(studio).filter((each) => each.severity !== "hint");
  const errors = problems.some((each) => each.severity === "error");
  const tabs = [
    { id: "problems", label: <>Problems{problems.length > 0 && <span class={`count ${errors ? "bad" : ""}`}> {problems.length}</span>}</> },
    { id: "verdicts", label: "Verdicts" },
    { id: "lead", label: "One lead" },
    { id: "page", label: "The page" },
    { id: "review", label: "Review" },
    { id: "tests", label: "Tests" },
    { id: "data", label: <>Data{data.size > 0 && <span class="count"> {data.size}</span>}</> },
  ];
  const command = COMMANDS[panel];
  const stale = command !== undefined && studio.judging.isStale(command);
  return (
    <section class="results" aria-label="Results" tabIndex={-1}>
      <div class="bar"><Tabs label="Results" name="result" tabs={tabs} chosen={panel} choose={(id) => studio.show(id as Panel)} /></div>
      {stale && <p class="stale">{why(studio)}</p>}
      <div id="result-panel" role="tabpanel" aria-labelledby={`result-tab-${panel}`} class={`panel of-${panel} ${stale ? "old" : ""}`} tabIndex={0}>
        <Shown studio={studio} panel={panel} />
      </div>
    </section>
  );
}

/** Why what is shown is older than what is written. */
function why(studio: Studio): string {
  const errors = problemsOf(studio).filter((each) => each.severity === "error");
  if (studio.judging.calledOff) return "This is of an earlier text: you called the newer one off.";
  if (errors.length > 0) return `This is of an earlier text: the newer one has ${tally(errors)}.`;
  return "This is of an earlier text; the newer one is being looked at.";
}

function Shown({ studio, panel }: { studio: Studio; panel: Panel }): JSX.Element {
  switch (panel) {
    case "problems":
      return <Problems studio={studio} />;
    case "verdicts":
      return <Verdicts studio={studio} />;
    case "lead":
      return <Lead studio={studio} />;
    case "page":
      return <Paper key="doc" studio={studio} of="doc" />;
    case "review":
      return <Paper key="review" studio={studio} of="review" />;
    case "tests":
      return <Tests studio={studio} />;
    case "data":
      return <Data studio={studio} />;
  }
}

// --- the status

const DOING: Record<Command, string> = { run: "Judging", explain: "Explaining", doc: "Writing the page", review: "Writing the review", test: "Running the tests" };

function Status({ studio }: { studio: Studio }): JSX.Element {
  const { running, said, calledOff } = studio.judging;
  const run = said.run;
  const tallied = tally(problemsOf(studio).filter((each) => each.severity !== "hint"));
  const settled = studio.broken !== "" ? studio.broken : studio.loading !== "" ? `Getting ready: ${studio.loading}…` : (tallied || (studio.project.state.agreements.size > 0 ? "No problems" : "Ready"));
  const judged = run === undefined ? "" : run.value === null ? "Not judged" : calledOff ? "Called off" : `Judged in ${run.seconds.toFixed(1)} s`;
  return (
    <footer class="status" aria-label="Status" tabIndex={-1}>
      <p role="status">{settled}{running === null && judged !== "" && ` · ${judged}`}</p>
      <p class="doing">
        {running !== null && <><span class="spinner" aria-hidden="true" /> {DOING[running.command]}{running.progress && `: ${running.progress}`} <button type="button" onClick={() => studio.judging.cancel()}>Cancel</button></>}
        {running === null && calledOff && <button type="button" onClick={() => studio.judging.again()}>Judge it after all</button>}
      </p>
      <p class="soft version">{studio.version}</p>
    </footer>
  );
}
