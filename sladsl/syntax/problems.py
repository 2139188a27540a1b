"""Making a diagnostic inside one declaration; the file's name and the declaration's place are put in when it
is reported.
"""

from __future__ import annotations

from sladsl.diagnostics import Diagnostic, Edit, Fix, Safety
from sladsl.source import Span

Problems = list[Diagnostic]


def problem(code: str, message: str, span: Span, *, help: str, fixes: tuple[Fix, ...] = ()) -> Diagnostic:
    """A diagnostic that does not know its file yet."""
    return Diagnostic(code, message, span, "", help=help, fixes=fixes)


def replacement(title: str, span: Span, text: str, *, safe: bool = False) -> Fix:
    """A fix of one edit."""
    return Fix(title, (Edit(span, text),), Safety.SAFE if safe else Safety.NEEDS_A_LOOK)
