// What is made from an agreement and is no file: its plan, its SQL and the pages of codes as texts; its page to sign and its review as previews.

import * as path from "node:path";
import * as vscode from "vscode";
import { message, shown } from "./page";
import { Server, isAgreement, setting } from "./server";

const MADE = "sla-document";
const PAGE = "sla-page";
const REST = 400; // milliseconds without a change before something is made again

interface Made {
  readonly name: string;
  readonly text: string;
}

export function register(server: Server): vscode.Disposable[] {
  const texts = new Texts(server);
  const previews = new Previews(server);
  const command = vscode.commands.registerCommand;
  return [
    texts,
    previews,
    vscode.workspace.registerTextDocumentContentProvider(MADE, texts),
    vscode.workspace.registerTextDocumentContentProvider(PAGE, texts),
    command("sla.showPlan", () => texts.open("plan")),
    command("sla.showSql", () => texts.open("sql")),
    command("sla.showDifference", () => texts.open("difference")),
    command("sla.preview", () => previews.open("doc")),
    command("sla.previewReview", () => previews.open("review")),
    command("sla.refreshPreview", () => previews.refresh()),
  ];
}

/** Opens what the server would put into a file of its own; undefined for another command. */
export function opener(name: string, words: unknown[]): Thenable<unknown> | undefined {
  const about = String(words[0]);
  switch (name) {
    case "sla.openPage":
      return vscode.commands.executeCommand("vscode.open", vscode.Uri.from({ scheme: PAGE, path: `/${about}.md` }), vscode.ViewColumn.Beside);
    case "sla.openPlan":
      return show("plan", about);
    case "sla.openSql":
      return show("sql", about, typeof words[1] === "string" ? words[1] : undefined);
    case "sla.openDifference":
      return show("difference", about);
    default:
      return undefined;
  }
}

const ENDINGS = { plan: ".plan.txt", sql: ".sql", difference: ".changes.md" } as const;
type TextKind = keyof typeof ENDINGS;

async function show(kind: TextKind, about: string, dialect = setting("sql.dialect", "duckdb")): Promise<void> {
  const stem = path.posix.basename(vscode.Uri.parse(about).path).replace(/\.sla$/, "");
  const uri = vscode.Uri.from({
    scheme: MADE,
    path: `/${stem}${ENDINGS[kind]}`,
    query: JSON.stringify({ kind, about, dialect }),
  });
  const beside = { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true, preview: true };
  await vscode.commands.executeCommand("vscode.open", uri, beside); // as the editor for its kind: Markdown is drawn
}

// --- texts that cannot be edited

class Texts implements vscode.TextDocumentContentProvider, vscode.Disposable {
  private readonly moved = new vscode.EventEmitter<vscode.Uri>();
  readonly onDidChange = this.moved.event;
  private readonly soon = new Soon();
  private readonly listening: vscode.Disposable[];

  constructor(private readonly server: Server) {
    this.listening = [
      vscode.workspace.onDidChangeTextDocument(({ document }) => isAgreement(document) && this.changed(document.uri)),
      vscode.workspace.onDidSaveTextDocument((document) => isAgreement(document) && this.changed()),
      server.onDidStart(() => this.changed()),
    ];
  }

  dispose(): void {
    this.listening.forEach((each) => each.dispose());
    this.soon.dispose();
    this.moved.dispose();
  }

  async open(kind: TextKind): Promise<void> {
    const document = vscode.window.activeTextEditor?.document;
    if (isAgreement(document)) {
      await show(kind, document.uri.toString());
    }
  }

  async provideTextDocumentContent(uri: vscode.Uri, token: vscode.CancellationToken): Promise<string> {
    const asked =
      uri.scheme === PAGE ? { kind: "page", about: path.posix.basename(uri.path, ".md") } : (JSON.parse(uri.query) as object);
    try {
      return (await this.server.ask<Made>("sla/document", asked, token)).text;
    } catch (error) {
      const mark = uri.path.endsWith(".sql") ? "-- " : uri.path.endsWith(".md") ? "" : "# ";
      return reason(error)
        .split("\n")
        .map((line) => mark + line)
        .join("\n");
    }
  }

  /** What is open and made from this agreement, or from any. */
  private changed(about?: vscode.Uri): void {
    for (const { uri } of vscode.workspace.textDocuments) {
      if (uri.scheme === PAGE ? about === undefined : uri.scheme === MADE && (about === undefined || aboutOf(uri) === about.toString())) {
        this.soon.do(uri.toString(), () => this.moved.fire(uri));
      }
    }
  }
}

function aboutOf(uri: vscode.Uri): string {
  return (JSON.parse(uri.query) as { about: string }).about;
}

// --- previews

const KINDS = {
  doc: { title: "page to sign", making: "The page is being written…" },
  review: { title: "review", making: "The data are being read, and the review is being written…" },
} as const;
type Kind = keyof typeof KINDS;

class Previews implements vscode.Disposable {
  private readonly open_ = new Map<string, Preview>();
  private readonly soon = new Soon();
  private readonly listening: vscode.Disposable[];

  constructor(private readonly server: Server) {
    this.listening = [
      vscode.workspace.onDidChangeTextDocument(({ document }) => {
        const preview = this.open_.get(`doc ${document.uri}`);
        if (preview !== undefined && setting("preview.update", "onType") === "onType") {
          this.soon.do(document.uri.toString(), () => void preview.update());
        }
      }),
      vscode.workspace.onDidSaveTextDocument((document) => isAgreement(document) && this.updateAll()),
      vscode.window.onDidChangeActiveColorTheme(() => this.open_.forEach((each) => each.draw())),
      server.onDidStart(() => this.updateAll()),
    ];
  }

  dispose(): void {
    this.listening.forEach((each) => each.dispose());
    this.soon.dispose();
    this.open_.forEach((each) => each.panel.dispose());
  }

  async open(kind: Kind): Promise<void> {
    const document = vscode.window.activeTextEditor?.document;
    if (!isAgreement(document)) {
      return;
    }
    const key = `${kind} ${document.uri}`;
    const known = this.open_.get(key);
    if (known !== undefined) {
      known.panel.reveal(undefined, true);
      await known.update();
      return;
    }
    const preview = new Preview(this.server, kind, document.uri);
    this.open_.set(key, preview);
    preview.panel.onDidDispose(() => this.open_.delete(key));
    await preview.update();
  }

  async refresh(): Promise<void> {
    for (const preview of this.open_.values()) {
      if (preview.panel.active) {
        await preview.update();
      }
    }
  }

  private updateAll(): void {
    this.open_.forEach((each) => void each.update());
  }
}

class Preview {
  readonly panel: vscode.WebviewPanel;
  private page: string | undefined;
  private problem: string | undefined;
  private asking: vscode.CancellationTokenSource | undefined;

  constructor(
    private readonly server: Server,
    private readonly kind: Kind,
    private readonly about: vscode.Uri,
  ) {
    const title = `${path.posix.basename(about.path)}: ${KINDS[kind].title}`;
    const beside = { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true };
    this.panel = vscode.window.createWebviewPanel("sla.preview", title, beside, {
      enableScripts: false,
      enableCommandUris: false,
      enableForms: false,
      enableFindWidget: true,
      localResourceRoots: [],
    });
    this.panel.onDidDispose(() => this.asking?.cancel());
    this.draw();
  }

  /** Ask for the page as it is now, in the place of what was asked before; what is wrong is shown above the page as it was. */
  async update(): Promise<void> {
    this.asking?.cancel();
    const asking = (this.asking = new vscode.CancellationTokenSource());
    try {
      const asked = { kind: this.kind, about: this.about.toString() };
      const made = await this.server.ask<Made>("sla/document", asked, asking.token);
      if (!asking.token.isCancellationRequested) {
        [this.page, this.problem] = [made.text, undefined];
      }
    } catch (error) {
      this.problem = reason(error);
    }
    if (!asking.token.isCancellationRequested) {
      this.draw();
    }
  }

  draw(): void {
    const kind = vscode.window.activeColorTheme.kind;
    const dark = kind === vscode.ColorThemeKind.Dark || kind === vscode.ColorThemeKind.HighContrast;
    const banner = this.problem === undefined ? undefined : `${this.problem}\nThis is the ${KINDS[this.kind].title} as it was before.`;
    this.panel.webview.html =
      this.page === undefined ? message(this.problem ?? KINDS[this.kind].making, dark) : shown(this.page, dark, banner);
  }
}

function reason(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  const said = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?…]$/.test(said) ? said : `${said}.`;
}

/** What is done once nothing has asked for it for a moment. */
class Soon implements vscode.Disposable {
  private readonly waiting = new Map<string, NodeJS.Timeout>();

  do(key: string, work: () => void): void {
    clearTimeout(this.waiting.get(key));
    this.waiting.set(key, setTimeout(() => { this.waiting.delete(key); work(); }, REST));
  }

  dispose(): void {
    this.waiting.forEach((each) => clearTimeout(each));
  }
}
