/** What the views can see and do; they know nothing else. */
import type { Editors } from "./editor";
import type { Judging } from "./judging";
import type { Given } from "./intake";
import type { Panel, Project } from "./project";
import type { Typing } from "./typing";

export interface Example {
  name: string;
  title: string;
  about: string;
  agreements: readonly string[];
  data: readonly string[];
  main: string;
  asOf: string;
}

export interface Studio {
  readonly project: Project;
  readonly judging: Judging;
  readonly editors: Editors;
  /** None while Python is being made ready. */
  readonly typing: Typing | null;
  readonly examples: readonly Example[];
  /** What is being made ready; empty when all is. */
  readonly loading: string;
  /** Why nothing can be judged or checked at all; empty where it can. */
  readonly broken: string;
  readonly version: string;
  /** The step of the tour; null outside of it. */
  readonly step: number | null;
  /** On a narrow screen: which half is in front. */
  side: "agreement" | "results";
  /** Takes back what was open before an example or a link; null where there is nothing. */
  readonly back: (() => void) | null;
  /** The folder of the machine that is open. */
  readonly folder: string | null;

  refresh(): void;
  show(panel: Panel): void;
  goTo(file: string, line: number, column?: number): void;
  explain(key: string, record: string | null): void;
  /** A few lines of an agreement. */
  begin(): void;
  /** Nothing, to put one's own export in. */
  clear(): void;
  take(files: readonly Given[]): Promise<void>;
  /** Let `sla init` write an agreement for files, the one with a row per lead first. */
  draft(names: readonly string[]): Promise<void>;
  openExample(name: string): Promise<void>;
  openFolder(): Promise<void>;
  saveFolder(): Promise<void>;
  tour(step: number | null): void;
}
