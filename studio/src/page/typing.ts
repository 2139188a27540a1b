/** What the language server says while somebody types: problems with their fixes, of all files that are open. */
import { setDiagnostics, type Action, type Diagnostic } from "@codemirror/lint";
import { LSPClient, LSPPlugin, hoverTooltips, findReferencesKeymap, formatKeymap, jumpToDefinitionKeymap, renameKeymap, serverCompletion, signatureHelp, Workspace, type WorkspaceFile } from "@codemirror/lsp-client";
import { keymap, ViewPlugin, type EditorView, type ViewUpdate } from "@codemirror/view";
import type { ChangeSet, Text } from "@codemirror/state";
import type * as lsp from "vscode-languageserver-protocol";
import { WORK } from "../protocol";
import type { Transport } from "../python";

export interface Problem {
  file: string;
  severity: "error" | "warning" | "hint";
  code: string;
  message: string;
  line: number;
  column: number;
  /** As the server sent it, so that it can be asked for fixes. */
  sent: lsp.Diagnostic;
}

export interface Fix {
  title: string;
  edit: lsp.WorkspaceEdit;
  preferred: boolean;
}

/** After the last key. */
const PAUSE = 150;
/** How long it took, after the pause, until what is wrong was drawn in the file that is typed in: the browser's own tools show it. */
const DRAWN = "diagnostics drawn";
/** Problems that fixes are asked for, unasked. */
const MENDED = 12;
const SEVERITIES = { 1: "error", 2: "warning", 3: "hint", 4: "hint" } as const;

export const uriOf = (name: string): string => `file://${WORK}/${name.split("/").map(encodeURIComponent).join("/")}`;
const nameOf = (uri: string): string => decodeURIComponent(uri.replace(`file://${WORK}/`, ""));

export class Typing {
  readonly client: LSPClient;
  readonly problems = new Map<string, Problem[]>();
  /** What would mend a problem, where that is known. */
  readonly fixesOf = new Map<Problem, Fix[]>();
  /** Whether what is said is of the text as it stands. */
  settled = false;
  onChange: () => void = () => {};
  readonly #views = new Map<string, EditorView>();
  /** What the server calls its last report about a file: it need not be sent again. */
  readonly #reports = new Map<string, string>();
  /** The texts under which what is wrong was drawn last. */
  readonly #drawn = new Map<string, Text>();
  #pause: ReturnType<typeof setTimeout> | null = null;
  #round = 0;

  constructor(transport: Transport, private readonly show: (name: string) => EditorView | null) {
    this.client = new LSPClient({
      rootUri: `file://${WORK}`,
      timeout: 30_000,
      workspace: (client) => new OpenFiles(client, (uri) => this.show(nameOf(uri))),
      sanitizeHTML: harmless,
      extensions: [
        serverCompletion({ override: true }),
        hoverTooltips(),
        signatureHelp(),
        keymap.of([...formatKeymap, ...renameKeymap, ...jumpToDefinitionKeymap, ...findReferencesKeymap]),
        this.#asking(),
        { clientCapabilities: { textDocument: { codeAction: { codeActionLiteralSupport: { codeActionKind: { valueSet: ["quickfix"] } } } } } },
      ],
    });
    this.client.connect(transport);
  }

  opened(name: string, view: EditorView): void {
    this.#views.set(name, view);
    this.#reports.delete(name);
    this.soon();
  }

  closed(name: string): void {
    this.#views.delete(name);
    this.problems.delete(name);
    this.soon();
  }

  /** Ask again once nobody types. */
  soon(): void {
    this.settled = false;
    if (this.#pause !== null) clearTimeout(this.#pause);
    this.#pause = setTimeout(() => void this.ask(), PAUSE);
  }

  async ask(): Promise<void> {
    const round = ++this.#round;
    this.#pause = null;
    const start = performance.now();
    this.client.sync();
    const typedFirst = [...this.#views].sort(([, a], [, b]) => Number(b.hasFocus) - Number(a.hasFocus));
    const drawn = typedFirst.map(([name, view]) => this.#askAbout(name, view, round));
    void drawn[0]?.then(() => requestAnimationFrame(() => {
      performance.clearMeasures(DRAWN);
      performance.measure(DRAWN, { start });
    }));
    await Promise.all(drawn);
    if (round !== this.#round || this.#pause !== null) return; // somebody typed meanwhile
    this.settled = true;
    this.onChange();
    await this.#askForFixes(round);
  }

  async #askForFixes(round: number): Promise<void> {
    this.fixesOf.clear();
    const some = [...this.problems.values()].flat().filter((each) => each.severity !== "hint").slice(0, MENDED);
    for (const problem of some) {
      const fixes = await this.fixes(problem);
      if (round !== this.#round) return;
      if (fixes.length > 0) this.fixesOf.set(problem, fixes);
    }
    if (this.fixesOf.size === 0) return;
    for (const name of new Set([...this.fixesOf.keys()].map((problem) => problem.file))) this.#draw(name);
    this.onChange();
  }

  async #askAbout(name: string, view: EditorView, round: number): Promise<void> {
    const previousResultId = this.#reports.get(name);
    const textDocument = { uri: uriOf(name) };
    const report = await this.client
      .request<lsp.DocumentDiagnosticParams, lsp.DocumentDiagnosticReport>("textDocument/diagnostic", { textDocument, ...(previousResultId !== undefined && { previousResultId }) })
      .catch(() => null);
    if (report === null || round !== this.#round || this.#views.get(name) !== view) return;
    if (report.kind === "full") {
      if (report.resultId !== undefined) this.#reports.set(name, report.resultId);
      this.problems.set(name, report.items.map((each) => problemOf(name, each)));
    } else if (this.#drawn.get(name) === view.state.doc) return;
    this.#draw(name);
  }

  /** What is wrong in a file, under its text; with the fixes that are known. */
  #draw(name: string): void {
    const view = this.#views.get(name);
    const plugin = view === undefined ? null : LSPPlugin.get(view);
    if (view === undefined || plugin === null) return;
    const shown = (this.problems.get(name) ?? []).map((problem): Diagnostic => {
      const { start, end } = problem.sent.range;
      const from = plugin.unsyncedChanges.mapPos(plugin.fromPosition(start, plugin.syncedDoc));
      const to = Math.max(from, plugin.unsyncedChanges.mapPos(plugin.fromPosition(end, plugin.syncedDoc)));
      const actions = (this.fixesOf.get(problem) ?? []).map(({ title, edit }): Action => ({ name: title, apply: () => this.apply(edit) }));
      return { from, to, severity: problem.severity, message: problem.message, ...(problem.code && { source: problem.code }), actions };
    });
    this.#drawn.set(name, view.state.doc);
    view.dispatch(setDiagnostics(view.state, shown));
  }

  /** What would mend a problem, the surest first. */
  async fixes(problem: Problem): Promise<Fix[]> {
    this.client.sync();
    const params: lsp.CodeActionParams = {
      textDocument: { uri: uriOf(problem.file) }, range: problem.sent.range, context: { diagnostics: [problem.sent], only: ["quickfix"] },
    };
    const found = await this.client.request<lsp.CodeActionParams, lsp.CodeAction[] | null>("textDocument/codeAction", params).catch(() => null);
    const made = (found ?? []).flatMap((each) => (each.edit === undefined ? [] : [{ title: each.title, edit: each.edit, preferred: each.isPreferred ?? false }]));
    return made.sort((a, b) => Number(b.preferred) - Number(a.preferred));
  }

  apply(edit: lsp.WorkspaceEdit): void {
    const changes = new Map<string, lsp.TextEdit[]>(Object.entries(edit.changes ?? {}));
    for (const each of edit.documentChanges ?? []) {
      if ("textDocument" in each) changes.set(each.textDocument.uri, each.edits.filter((x): x is lsp.TextEdit => "newText" in x));
    }
    for (const [uri, edits] of changes) {
      const view = this.#views.get(nameOf(uri));
      const plugin = view === undefined ? null : LSPPlugin.get(view);
      if (view === undefined || plugin === null) continue;
      view.dispatch({
        changes: edits.map(({ range, newText }) => ({ from: plugin.fromPosition(range.start), to: plugin.fromPosition(range.end), insert: newText })),
        userEvent: "input.fix",
      });
    }
  }

  #asking() {
    const typing = this;
    return ViewPlugin.fromClass(
      class {
        update(update: ViewUpdate): void {
          if (update.docChanged) typing.soon();
        }
      },
    );
  }
}

function problemOf(file: string, sent: lsp.Diagnostic): Problem {
  const { line, character } = sent.range.start;
  const severity = SEVERITIES[sent.severity ?? 1];
  return { file, severity, code: typeof sent.code === "string" ? sent.code : "", message: typeof sent.message === "string" ? sent.message : sent.message.value, line: line + 1, column: character + 1, sent };
}

/** A file that stays open while another one is looked at, so that what is wrong in it is known. */
class OpenFile implements WorkspaceFile {
  version = 0;
  constructor(readonly uri: string, readonly languageId: string, public doc: Text, readonly view: EditorView) {}
  getView(): EditorView {
    return this.view;
  }
}

class OpenFiles extends Workspace {
  files: OpenFile[] = [];

  constructor(client: LSPClient, private readonly display: (uri: string) => EditorView | null) {
    super(client);
  }

  syncFiles(): { file: OpenFile; prevDoc: Text; changes: ChangeSet }[] {
    const updates = [];
    for (const file of this.files) {
      const plugin = LSPPlugin.get(file.view);
      if (plugin === null || plugin.unsyncedChanges.empty) continue;
      updates.push({ file, prevDoc: file.doc, changes: plugin.unsyncedChanges });
      file.doc = file.view.state.doc;
      file.version += 1;
      plugin.clear();
    }
    return updates;
  }

  openFile(uri: string, languageId: string, view: EditorView): void {
    const file = new OpenFile(uri, languageId, view.state.doc, view);
    this.files.push(file);
    this.client.didOpen(file);
  }

  closeFile(uri: string): void {
    this.files = this.files.filter((file) => file.uri !== uri);
    this.client.didClose(uri);
  }

  override displayFile(uri: string): Promise<EditorView | null> {
    return Promise.resolve(this.display(uri));
  }
}

const TAGS = new Set(["P", "BR", "CODE", "PRE", "EM", "STRONG", "UL", "OL", "LI", "A", "H1", "H2", "H3", "H4", "HR", "SPAN", "TABLE", "THEAD", "TBODY", "TR", "TH", "TD", "BLOCKQUOTE", "DEL"]);

/** Markdown that was made HTML, without whatever could do something: an agreement may be a stranger's. */
export function harmless(html: string): string {
  const parsed = new DOMParser().parseFromString(html, "text/html");
  for (const element of [...parsed.body.querySelectorAll("*")]) {
    if (!TAGS.has(element.tagName)) {
      element.replaceWith(parsed.createTextNode(element.textContent ?? ""));
      continue;
    }
    for (const { name, value } of [...element.attributes]) {
      const kept = name === "class" || (name === "href" && /^https:/.test(value));
      if (!kept) element.removeAttribute(name);
    }
    if (element.tagName === "A") {
      element.setAttribute("target", "_blank");
      element.setAttribute("rel", "noreferrer");
    }
  }
  return parsed.body.innerHTML;
}
