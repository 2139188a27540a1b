/** Pages that commands print: shown in a frame in which nothing runs, and printed from a window of their own. */
import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { Empty, Failure } from "../parts";
import type { Studio } from "../studio";
import { save } from "../saving";

interface Props {
  studio: Studio;
  of: "doc" | "review";
}

const NAMES = { doc: "The agreement in plain English", review: "The monthly review" };

export function Paper({ studio, of }: Props): JSX.Element {
  const { judging, project } = studio;
  if (project.judged === null) return <Empty><p>There is no agreement yet.</p></Empty>;
  if (of === "review" && project.state.data.size === 0) return <Empty><p>A review is of data, and there are none yet.</p></Empty>;
  const said = judging.said[of];
  const html = said?.value ?? null;
  return (
    <div class="paper">
      <div class="asked">
        <button type="button" class="main" disabled={html === null} onClick={() => html !== null && print(html)}>Print</button>
        <button type="button" disabled={html === null} onClick={() => html !== null && save(`${of === "doc" ? "agreement" : "review"}.html`, new Blob([html], { type: "text/html" }))}>Download</button>
        {of === "review" && <Period studio={studio} />}
      </div>
      {said === undefined ? <Empty><p>{judging.waiting("It is being written…")}</p></Empty> : html === null ? <Failure text={said.error} /> : <Frame html={html} title={NAMES[of]} />}
    </div>
  );
}

function Period({ studio }: { studio: Studio }): JSX.Element {
  const periods = new Set(studio.judging.said.run?.value?.commitments.flatMap((each) => each.periods.filter((period) => period.complete).map((period) => period.period)));
  return (
    <label>
      Period{" "}
      <select
        value={studio.judging.period}
        onChange={(event) => {
          studio.judging.period = event.currentTarget.value;
          studio.judging.again();
        }}
      >
        <option value="">the last complete month</option>
        {[...periods].sort().reverse().map((period) => <option key={period} value={period}>{period}</option>)}
      </select>
    </label>
  );
}

/** No script runs in it, no form is sent, and it reaches nothing. */
function Frame({ html, title }: { html: string; title: string }): JSX.Element {
  const frame = useRef<HTMLIFrameElement>(null);
  useEffect(() => {
    if (frame.current !== null) frame.current.srcdoc = html;
  }, [html]);
  return <iframe ref={frame} sandbox="" title={title} />;
}

function print(html: string): void {
  const opened = window.open("", "_blank");
  if (opened === null) return;
  opened.document.write(html);
  opened.document.close();
  opened.focus();
  opened.print();
}
