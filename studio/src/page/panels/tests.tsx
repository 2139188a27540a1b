import type { JSX } from "preact";
import type { TestsDocument } from "../../../build/documents";
import { Empty, Failure } from "../parts";
import type { Studio } from "../studio";

type Tested = TestsDocument["tests"][number];

export function Tests({ studio }: { studio: Studio }): JSX.Element {
  const { judging, project } = studio;
  if (project.judged === null) return <Empty><p>There is no agreement yet.</p></Empty>;
  const said = judging.said.test;
  if (said === undefined) return <Empty><p>{judging.waiting("They are being run…")}</p></Empty>;
  if (said.value === null) {
    if (!/no test/.test(said.error)) return <Failure text={said.error} />;
    return <Empty><p>The agreement has no test. A test is a story that both teams agree on: write <code>test</code> in the editor, and take what it offers.</p></Empty>;
  }
  const { summary, tests, coverage } = said.value;
  return (
    <section>
      <h2 class={summary.failed === 0 ? "good" : "bad"}>{summary.failed === 0 ? `All ${summary.tests} pass` : `${summary.failed} of ${summary.tests} fail`}</h2>
      <ul class="tests">{tests.map((test) => <Test key={`${test.file}:${test.line}`} studio={studio} test={test} />)}</ul>
      {coverage !== undefined && <Reach studio={studio} coverage={coverage} />}
    </section>
  );
}

function Test({ studio, test }: { studio: Studio; test: Tested }): JSX.Element {
  const failed = test.expectations.filter((each) => !each.passed);
  return (
    <li class={test.passed ? "passed" : "failed"}>
      <button type="button" class="place" onClick={() => studio.goTo(test.file, test.line)}>
        <span aria-hidden="true">{test.passed ? "✓" : "✗"}</span> <span class="heard">{test.passed ? "passes" : "fails"}:</span> {test.name}
      </button>
      {test.error !== null && <p>{test.error}</p>}
      {failed.map((each) => <pre key={each.line} class="failure" tabIndex={0}>{each.why}</pre>)}
      {test.notes.map((note) => <p key={note} class="soft">{note}</p>)}
    </li>
  );
}

function Reach({ studio, coverage }: { studio: Studio; coverage: NonNullable<TestsDocument["coverage"]> }): JSX.Element {
  const never = coverage.conditions.filter((each) => each.never.length > 0);
  return (
    <>
      <h2>Coverage {coverage.percent}%</h2>
      <p class="soft">Of {coverage.sides} ways in which conditions can come out, the tests saw {coverage.reached}.</p>
      <progress max={coverage.sides} value={coverage.reached} aria-label="Coverage" />
      {never.length > 0 && (
        <ul class="plain">
          {never.map((each) => (
            <li key={`${each.owner}${each.text}${each.line}`}>
              <button type="button" class="place" onClick={() => studio.goTo(each.file, each.line)}>{each.owner}: <code>{each.text}</code></button> was never {each.never.join(", never ")}
            </li>
          ))}
        </ul>
      )}
    </>
  );
}
