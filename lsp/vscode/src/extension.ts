// The extension: what is registered with the editor, and what is run for a reader.

import * as path from "node:path";
import * as vscode from "vscode";
import { Middleware } from "vscode-languageclient/node";
import { opener, register } from "./documents";
import { Server, isAgreement, setting } from "./server";
import { Tests } from "./testing";

const TASK = "sla";
const MATCHER = "$sla";
/** Settings that a server is started with. */
const OF_SERVER = ["path", "figures", "proofs", "data", "lenses", "inlayHints"].map((each) => `sla.${each}`);

let server: Server | undefined;

export async function activate(context: vscode.ExtensionContext): Promise<void> {
  const started = (server = new Server(context, middleware));
  const tests = new Tests(started);
  const command = vscode.commands.registerCommand;
  context.subscriptions.push(
    tests,
    ...register(started),
    command("sla.restart", () => started.restart()),
    command("sla.install", () => started.install()),
    command("sla.showLog", () => started.log.show()),
    command("sla.menu", () => started.menu()),
    command("sla.runTest", (file: string, test: string) => tests.runFile(vscode.Uri.parse(file), test)),
    command("sla.runTests", () => withAgreement((document) => tests.runFile(document.uri))),
    command("sla.run", () => withAgreement((document) => runOnData(started, document))),
    command("sla.init", () => firstAgreement(started)),
    command("sla.showReferences", showReferences),
    vscode.tasks.registerTaskProvider(TASK, new Tasks(started)),
    vscode.workspace.onDidChangeConfiguration((change) => {
      if (OF_SERVER.some((each) => change.affectsConfiguration(each))) {
        void started.restart();
      }
    }),
    vscode.workspace.onDidGrantWorkspaceTrust(() => void started.restart()),
    vscode.workspace.onDidOpenTextDocument((document) => {
      if (isAgreement(document) && started.isMissing) {
        void started.offer(true);
      }
    }),
  );
  await started.restart();
}

export async function deactivate(): Promise<void> {
  await server?.dispose();
}

/** What of the server's answers is shown, by the settings, and what it would open itself. */
const middleware: Middleware = {
  provideCodeLenses: async (document, token, next) => {
    const hidden = new Set([
      ...(setting("lenses.tests", true) ? [] : ["sla.runTest"]),
      ...(setting("lenses.uses", true) ? [] : ["sla.showReferences"]),
    ]);
    return (await next(document, token))?.filter((each) => !hidden.has(each.command?.command ?? ""));
  },
  provideInlayHints: (document, range, token, next) => (setting("inlayHints", true) ? next(document, range, token) : []),
  executeCommand: (name, words, next) => opener(name, words) ?? next(name, words),
};

async function withAgreement(work: (document: vscode.TextDocument) => Promise<void>): Promise<void> {
  const document = vscode.window.activeTextEditor?.document;
  if (isAgreement(document)) {
    await work(document);
  }
}

async function showReferences(uri: string, _name: string, at: { line: number; character: number }): Promise<void> {
  const place = new vscode.Position(at.line, at.character);
  await vscode.commands.executeCommand("editor.action.findReferences", vscode.Uri.parse(uri), place);
}

// --- what is run in a terminal, without a shell that would read the words again

class Tasks implements vscode.TaskProvider {
  constructor(private readonly server: Server) {}

  async provideTasks(): Promise<vscode.Task[]> {
    const folders = vscode.workspace.workspaceFolders ?? [];
    const command = folders.length > 0 && vscode.workspace.isTrusted ? this.server.known : undefined;
    if (command === undefined) {
      return [];
    }
    return folders.flatMap((folder) => ["check", "test"].map((each) => task(folder, command, { type: TASK, command: each })));
  }

  async resolveTask(given: vscode.Task): Promise<vscode.Task | undefined> {
    const scope = given.scope;
    const command = await this.server.command();
    const folder = typeof scope === "object" ? scope : vscode.workspace.workspaceFolders?.[0];
    return command === undefined ? undefined : task(folder, command, given.definition as Definition);
  }
}

interface Definition extends vscode.TaskDefinition {
  readonly command: string;
  readonly paths?: readonly string[];
  readonly arguments?: readonly string[];
}

function task(folder: vscode.WorkspaceFolder | undefined, command: string, definition: Definition, cwd = folder?.uri.fsPath): vscode.Task {
  const paths = definition.paths ?? ["."];
  const short = definition.command === "check" ? ["--format", "short"] : [];
  const words = [definition.command, ...short, ...(definition.arguments ?? []), ...paths];
  const made = new vscode.Task(
    definition,
    folder ?? vscode.TaskScope.Workspace,
    [definition.command, ...paths.filter((each) => each !== ".").map((each) => path.basename(each))].join(" "),
    "sla",
    new vscode.ProcessExecution(command, words, { cwd }),
    definition.command === "check" ? MATCHER : [],
  );
  made.presentationOptions = { clear: true, showReuseMessage: false };
  made.group = definition.command === "check" ? vscode.TaskGroup.Build : definition.command === "test" ? vscode.TaskGroup.Test : undefined;
  return made;
}

async function runOnData(server: Server, document: vscode.TextDocument): Promise<void> {
  if (!vscode.workspace.isTrusted) {
    await vscode.window.showInformationMessage("A run reads the data that the agreement names: trust the workspace first.");
    return;
  }
  if (document.uri.scheme !== "file" || (document.isDirty && !(await document.save()))) {
    await vscode.window.showInformationMessage("A run is of a file: save the agreement first.");
    return;
  }
  const command = await server.command();
  if (command === undefined) {
    return;
  }
  const folder = vscode.workspace.getWorkspaceFolder(document.uri);
  const definition = { type: TASK, command: "run", paths: [document.uri.fsPath], arguments: [...setting<string[]>("run.arguments", []), ...given()] };
  await vscode.tasks.executeTask(task(folder, command, definition, path.dirname(document.uri.fsPath)));
}

/** Data in the place of an agreement's sources, as a command is told of them. */
function given(): string[] {
  return setting<string[]>("data", []).flatMap((each) => ["--data", each]);
}

async function firstAgreement(server: Server): Promise<void> {
  if (!vscode.workspace.isTrusted) {
    await vscode.window.showInformationMessage("This reads the data: trust the workspace first.");
    return;
  }
  const chosen = await vscode.window.showOpenDialog({
    canSelectMany: true,
    title: "The files of your data: first the one with a row per lead, then what happened to them",
    filters: { Data: ["csv", "tsv", "txt", "jsonl", "parquet", "xlsx"] },
    openLabel: "Write an agreement",
  });
  const command = chosen && (await server.command());
  if (!chosen?.length || command === undefined) {
    return;
  }
  const beside = path.dirname(chosen[0].fsPath);
  const out = path.join(beside, "agreement.sla");
  const definition = { type: TASK, command: "init", paths: chosen.map((each) => each.fsPath), arguments: ["--out", out] };
  const begun = await vscode.tasks.executeTask(task(vscode.workspace.getWorkspaceFolder(chosen[0]), command, definition, beside));
  const ended = vscode.tasks.onDidEndTaskProcess(async ({ execution, exitCode }) => {
    if (execution === begun) {
      ended.dispose();
      if (exitCode === 0) {
        await vscode.window.showTextDocument(vscode.Uri.file(out));
      }
    }
  });
}
