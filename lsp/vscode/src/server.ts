// The language server: found, installed if somebody wants that, started, watched, and shown in the status bar.

import { ChildProcess, spawn } from "node:child_process";
import { homedir } from "node:os";
import * as path from "node:path";
import * as vscode from "vscode";
import { CloseAction, ErrorAction, LanguageClient, LanguageClientOptions, Middleware, State } from "vscode-languageclient/node";
import { Found, Places, findSla, isAllowed, pythonsOf, withServer } from "./discovery";
import { Cancelled, Failure, install, installed, remove } from "./environment";

const PREFERS_OWN = "sla.prefersOwnEnvironment";
const RESTARTS = 3; // after which a server that ends by itself is left alone
const PATIENCE = 5_000; // for an extension that is asked which interpreter it has

export const isAgreement = (document: vscode.TextDocument | undefined): document is vscode.TextDocument => document?.languageId === "sla";

export function setting<T>(name: string, otherwise: T): T {
  return vscode.workspace.getConfiguration("sla").get<T>(name, otherwise);
}

type Standing = "starting" | "running" | "missing" | "failed" | "stopped";

interface Data {
  readonly record: string;
  readonly where: string | null;
  readonly from: string | null;
}

/** What goes wrong is in the log, and told by us where somebody can do something about it. */
class QuietClient extends LanguageClient {
  override error(message: string, data?: unknown): void {
    super.error(message, data, false);
  }
}

export class Server implements vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<void>();
  /** Fires when a server has started, so that what is shown of it can be asked for again. */
  readonly onDidStart = this.changed.event;
  readonly log = vscode.window.createOutputChannel("Service level agreements", { log: true });
  private readonly status = vscode.window.createStatusBarItem("sla.status", vscode.StatusBarAlignment.Right, 50);
  private readonly own: string;
  private readonly toldOf = new Set<string>();
  private readonly watched: vscode.Disposable[] = [];
  private client: LanguageClient | undefined;
  private process: ChildProcess | undefined;
  private standing: Standing = "stopped";
  private why = "";
  private found: Found | undefined;
  private last: Promise<void> = Promise.resolve();

  constructor(
    private readonly context: vscode.ExtensionContext,
    private readonly middleware: Middleware,
  ) {
    this.own = path.join(context.globalStorageUri.fsPath, "environments");
    this.status.name = "Service level agreements";
    this.status.command = "sla.menu";
    context.subscriptions.push(
      vscode.window.onDidChangeActiveTextEditor(() => void this.show()),
      vscode.workspace.onDidSaveTextDocument(() => void this.show()),
    );
  }

  async dispose(): Promise<void> {
    await this.stop();
    this.watched.forEach((each) => each.dispose());
    this.status.dispose();
    this.log.dispose();
    this.changed.dispose();
  }

  // --- asked by the rest of the extension

  get isMissing(): boolean {
    return this.standing === "missing";
  }

  /** The command, if it is known by now. */
  get known(): string | undefined {
    return this.found?.command;
  }

  /** The command, for what is run beside the server; undefined where there is none, which is told. */
  async command(): Promise<string | undefined> {
    if (this.found === undefined) {
      await this.restart();
      if (this.found === undefined) {
        await this.offer();
      }
    }
    return this.found?.command;
  }

  /** Ask the server; it throws what the server refuses by. */
  async ask<T>(method: string, about: object, token?: vscode.CancellationToken): Promise<T> {
    await this.last;
    if (this.client === undefined || this.standing !== "running") {
      throw new Error("The language server does not run.");
    }
    return this.client.sendRequest<T>(method, about, token);
  }

  // --- starting and stopping, one at a time

  restart(): Promise<void> {
    this.last = this.last.then(async () => {
      await this.stop();
      await this.start();
    });
    return this.last;
  }

  private async stop(): Promise<void> {
    const [client, process] = [this.client, this.process];
    this.client = this.process = undefined;
    await client?.dispose().catch(() => undefined);
    process?.kill();
    this.tell("stopped");
  }

  private async start(): Promise<void> {
    this.tell("starting");
    this.found = await findSla(await this.places());
    if (this.found === undefined) {
      this.tell("missing");
      if (vscode.workspace.textDocuments.some(isAgreement)) {
        void this.offer(true);
      }
      return;
    }
    this.log.info(`sla ${this.found.version}: ${this.found.command}, from ${this.found.from}`);
    await this.serve(this.found);
  }

  private async serve(found: Found): Promise<void> {
    let complaints = "";
    let endings = 0;
    let began = false;
    let gone: (reason: unknown) => void = () => undefined;
    const ended = new Promise<never>((_, reject) => (gone = reject));
    ended.catch(() => undefined);
    const client = new QuietClient(
      "sla",
      "Service level agreements",
      async () => {
        const child = spawn(found.command, ["lsp"], { cwd: path.dirname(found.command), windowsHide: true });
        child.stderr.on("data", (text) => (complaints = (complaints + String(text)).slice(-4_000)));
        child.on("error", gone);
        child.on("close", (status) => gone(new Error(`it ended with the status ${status}`)));
        this.process = child;
        return child;
      },
      {
        ...this.options(),
        errorHandler: {
          error: () => ({ action: ErrorAction.Continue, handled: true }),
          closed: () => {
            const again = began && ++endings <= RESTARTS;
            if (began && !again && this.client === client) {
              this.tell("failed", complaints.trim() || "it ended by itself, again and again");
            }
            return { action: again ? CloseAction.Restart : CloseAction.DoNotRestart, handled: true };
          },
        },
        initializationFailedHandler: () => false,
      },
    );
    this.client = client;
    client.onDidChangeState(({ newState }) => {
      if (this.client === client && newState === State.Running) {
        began = true;
        this.tell("running");
        this.changed.fire();
      }
    });
    try {
      await Promise.race([client.start(), ended]);
      if (client.state !== State.Running) {
        this.process?.kill(); // the client says nothing of a server that ended before it had begun
        await ended;
      }
    } catch (error) {
      this.client = undefined;
      this.process?.kill();
      this.tell("failed", complaints.trim() || String(error));
      void this.complain(found, complaints.trim() || String(error));
    }
  }

  private options(): LanguageClientOptions {
    return {
      documentSelector: [
        { language: "sla", scheme: "file" },
        { language: "sla", scheme: "untitled" },
      ],
      initializationOptions: {
        commands: ["sla.runTest", "sla.showReferences"],
        figures: setting("figures", true),
        proofs: setting("proofs", true),
        data: setting<string[]>("data", []),
        trusted: vscode.workspace.isTrusted,
        codePages: "sla-page:/{code}.md",
      },
      middleware: this.middleware,
      outputChannel: this.log,
      synchronize: { fileEvents: vscode.workspace.createFileSystemWatcher("**/*.sla") },
    };
  }

  private async places(): Promise<Places> {
    const trusted = vscode.workspace.isTrusted;
    return {
      setting: setting("path", ""),
      folders: (vscode.workspace.workspaceFolders ?? []).filter((each) => each.uri.scheme === "file").map((each) => each.uri.fsPath),
      trusted,
      interpreter: trusted ? await this.interpreter() : undefined,
      own: await installed(this.own),
      prefersOwn: this.context.globalState.get<boolean>(PREFERS_OWN, false),
      home: homedir(),
      environment: process.env,
      platform: process.platform,
    };
  }

  /** The interpreter that the Python extension has for the workspace, if there is that extension. */
  private async interpreter(): Promise<string | undefined> {
    const extension = vscode.extensions.getExtension("ms-python.python");
    if (extension === undefined) {
      return undefined;
    }
    const late = new Promise<undefined>((resolve) => setTimeout(() => resolve(undefined), PATIENCE));
    try {
      const python = await Promise.race([extension.activate(), late]);
      const environments = python?.environments;
      if (environments === undefined) {
        return undefined;
      }
      if (this.watched.length === 0) {
        const moved = environments.onDidChangeActiveEnvironmentPath?.(() => void this.restart());
        this.watched.push(...(moved === undefined ? [] : [moved]));
      }
      const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
      const active = await Promise.race([environments.resolveEnvironment(environments.getActiveEnvironmentPath(folder)), late]);
      return active?.executable?.uri?.fsPath;
    } catch (error) {
      this.log.warn(`the Python extension did not say which interpreter it has: ${String(error)}`);
      return undefined;
    }
  }

  // --- what is told when something is missing

  /** Offer to install; unasked no more than once. */
  async offer(unasked = false): Promise<void> {
    const named = setting("path", "");
    if (unasked && this.toldOf.has(named)) {
      return;
    }
    this.toldOf.add(named);
    if (named) {
      const answer = await vscode.window.showErrorMessage(
        `The setting \`sla.path\` names \`${named}\`, which is no \`sla\` that can be run. Empty it, and \`sla\` is looked for.`,
        "Open the setting",
      );
      if (answer !== undefined) {
        await openSetting("sla.path");
      }
      return;
    }
    const install = "Install…";
    const answer = await vscode.window.showErrorMessage(
      "The command `sla` was not found, so agreements are only coloured. There is no release of it on PyPI yet: it can be installed from a wheel or a checkout, into an environment that only this extension uses.",
      install,
      "Say where it is",
    );
    if (answer === install) {
      await this.install();
    } else if (answer !== undefined) {
      await openSetting("sla.path");
    }
  }

  /** A server that does not start; what is missing of it is told once. */
  private async complain(found: Found, complaints: string): Promise<void> {
    if (this.toldOf.has(found.command)) {
      return;
    }
    this.toldOf.add(found.command);
    const [copy, own, log] = ["Copy the command", "Use an environment of its own…", "Show the log"];
    if (!/which is not installed: pip install/.test(complaints)) {
      if ((await vscode.window.showErrorMessage(`\`${found.command} lsp\` did not start: ${complaints.split("\n").pop()}`, log)) === log) {
        this.log.show();
      }
      return;
    }
    const command = withServer(found);
    const answer = await vscode.window.showWarningMessage(
      `\`sla\` ${found.version} (${found.from}) is without its language server. Run: ${command}  Then restart the server.`,
      copy,
      own,
    );
    if (answer === copy) {
      await vscode.env.clipboard.writeText(command);
    } else if (answer === own) {
      await this.install();
    }
  }

  // --- an environment of its own

  async install(): Promise<void> {
    const source = setting("install.from", "").trim() || (await this.chosenSource());
    if (source === undefined) {
      return;
    }
    const places = await this.places();
    if (path.isAbsolute(source) && !(await isAllowed(source, places))) {
      await vscode.window.showInformationMessage("An installation runs what a checkout says, and this one lies in the workspace: trust the workspace first.");
      return;
    }
    const pythons = await pythonsOf(places, setting("install.python", "").trim());
    try {
      await vscode.window.withProgress(
        { location: vscode.ProgressLocation.Notification, title: "Installing sla", cancellable: true },
        async (progress, token) => {
          const stop = new AbortController();
          token.onCancellationRequested(() => stop.abort());
          await install(this.own, {
            source,
            pythons,
            signal: stop.signal,
            say: (doing) => progress.report({ message: doing }),
            log: (line) => {
              this.log.info(line);
              const fetched = /^((Collecting|Downloading|Processing) \S+|Installing collected packages)/.exec(line.trim())?.[0];
              if (fetched !== undefined) {
                progress.report({ message: fetched });
              }
            },
          });
        },
      );
    } catch (error) {
      await this.notInstalled(error);
      return;
    }
    await this.context.globalState.update(PREFERS_OWN, true);
    this.toldOf.clear();
    await this.restart();
    if (this.standing === "running") {
      void vscode.window.showInformationMessage(`sla ${this.found?.version} is installed, in an environment of the extension's own.`);
    }
  }

  /** What to install from, while nothing is released. */
  private async chosenSource(): Promise<string | undefined> {
    const wheel = { label: "A wheel…", detail: "A file whose name ends in .whl" };
    const checkout = { label: "A checkout…", detail: "A folder with sladsl's pyproject.toml in it" };
    const named = { label: "What the setting says…", detail: "`sla.install.from`: a file, a folder, or what pip calls a requirement" };
    const what = await vscode.window.showQuickPick([wheel, checkout, named], {
      title: "Install sla from",
      placeHolder: "There is no release on PyPI yet",
    });
    if (what === named) {
      await openSetting("sla.install.from");
      return undefined;
    }
    const folder = what === checkout;
    const chosen =
      what &&
      (await vscode.window.showOpenDialog({
        canSelectFolders: folder,
        canSelectFiles: !folder,
        filters: folder ? undefined : { Wheels: ["whl"] },
        openLabel: "Install",
      }));
    return chosen?.[0]?.fsPath;
  }

  private async notInstalled(error: unknown): Promise<void> {
    if (error instanceof Cancelled) {
      void vscode.window.showInformationMessage("Nothing was installed.");
      return;
    }
    this.log.error(String(error));
    const [again, log, other] = ["Try again", "Show the log", "Open the settings"];
    const text = error instanceof Failure ? `${error.message} ${error.advice}` : String(error);
    const answer = await vscode.window.showErrorMessage(`sla was not installed. ${text}`, again, log, other);
    if (answer === again) {
      await this.install();
    } else if (answer === log) {
      this.log.show();
    } else if (answer === other) {
      await openSetting("sla.install");
    }
  }

  async removeOwn(): Promise<void> {
    await this.context.globalState.update(PREFERS_OWN, undefined);
    await this.stop();
    await remove(this.own);
    await this.restart();
  }

  // --- the status bar

  private tell(standing: Standing, why = ""): void {
    this.standing = standing;
    this.why = why;
    void vscode.commands.executeCommand("setContext", "sla.running", standing === "running");
    void this.show();
  }

  private async show(): Promise<void> {
    const document = vscode.window.activeTextEditor?.document;
    if (!isAgreement(document)) {
      this.status.hide();
      return;
    }
    const version = this.found?.version ?? "";
    const [icon, said, wrong] = {
      starting: ["loading~spin", "SLA", false],
      running: ["check", `SLA ${version}`, false],
      missing: ["warning", "SLA: not installed", true],
      failed: ["error", "SLA: no server", true],
      stopped: ["circle-slash", "SLA", false],
    }[this.standing] as [string, string, boolean];
    this.status.text = `$(${icon}) ${said}`;
    this.status.backgroundColor = wrong ? new vscode.ThemeColor("statusBarItem.warningBackground") : undefined;
    this.status.accessibilityInformation = { label: said };
    this.status.show();
    this.status.tooltip = await this.tooltip(document);
  }

  private async tooltip(document: vscode.TextDocument): Promise<vscode.MarkdownString> {
    const text = new vscode.MarkdownString("", true);
    const line = (words: string) => text.appendText(words).appendMarkdown("\n\n");
    if (this.found === undefined) {
      line(this.standing === "missing" ? "`sla` was not found." : "The server does not run.");
      return text;
    }
    line(`sla ${this.found.version}, from ${this.found.from.replace(/`/g, "")}: ${this.found.command}`);
    if (this.why) {
      line(this.why);
    }
    if (this.standing === "running") {
      for (const each of await this.dataOf(document)) {
        line(each);
      }
    }
    if (!vscode.workspace.isTrusted) {
      line("The workspace is not trusted: no data are read, and nothing is run.");
    }
    return text;
  }

  private async dataOf(document: vscode.TextDocument): Promise<string[]> {
    try {
      const { data } = await this.client!.sendRequest<{ data: Data[] }>("sla/data", { about: document.uri.toString() });
      return data.map((each) => (each.where === null ? `${each.record}: no data` : `${each.record}: ${each.where} (${each.from})`));
    } catch {
      return []; // a server that is older than this question
    }
  }

  async menu(): Promise<void> {
    const choices: (vscode.QuickPickItem & { run: () => unknown })[] = [
      { label: "$(refresh) Restart the server", run: () => this.restart() },
      { label: "$(output) Show the log", run: () => this.log.show() },
      { label: "$(cloud-download) Install sla into an environment of its own…", run: () => this.install() },
      { label: "$(gear) Settings", run: () => openSetting("@ext:sladsl.sladsl") },
    ];
    if ((await installed(this.own)) !== undefined) {
      choices.splice(3, 0, { label: "$(trash) Remove that environment", run: () => this.removeOwn() });
    }
    if (!vscode.workspace.isTrusted) {
      choices.push({ label: "$(shield) Trust the workspace…", run: () => vscode.commands.executeCommand("workbench.trust.manage") });
    }
    const chosen = await vscode.window.showQuickPick(choices, { title: this.status.text.replace(/\$\([^)]*\) /, "") });
    await chosen?.run();
  }
}

async function openSetting(name: string): Promise<void> {
  await vscode.commands.executeCommand("workbench.action.openSettings", name);
}
