import type { JSX } from "preact";
import { Empty } from "../parts";
import type { Studio } from "../studio";
import type { Problem } from "../typing";
import { counted } from "../words";

const ORDER = { error: 0, warning: 1, hint: 2 };

export function problemsOf(studio: Studio): Problem[] {
  const all = [...(studio.typing?.problems.values() ?? [])].flat();
  return all.sort((a, b) => ORDER[a.severity] - ORDER[b.severity] || a.file.localeCompare(b.file) || a.line - b.line);
}

/** `2 errors, 1 warning`. */
export function tally(problems: readonly Problem[]): string {
  const words = (["error", "warning", "hint"] as const).map((severity) => [problems.filter((each) => each.severity === severity).length, severity] as const);
  return words.filter(([number]) => number > 0).map(([number, word]) => counted(number, word)).join(", ");
}

export function Problems({ studio }: { studio: Studio }): JSX.Element {
  const problems = problemsOf(studio);
  if (studio.typing === null) return <Empty><p>The agreement can be read and written already; what is wrong with it is said in a moment.</p></Empty>;
  if (studio.project.state.agreements.size === 0) return <Empty><p>There is no agreement yet.</p></Empty>;
  if (problems.length === 0) {
    return (
      <Empty>
        <p class="good"><span aria-hidden="true">✓ </span>Nothing is wrong with {studio.project.state.agreements.size === 1 ? "this agreement" : "these agreements"}.</p>
        <OfData studio={studio} />
      </Empty>
    );
  }
  return (
    <section>
      <h2>{tally(problems)}</h2>
      <ul class="problems">
        {problems.map((problem) => (
          <li key={`${problem.file}:${problem.line}:${problem.column}:${problem.code}`} class={problem.severity}>
            <button type="button" class="place" onClick={() => studio.goTo(problem.file, problem.line, problem.column)}>
              <span class="severity">{problem.severity}</span> {problem.file}, line {problem.line}
            </button>
            <p>{problem.message}</p>
            <Fixes studio={studio} problem={problem} />
          </li>
        ))}
      </ul>
      <OfData studio={studio} />
    </section>
  );
}

/** What could not be judged stands below the verdicts; whoever looks for it here is led there. */
function OfData({ studio }: { studio: Studio }): JSX.Element | null {
  const rows = (studio.judging.said.run?.value?.data_problems ?? []).reduce((sum, each) => sum + each.count, 0);
  if (rows === 0) return null;
  const show = (): void => {
    studio.show("verdicts");
    setTimeout(() => document.getElementById("doubts")?.scrollIntoView(), 100);
  };
  return <p>The data have {counted(rows, "problem")}: rows in doubt, or that could not be read. <button type="button" onClick={show}>Show them</button></p>;
}

function Fixes({ studio, problem }: { studio: Studio; problem: Problem }): JSX.Element | null {
  const fixes = studio.typing?.fixesOf.get(problem);
  if (fixes === undefined || fixes.length === 0) return null;
  return (
    <div class="fixes">
      {fixes.map((fix) => (
        <button key={fix.title} type="button" onClick={() => studio.typing?.apply(fix.edit)}>{fix.title}</button>
      ))}
    </div>
  );
}
