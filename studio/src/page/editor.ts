/** One editor a file; all stay, so that each keeps its place and what can be undone. */
import { closeBrackets, closeBracketsKeymap, completionKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap, toggleComment } from "@codemirror/commands";
import { bracketMatching, HighlightStyle, indentOnInput, indentUnit, syntaxHighlighting } from "@codemirror/language";
import { lintGutter, lintKeymap } from "@codemirror/lint";
import { highlightSelectionMatches, search, searchKeymap } from "@codemirror/search";
import { EditorState } from "@codemirror/state";
import { drawSelection, EditorView, highlightActiveLine, highlightActiveLineGutter, highlightSpecialChars, keymap, lineNumbers } from "@codemirror/view";
import { tags } from "@lezer/highlight";
import { indentation, language } from "./grammar";
import { uriOf, type Typing } from "./typing";

const colours = HighlightStyle.define([
  { tag: tags.lineComment, color: "var(--soft)", fontStyle: "italic" },
  { tag: tags.definitionKeyword, color: "var(--accent)", fontWeight: "650" },
  { tag: tags.keyword, color: "var(--accent)" },
  { tag: [tags.typeName, tags.namespace], color: "var(--name)", fontWeight: "650" },
  { tag: tags.propertyName, color: "var(--name)" },
  { tag: tags.string, color: "var(--met)" },
  { tag: [tags.number, tags.literal, tags.bool], color: "var(--value)" },
  { tag: tags.standard(tags.function(tags.variableName)), color: "var(--name)" },
]);

const look = EditorView.theme({
  "&": { height: "100%", color: "var(--ink)", backgroundColor: "var(--paper)", fontSize: ".9rem" },
  ".cm-scroller": { fontFamily: "var(--mono)", lineHeight: "1.55" },
  "&.cm-focused": { outline: "2px solid var(--accent)", outlineOffset: "-2px" },
  ".cm-content": { caretColor: "var(--ink)" },
  ".cm-cursor": { borderLeftColor: "var(--ink)" },
  ".cm-gutters": { backgroundColor: "var(--paper)", color: "var(--soft)", border: "none" },
  ".cm-activeLine": { backgroundColor: "var(--line)" },
  ".cm-activeLineGutter": { backgroundColor: "var(--line)", color: "var(--ink)" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": { background: "var(--chosen)" },
  ".cm-selectionMatch": { backgroundColor: "var(--chosen)" },
  ".cm-tooltip": { backgroundColor: "var(--card)", color: "var(--ink)", border: "1px solid var(--rule)", borderRadius: ".3rem", maxWidth: "min(34rem, 90vw)" },
  ".cm-tooltip-autocomplete > ul > li": { padding: ".2rem .5rem" },
  ".cm-tooltip-autocomplete ul li[aria-selected]": { backgroundColor: "var(--accent)", color: "var(--paper)" },
  ".cm-tooltip-autocomplete ul li[aria-selected] .cm-completionDetail": { color: "var(--paper)" },
  ".cm-completionDetail": { color: "var(--soft)", fontStyle: "normal" },
  ".cm-completionMatchedText": { fontWeight: "700", textDecoration: "none" },
  ".cm-lsp-documentation": { padding: ".4rem .7rem", fontSize: ".85rem", lineHeight: "1.45" },
  ".cm-lsp-documentation p": { margin: ".25rem 0" },
  ".cm-lsp-documentation pre": { margin: ".25rem 0", overflowX: "auto" },
  ".cm-diagnostic": { padding: ".35rem .6rem", fontFamily: "var(--text)", borderLeftWidth: ".3rem" },
  ".cm-diagnostic-error": { borderLeftColor: "var(--missed)" },
  ".cm-diagnostic-warning": { borderLeftColor: "var(--provisional)" },
  ".cm-diagnosticAction": { backgroundColor: "var(--accent)", color: "var(--paper)", marginLeft: ".6rem", padding: ".1rem .6rem" },
  ".cm-panels": { backgroundColor: "var(--card)", color: "var(--ink)", borderColor: "var(--rule)" },
  ".cm-textfield": { backgroundColor: "var(--paper)", color: "var(--ink)", border: "1px solid var(--rule)", fontSize: ".85rem" },
  ".cm-button": { backgroundColor: "var(--card)", backgroundImage: "none", color: "var(--ink)", border: "1px solid var(--rule)", fontSize: ".85rem" },
});

export interface Shown {
  name: string;
  view: EditorView;
  host: HTMLElement;
}

/** What differs, so that the place where somebody is stays. */
function between(now: string, text: string): { from: number; to: number; insert: string } {
  let from = 0;
  while (from < now.length && from < text.length && now[from] === text[from]) from++;
  let end = 0;
  while (end < now.length - from && end < text.length - from && now[now.length - 1 - end] === text[text.length - 1 - end]) end++;
  return { from, to: now.length - end, insert: text.slice(from, text.length - end) };
}

export class Editors {
  readonly #shown = new Map<string, Shown>();

  constructor(
    private readonly typing: () => Typing | null,
    private readonly onText: (name: string, text: string) => void,
  ) {}

  /** The editor of a file, made when it is first asked for; its text is brought up to date where it came from elsewhere. */
  of(name: string, text: string): Shown {
    const made = this.#shown.get(name) ?? this.#make(name, text);
    const now = made.view.state.doc.toString();
    if (now !== text) made.view.dispatch({ changes: between(now, text) });
    return made;
  }

  view(name: string): EditorView | null {
    return this.#shown.get(name)?.view ?? null;
  }

  /** Only these stay. */
  keep(names: ReadonlySet<string>): void {
    for (const [name, { view, host }] of this.#shown) {
      if (names.has(name)) continue;
      this.#shown.delete(name);
      view.destroy();
      host.remove();
      this.typing()?.closed(name);
    }
  }

  /** Once there is a language server, what was opened before it is made known to it. */
  connect(): void {
    for (const [name, { view, host }] of [...this.#shown]) {
      const state = view.state;
      const focused = view.hasFocus;
      view.setState(this.#state(name, state.doc.toString(), state.selection.main.head));
      this.typing()?.opened(name, view);
      host.dataset.connected = "";
      if (focused) view.focus();
    }
  }

  goTo(name: string, line: number, column = 1): void {
    const view = this.view(name);
    if (view === null) return;
    const { from, length } = view.state.doc.line(Math.max(1, Math.min(line, view.state.doc.lines)));
    const at = from + Math.min(column - 1, length);
    view.dispatch({ selection: { anchor: at }, effects: EditorView.scrollIntoView(at, { y: "center" }) });
    view.focus();
  }

  #make(name: string, text: string): Shown {
    const host = document.createElement("div");
    host.className = "editor";
    const view = new EditorView({ parent: host, state: this.#state(name, text, 0) });
    const made = { name, view, host };
    this.#shown.set(name, made);
    this.typing()?.opened(name, view);
    return made;
  }

  #state(name: string, text: string, head: number): EditorState {
    const typing = this.typing();
    return EditorState.create({
      doc: text,
      selection: { anchor: Math.min(head, text.length) },
      extensions: [
        lineNumbers(), lintGutter(), history(), drawSelection(), highlightSpecialChars(), indentOnInput(), bracketMatching(), closeBrackets(),
        highlightActiveLine(), highlightActiveLineGutter(), highlightSelectionMatches(), search({ top: true }),
        indentUnit.of("  "), EditorState.tabSize.of(2), EditorState.allowMultipleSelections.of(true),
        language, indentation, syntaxHighlighting(colours), look,
        keymap.of([...closeBracketsKeymap, ...completionKeymap, ...lintKeymap, ...searchKeymap, { key: "Mod-/", run: toggleComment }, ...historyKeymap, ...defaultKeymap]),
        EditorView.contentAttributes.of({ "aria-label": `Agreement ${name}`, tabindex: "0", spellcheck: "false", autocorrect: "off", autocapitalize: "off" }),
        EditorView.updateListener.of((update) => {
          if (update.docChanged) this.onText(name, update.state.doc.toString());
        }),
        ...(typing === null ? [] : [typing.client.plugin(uriOf(name), "sla")]),
      ],
    });
  }
}
