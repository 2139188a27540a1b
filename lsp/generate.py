"""`python lsp/generate.py`: writes what the editor packages hold of the language, from its grammar: colours, brackets and snippets."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from sladsl.functions import CALLS
from sladsl.ide.completion import declaration_snippets
from sladsl.model import Model
from sladsl.syntax import highlighting as h
from sladsl.syntax.words import DECLARATIONS

VSCODE = Path(__file__).parent / "vscode"
EMACS = Path(__file__).parent / "emacs"


def grammar() -> dict[str, Any]:
    """A TextMate grammar: VS Code, Sublime Text and JetBrains read it."""
    words = "|".join(DECLARATIONS)
    return {
        "$schema": "https://raw.githubusercontent.com/martinring/tmlanguage/master/tmlanguage.json",
        "name": "Service level agreement",
        "scopeName": "source.sla",
        "fileTypes": ["sla"],
        "patterns": [
            {"match": h.COMMENT, "name": "comment.line.number-sign.sla"},
            {
                "match": rf"^({words})\b(?:\s+([A-Za-z_]\w*))?",
                "captures": {"1": {"name": "keyword.control.sla"}, "2": {"name": "entity.name.type.sla"}},
            },
            {
                "match": r"^([A-Za-z_]\w*)\s+(owes)\s+([A-Za-z_]\w*)",
                "captures": {
                    "1": {"name": "entity.name.namespace.sla"},
                    "2": {"name": "keyword.control.sla"},
                    "3": {"name": "entity.name.namespace.sla"},
                },
            },
            {
                "begin": '"',
                "end": '"|$',
                "name": "string.quoted.double.sla",
                "patterns": [{"match": r'\\["\\]', "name": "constant.character.escape.sla"}],
            },
            {
                "match": r"^\s+([A-Za-z_]\w*)(?=\s+(?:key|optional|accountable|text|number|boolean|date|time|duration|one\s+of)\b)",
                "captures": {"1": {"name": "variable.other.member.sla"}},
            },
            {"match": h.DATE, "name": "constant.other.date.sla"},
            {"match": h.CLOCK, "name": "constant.other.time.sla"},
            {"match": h.NUMBER, "name": "constant.numeric.sla"},
            {"match": rf"\b(?:{'|'.join(CALLS)})(?=\s*\()", "name": "support.function.sla"},
            {"match": rf"\b(?:{'|'.join(h.CONSTANTS)})\b", "name": "constant.language.sla"},
            {"match": h.pattern(h.phrases()), "name": "keyword.other.sla"},
            {"match": h.OPERATOR, "name": "keyword.operator.sla"},
        ],
    }


def configuration() -> dict[str, Any]:
    """What VS Code calls a language configuration: comments, brackets, and lines after which one is indented."""
    pairs = [["{", "}"], ["(", ")"]]
    return {
        "comments": {"lineComment": "#"},
        "brackets": pairs,
        "autoClosingPairs": [
            *({"open": a, "close": b} for a, b in pairs),
            {"open": '"', "close": '"', "notIn": ["string", "comment"]},
        ],
        "surroundingPairs": [*pairs, ['"', '"']],
        "wordPattern": r"[A-Za-z_][A-Za-z0-9_]*|\d[\d_]*(?:\.\d+)?%?",
        "indentationRules": {
            "increaseIndentPattern": r"^[^#\"]*:\s*(#.*)?$",
            "decreaseIndentPattern": r"^(?!)",
        },
        "folding": {"offSide": True},
    }


def shortcuts() -> dict[str, Any]:
    """Whole declarations, as the server offers them, for a file whose server does not run."""
    return {
        each.label: {"prefix": each.label, "body": each.body.split("\n"), "description": each.help}
        for each in declaration_snippets(Model())
    }


def emacs_mode() -> str:
    """A major mode for Emacs; `eglot` starts the server in it."""

    def listed(words: Iterable[str]) -> str:
        return " ".join(json.dumps(word) for word in words)

    return rf""";;; sla-mode.el --- Service level agreements in .sla files -*- lexical-binding: t -*-

;; (load "/path/to/sla-mode.el"), then open a .sla file and M-x eglot.

(defconst sla-mode-declarations '({listed(DECLARATIONS)}))
(defconst sla-mode-phrases
  '({listed(h.phrases())}))
(defconst sla-mode-functions '({listed(CALLS)}))

(defconst sla-mode-font-lock
  `((,(concat "^" (regexp-opt sla-mode-declarations t) "\\_>\\(?:[ \t]+\\([A-Za-z_][A-Za-z0-9_]*\\)\\)?")
     (1 font-lock-keyword-face) (2 font-lock-type-face nil t))
    (,(concat (regexp-opt sla-mode-functions 'symbols) "[ \t]*(") (1 font-lock-builtin-face))
    (,(regexp-opt '({listed(h.CONSTANTS)}) 'symbols) . font-lock-constant-face)
    (,(regexp-opt sla-mode-phrases 'symbols) . font-lock-keyword-face)
    ("\\_<[0-9][0-9_:-]*\\(?:\\.[0-9]+\\)?%?" . font-lock-constant-face)))

(defvar sla-mode-syntax-table
  (let ((table (make-syntax-table)))
    (modify-syntax-entry ?# "<" table)
    (modify-syntax-entry ?\n ">" table)
    (modify-syntax-entry ?_ "_" table)
    table))

;;;###autoload
(define-derived-mode sla-mode prog-mode "SLA"
  "A mode for service level agreements."
  (setq-local comment-start "# ")
  (setq-local comment-end "")
  (setq-local indent-tabs-mode nil)
  (setq-local font-lock-defaults '(sla-mode-font-lock)))

;;;###autoload
(add-to-list 'auto-mode-alist '("\\.sla\\'" . sla-mode))

(with-eval-after-load 'eglot
  (add-to-list 'eglot-server-programs '(sla-mode . ("sla" "lsp"))))

(provide 'sla-mode)
;;; sla-mode.el ends here
"""


def files() -> dict[Path, str]:
    """Each file that is generated, and its text."""
    made = {
        VSCODE / "syntaxes" / "sla.tmLanguage.json": grammar(),
        VSCODE / "language-configuration.json": configuration(),
        VSCODE / "snippets" / "sla.json": shortcuts(),
    }
    written = {path: json.dumps(found, indent=2, ensure_ascii=False) + "\n" for path, found in made.items()}
    return {**written, EMACS / "sla-mode.el": emacs_mode()}


def main() -> None:
    for path, text in files().items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
