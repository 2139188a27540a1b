/** Colours from the repository's own TextMate grammar, which is generated from the language's: there is no second list of words. */
import { indentService, StreamLanguage, type StreamParser } from "@codemirror/language";
import { tags, type Tag } from "@lezer/highlight";
import grammar from "../../../lsp/vscode/syntaxes/sla.tmLanguage.json";

interface Rule {
  match?: string;
  begin?: string;
  end?: string;
  name?: string;
  captures?: Record<string, { name: string } | undefined>;
}

interface Token {
  pattern: RegExp;
  /** A tag for each group, in order; one alone is for the whole. */
  names: readonly string[];
  groups: boolean;
}

/** The first parts of a scope's name say what it is. */
const TAGS: Record<string, Tag> = {
  "comment": tags.lineComment,
  "keyword.control": tags.definitionKeyword,
  "keyword.operator": tags.operator,
  "keyword": tags.keyword,
  "entity.name.type": tags.typeName,
  "entity.name.namespace": tags.namespace,
  "string": tags.string,
  "variable": tags.propertyName,
  "constant.other": tags.literal,
  "constant.numeric": tags.number,
  "constant.language": tags.bool,
  "support.function": tags.standard(tags.function(tags.variableName)),
};

const known = Object.keys(TAGS).sort((a, b) => b.length - a.length);
/** What CodeMirror calls a token: a dot would be two names to it. */
const called = (scope: string): string => scope.replaceAll(".", "-");
const nameOf = (scope: string): string => called(known.find((each) => scope.startsWith(each)) ?? "");

const tokens: Token[] = (grammar.patterns as Rule[]).map((rule) => {
  const captures = Object.entries(rule.captures ?? {});
  return {
    // A text ends with its line: there is nothing in it that a colour would need to be told of.
    pattern: new RegExp(rule.match ?? `${rule.begin}(?:\\\\.|[^"\\\\])*(?:${rule.end})`, "y"),
    names: captures.length > 0 ? captures.map(([, capture]) => nameOf(capture?.name ?? "")) : [nameOf(rule.name ?? "")],
    groups: captures.length > 0,
  };
});
const WORD = /[A-Za-z_]\w*|\s+|./y;

interface State {
  /** What is matched already and not given out yet: where each part ends, and what it is. */
  ahead: { end: number; name: string | null }[];
}

/** The parts of a match: those of its groups, and what lies between them. */
function parts(at: number, found: RegExpExecArray, token: Token): State["ahead"] {
  if (!token.groups) return [{ end: at + found[0].length, name: token.names[0] || null }];
  const made: State["ahead"] = [];
  let from = 0;
  found.slice(1).forEach((group, n) => {
    if (group === undefined) return;
    const begins = found[0].indexOf(group, from);
    if (begins > from) made.push({ end: at + begins, name: null });
    from = begins + group.length;
    made.push({ end: at + from, name: token.names[n] || null });
  });
  if (from < found[0].length) made.push({ end: at + found[0].length, name: null });
  return made;
}

const parser: StreamParser<State> = {
  name: "sla",
  startState: () => ({ ahead: [] }),
  copyState: ({ ahead }) => ({ ahead: [...ahead] }),
  token(stream, state) {
    if (stream.sol()) state.ahead = [];
    if (state.ahead.length === 0) {
      for (const token of tokens) {
        token.pattern.lastIndex = stream.pos;
        const found = token.pattern.exec(stream.string);
        if (found !== null && found[0] !== "") {
          state.ahead = parts(stream.pos, found, token);
          break;
        }
      }
    }
    if (state.ahead.length === 0) {
      WORD.lastIndex = stream.pos;
      const found = WORD.exec(stream.string);
      state.ahead = [{ end: stream.pos + (found?.[0].length ?? 1), name: null }];
    }
    const next = state.ahead.shift()!;
    stream.pos = next.end;
    return next.name;
  },
  tokenTable: Object.fromEntries(Object.entries(TAGS).map(([scope, tag]) => [called(scope), tag])),
  languageData: { commentTokens: { line: "#" }, closeBrackets: { brackets: ["(", "{", '"'] }, indentOnInput: /^\s*$/ },
};

export const language = StreamLanguage.define(parser);

/** A line goes in below one that ends with a colon, and stays where the one before it stands; after an empty line the next thing begins, a step out. */
export const indentation = indentService.of((context, position) => {
  const { text } = context.lineAt(position, -1);
  const before = text.trim() === "" && context.simulatedBreak === null && position > 0 ? context.state.doc.lineAt(position - 1).text : text;
  const stands = /^\s*/.exec(before)?.[0].length ?? 0;
  if (before.trim() === "") return Math.max(0, stands - context.unit);
  return /^[^#"]*:\s*(#.*)?$/.test(before) ? stands + context.unit : stands;
});
