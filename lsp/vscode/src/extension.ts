// The extension: finds `sla`, starts its language server, and runs what the lenses and the palette ask for in a terminal.

import * as vscode from "vscode";
import { LanguageClient, LanguageClientOptions, ServerOptions } from "vscode-languageclient/node";
import { findSla } from "./discovery";

let client: LanguageClient | undefined;
let terminal: vscode.Terminal | undefined;

export async function activate(context: vscode.ExtensionContext): Promise<void> {
  context.subscriptions.push(
    vscode.commands.registerCommand("sla.restart", restart),
    vscode.commands.registerCommand("sla.runTest", (file: string, test: string) => inTerminal("test", "-v", file, "--only", test)),
    vscode.commands.registerCommand("sla.runTests", () => withFile((file) => inTerminal("test", "-v", file))),
    vscode.commands.registerCommand("sla.run", () => withFile((file) => inTerminal("run", file))),
    vscode.commands.registerCommand("sla.showReferences", showReferences),
    vscode.commands.registerCommand("sla.showPlan", () => ofServer("sla.openPlan")),
    vscode.commands.registerCommand("sla.showSql", () => ofServer("sla.openSql")),
    vscode.commands.registerCommand("sla.showDifference", () => ofServer("sla.openDifference")),
    vscode.workspace.onDidChangeConfiguration((change) => {
      if (change.affectsConfiguration("sla")) {
        void restart();
      }
    }),
    vscode.workspace.onDidGrantWorkspaceTrust(() => void restart()),
    vscode.window.onDidCloseTerminal((closed) => {
      if (closed === terminal) {
        terminal = undefined;
      }
    }),
  );
  await start();
}

export async function deactivate(): Promise<void> {
  await client?.stop();
}

async function restart(): Promise<void> {
  await client?.stop();
  client = undefined;
  await start();
}

async function start(): Promise<void> {
  const command = await sla();
  if (command === undefined) {
    return;
  }
  const server: ServerOptions = { command, args: ["lsp"] };
  const options: LanguageClientOptions = {
    documentSelector: [{ language: "sla" }],
    initializationOptions: {
      commands: ["sla.runTest", "sla.showReferences"],
      figures: vscode.workspace.getConfiguration("sla").get<boolean>("figures", true),
      trusted: vscode.workspace.isTrusted,
    },
    synchronize: { fileEvents: vscode.workspace.createFileSystemWatcher("**/*.sla") },
  };
  client = new LanguageClient("sla", "Service level agreements", server, options);
  try {
    await client.start();
  } catch (error) {
    client = undefined;
    await complain(`\`${command} lsp\` did not start: ${String(error)}`);
  }
}

async function sla(): Promise<string | undefined> {
  const setting = vscode.workspace.getConfiguration("sla").get<string>("path", "");
  // What a folder that nobody trusts holds is not started.
  const folders = vscode.workspace.isTrusted ? (vscode.workspace.workspaceFolders ?? []).map((each) => each.uri.fsPath) : [];
  const found = await findSla(setting, folders);
  if (found === undefined) {
    await complain(
      setting
        ? `The setting \`sla.path\` names \`${setting}\`, which cannot be run.`
        : "The command `sla` was not found in the workspace's `.venv` or on the PATH. Install it with: pip install \"sladsl[lsp]\"",
    );
  }
  return found;
}

async function complain(message: string): Promise<void> {
  const open = "Open the setting";
  if ((await vscode.window.showErrorMessage(message, open)) === open) {
    await vscode.commands.executeCommand("workbench.action.openSettings", "sla.path");
  }
}

async function withFile(run: (file: string) => Promise<void>): Promise<void> {
  const document = vscode.window.activeTextEditor?.document;
  if (document?.languageId === "sla") {
    await document.save();
    await run(document.uri.fsPath);
  }
}

async function ofServer(command: string): Promise<void> {
  const document = vscode.window.activeTextEditor?.document;
  if (document?.languageId === "sla" && client !== undefined) {
    await vscode.commands.executeCommand(command, document.uri.toString());
  }
}

async function inTerminal(...words: string[]): Promise<void> {
  if (!vscode.workspace.isTrusted) {
    await vscode.window.showInformationMessage("A run reads the data that the agreement names: trust the workspace first.");
    return;
  }
  const command = await sla();
  if (command === undefined) {
    return;
  }
  terminal ??= vscode.window.createTerminal("SLA");
  terminal.show(true);
  terminal.sendText([command, ...words.map(local)].map(quoted).join(" "));
}

function local(word: string): string {
  return word.startsWith("file:") ? vscode.Uri.parse(word).fsPath : word;
}

function quoted(word: string): string {
  if (/^[\w@%+=:,./\\-]+$/.test(word)) {
    return word;
  }
  return process.platform === "win32" ? `"${word.replace(/"/g, '""')}"` : `'${word.replace(/'/g, `'\\''`)}'`;
}

async function showReferences(uri: string, _name: string, at: { line: number; character: number }): Promise<void> {
  await vscode.commands.executeCommand(
    "editor.action.findReferences",
    vscode.Uri.parse(uri),
    new vscode.Position(at.line, at.character),
  );
}
