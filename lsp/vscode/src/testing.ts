// The tests of agreements in the Test Explorer. What they are is read from the text; they are run by `sla test`, a file at a time.

import * as path from "node:path";
import * as vscode from "vscode";
import { run } from "./processes";
import { Outcome, outcomesOf, testsIn } from "./results";
import { Server, isAgreement } from "./server";

const HIDDEN = "**/{node_modules,.venv,venv,.git}/**";

export class Tests implements vscode.Disposable {
  private readonly controller = vscode.tests.createTestController("sla", "Service level agreements");
  private readonly others: vscode.Disposable[] = [];
  private looked: Promise<void> | undefined;

  constructor(private readonly server: Server) {
    this.controller.createRunProfile("Run", vscode.TestRunProfileKind.Run, (request, token) => this.run(request, token), true);
    this.controller.resolveHandler = async (item) => {
      if (item === undefined) {
        await this.look();
      } else if (item.uri !== undefined) {
        await this.readFile(item.uri);
      }
    };
    this.controller.refreshHandler = () => this.look(true);
    const watcher = vscode.workspace.createFileSystemWatcher("**/*.sla");
    const opened = (document: vscode.TextDocument) => isAgreement(document) && document.uri.scheme === "file" && this.read(document.uri, document.getText());
    this.others.push(
      watcher,
      watcher.onDidCreate((uri) => this.readFile(uri)),
      watcher.onDidChange((uri) => this.readFile(uri)),
      watcher.onDidDelete((uri) => this.controller.items.delete(uri.toString())),
      vscode.workspace.onDidOpenTextDocument(opened),
      vscode.workspace.onDidChangeTextDocument(({ document }) => opened(document)),
    );
    vscode.workspace.textDocuments.forEach(opened);
  }

  dispose(): void {
    this.others.forEach((each) => each.dispose());
    this.controller.dispose();
  }

  // --- what there is

  private look(again = false): Promise<void> {
    if (again || this.looked === undefined) {
      this.looked = Promise.resolve(vscode.workspace.findFiles("**/*.sla", HIDDEN)).then(async (files) => {
        await Promise.all(files.map((each) => this.readFile(each)));
      });
    }
    return this.looked;
  }

  private async readFile(uri: vscode.Uri): Promise<void> {
    const open = vscode.workspace.textDocuments.find((each) => each.uri.toString() === uri.toString());
    if (open !== undefined) {
      this.read(uri, open.getText());
      return;
    }
    try {
      this.read(uri, new TextDecoder().decode(await vscode.workspace.fs.readFile(uri)));
    } catch {
      this.controller.items.delete(uri.toString());
    }
  }

  /** Items are kept as long as there are tests of their names, so that what became of them stays beside them. */
  private read(uri: vscode.Uri, text: string): void {
    const named = testsIn(text);
    if (named.length === 0) {
      this.controller.items.delete(uri.toString());
      return;
    }
    let file = this.controller.items.get(uri.toString());
    if (file === undefined) {
      file = this.controller.createTestItem(uri.toString(), vscode.workspace.asRelativePath(uri), uri);
      this.controller.items.add(file);
    }
    const times = new Map<string, number>();
    const tests = named.map((each) => {
      const time = (times.get(each.name) ?? 0) + 1;
      times.set(each.name, time);
      const id = `${uri} ${time} ${each.name}`;
      const item = file.children.get(id) ?? this.controller.createTestItem(id, each.name, uri);
      item.range = new vscode.Range(each.line, 0, each.last, 0);
      item.sortText = String(each.line).padStart(8, "0");
      return item;
    });
    file.children.replace(tests);
  }

  // --- running them

  /** The test of this name, or all of a file. */
  async runFile(uri: vscode.Uri, name?: string): Promise<void> {
    await this.readFile(uri);
    const file = this.controller.items.get(uri.toString());
    const tests: vscode.TestItem[] = [];
    file?.children.forEach((each) => name === undefined || each.label === name ? tests.push(each) : 0);
    if (file === undefined || tests.length === 0) {
      await vscode.window.showInformationMessage("There is no test in this agreement.");
      return;
    }
    const request = new vscode.TestRunRequest(name === undefined ? [file] : tests.slice(0, 1));
    await this.run(request, new vscode.CancellationTokenSource().token);
    await vscode.commands.executeCommand("testing.showMostRecentOutput");
  }

  private async run(request: vscode.TestRunRequest, token: vscode.CancellationToken): Promise<void> {
    if (!vscode.workspace.isTrusted) {
      await vscode.window.showInformationMessage("Nothing is run until the workspace is trusted.");
      return;
    }
    await this.look();
    const chosen = this.chosen(request);
    const task = this.controller.createTestRun(request);
    const stop = new AbortController();
    const ends = [token, task.token].map((each) => each.onCancellationRequested(() => stop.abort()));
    try {
      chosen.forEach((tests) => tests.forEach((each) => task.enqueued(each)));
      const command = await this.server.command();
      for (const [uri, tests] of chosen) {
        if (command === undefined || stop.signal.aborted) {
          break;
        }
        await this.runOne(task, command, vscode.Uri.parse(uri), tests, stop.signal);
      }
    } finally {
      ends.forEach((each) => each.dispose());
      task.end();
    }
  }

  /** By file, as they stand. */
  private chosen(request: vscode.TestRunRequest): Map<string, vscode.TestItem[]> {
    const left = new Set(request.exclude ?? []);
    const chosen = new Map<string, vscode.TestItem[]>();
    const take = (item: vscode.TestItem) => {
      if (left.has(item)) {
        return;
      }
      if (item.parent === undefined) {
        item.children.forEach(take);
      } else if (item.uri !== undefined) {
        chosen.set(item.uri.toString(), [...(chosen.get(item.uri.toString()) ?? []), item]);
      }
    };
    if (request.include === undefined) {
      this.controller.items.forEach(take);
    } else {
      request.include.forEach(take);
    }
    return chosen;
  }

  private async runOne(
    task: vscode.TestRun, command: string, uri: vscode.Uri, tests: readonly vscode.TestItem[], signal: AbortSignal,
  ): Promise<void> {
    await vscode.workspace.textDocuments.find((each) => each.uri.toString() === uri.toString() && each.isDirty)?.save();
    tests.forEach((each) => task.started(each));
    const only = tests.length === 1 ? ["--only", tests[0].label] : [];
    const words = ["test", "--format", "json", "--pass-without-tests", ...only, "--", uri.fsPath];
    const ended = await run(command, words, { folder: path.dirname(uri.fsPath), signal });
    if (signal.aborted) {
      return;
    }
    const outcomes = outcomesOf(ended.output);
    if (outcomes === undefined) {
      const said = ended.complaints.trim() || ended.output.trim() || "`sla test` ended without a word.";
      task.appendOutput(terminal(said));
      tests.forEach((each) => task.errored(each, placed(said, uri, each.range?.start.line ?? 0)));
      return;
    }
    for (const test of tests) {
      const outcome = outcomes.find((each) => each.name === test.label && each.line === test.range?.start.line);
      tell(task, test, uri, outcome);
    }
  }
}

function tell(task: vscode.TestRun, test: vscode.TestItem, uri: vscode.Uri, outcome: Outcome | undefined): void {
  if (outcome === undefined) {
    task.errored(test, new vscode.TestMessage("`sla test` knows no such test: is the file saved?"));
    return;
  }
  outcome.notes.forEach((each) => task.appendOutput(terminal(each), undefined, test));
  if (outcome.error !== undefined) {
    task.errored(test, placed(outcome.error, uri, outcome.line));
  } else if (outcome.passed) {
    task.appendOutput(terminal(`passed: ${outcome.name}`), undefined, test);
    task.passed(test);
  } else {
    task.appendOutput(terminal(`failed: ${outcome.name}\n${outcome.failures.map((each) => `${each.expected}\n${each.why}`).join("\n\n")}`), undefined, test);
    task.failed(test, outcome.failures.map((each) => placed(each.why, uri, each.line)));
  }
}

/** A message at a line; in the terminal of the results, whose letters are all of one width. */
function placed(text: string, uri: vscode.Uri, line: number): vscode.TestMessage {
  const message = new vscode.TestMessage(text.replace(/\r?\n/g, "\r\n"));
  message.location = new vscode.Location(uri, new vscode.Range(line, 0, line, 1_000));
  return message;
}

function terminal(text: string): string {
  return `${text.replace(/\r?\n/g, "\r\n")}\r\n`;
}
