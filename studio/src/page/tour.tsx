/** Ten steps for somebody who has never programmed; each does itself at a button. */
import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import type { Studio } from "./studio";

interface Step {
  title: string;
  text: string;
  button: string;
  act: (studio: Studio) => void | Promise<void>;
}

const EXAMPLE = "tutorial";
const FILE = "handoff.sla";
const RIGHT = "lead when company_size >= 50";
const SLIP = "lead when company_sise >= 50";

/** Other words in the example, where it has these. */
function replace(studio: Studio, from: string, to: string): void {
  const text = studio.project.state.agreements.get(FILE);
  if (text?.includes(from)) studio.project.text(FILE, text.replace(from, to));
}

/** The example as the step needs it, whatever was done before. */
async function example(studio: Studio): Promise<void> {
  if (!studio.project.state.agreements.get(FILE)?.includes("Marketing to sales handoff")) await studio.openExample(EXAMPLE);
  replace(studio, SLIP, RIGHT);
}

function lineOf(studio: Studio, words: string): number {
  return (studio.project.state.agreements.get(FILE) ?? "").split("\n").findIndex((line) => line.startsWith(words)) + 1;
}

export const STEPS: readonly Step[] = [
  {
    title: "An agreement is a text",
    text: "It says what marketing and sales promise each other, in words that both can read, and so exactly that it can be judged on your exports. Open a small one to begin with: 18 contacts and 16 calls come with it.",
    button: "Open the example",
    act: (studio) => studio.openExample(EXAMPLE),
  },
  {
    title: "Read it aloud",
    text: "Sales owes marketing an answer within 4 business hours, for 80% of the qualified leads of each month. What is qualified, what an answer is and when the office is open stands above it, each in a few lines. Nothing else counts.",
    button: "Show me the promises",
    act: async (studio) => {
      await example(studio);
      studio.side = "agreement";
      studio.goTo(FILE, lineOf(studio, "sales owes marketing"));
    },
  },
  {
    title: "A slip of the pen",
    text: "Whoever writes makes mistakes, and every one is told with its place and what was probably meant. Under Problems, a press on the button with the right word mends it. In the text, Ctrl+Space offers what can stand where you are.",
    button: "Make a slip",
    act: async (studio) => {
      await example(studio);
      replace(studio, RIGHT, SLIP);
      studio.goTo(FILE, lineOf(studio, "define MQL") + 1);
      studio.show("problems");
    },
  },
  {
    title: "What became of it",
    text: "Each promise has a card and a table. In March 4 of 7 were answered in time: 57.1%, and 80% was promised, so it is missed. April has only begun. It is provisional, since nothing is called met before it is certain.",
    button: "Show the verdicts",
    act: async (studio) => {
      await example(studio);
      studio.show("verdicts");
    },
  },
  {
    title: "Change a promise",
    text: "What if you had promised 50%? Change the number in the text and wait a moment: the verdicts follow. With 50% March is met. While they are older than the text, the page says so.",
    button: "Promise 50% instead",
    act: async (studio) => {
      await example(studio);
      replace(studio, "for 80% of MQL", "for 50% of MQL");
      studio.goTo(FILE, lineOf(studio, "sales owes marketing") + 2);
      studio.show("verdicts");
    },
  },
  {
    title: "Why was it late?",
    text: "Lead 1013 came on a Friday at 15:40. Four business hours later is Monday, 11:40, for the office is closed at the weekend. The call came at 15:30. Every hour that counted is drawn, and every one that did not.",
    button: "Explain lead 1013",
    act: async (studio) => {
      await example(studio);
      replace(studio, "for 50% of MQL", "for 80% of MQL");
      studio.explain("1013", "lead");
    },
  },
  {
    title: "What cannot be judged",
    text: "Nothing is left out in silence. Three leads are in doubt: 1014 has no date, 1004 is too small and has one, and of 1010 nobody wrote down how large it is. They are counted and listed below the verdicts, where you can open each.",
    button: "Show the rows in doubt",
    act: async (studio) => {
      await example(studio);
      studio.show("verdicts");
      setTimeout(() => document.getElementById("doubts")?.scrollIntoView(), 300);
    },
  },
  {
    title: "A story that both agree on",
    text: "A test is such a story: a lead of Friday afternoon has until Monday. It needs no data. If somebody later changes a line so that the story ends otherwise, the test fails and says why.",
    button: "Run the tests",
    act: async (studio) => {
      await example(studio);
      studio.show("tests");
    },
  },
  {
    title: "The page to sign",
    text: "The same agreement in plain English, on one sheet with a place to sign. Every sentence is made from the text, so what is signed is what is judged. Print it, or send a link with Share. Under Review is the pack for the monthly meeting.",
    button: "Show the page",
    act: async (studio) => {
      await example(studio);
      studio.show("page");
    },
  },
  {
    title: "Your own export",
    text: "Drop what your CRM exports, such as contacts.csv and calls.csv, anywhere on this page. A first agreement is written for it, and judged. The lines below a TODO are decisions, and they are yours. No data leave this machine.",
    button: "Begin with my export",
    act: (studio) => studio.clear(),
  },
];

export function Tour({ studio, step }: { studio: Studio; step: number }): JSX.Element {
  const title = useRef<HTMLHeadingElement>(null);
  useEffect(() => title.current?.focus(), [step]);
  const shown = STEPS[step]!;
  const last = step === STEPS.length - 1;
  return (
    <aside class="tour" aria-label="Tour">
      <h2 ref={title} tabIndex={-1}>{step + 1} of {STEPS.length}: {shown.title}</h2>
      <p>{shown.text}</p>
      <p class="choices">
        <button type="button" class="main" onClick={() => void shown.act(studio)}>{shown.button}</button>{" "}
        {step > 0 && <button type="button" onClick={() => studio.tour(step - 1)}>Back</button>}{" "}
        {!last && <button type="button" onClick={() => studio.tour(step + 1)}>Next</button>}{" "}
        <button type="button" class="quiet" onClick={() => studio.tour(null)}>{last ? "Finish" : "Leave the tour"}</button>
      </p>
    </aside>
  );
}
