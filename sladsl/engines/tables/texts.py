"""Functions of text, by code points and with ASCII letters only, whatever the database's own functions do."""

from __future__ import annotations

from string import ascii_lowercase, ascii_uppercase

import ibis
import ibis.expr.types as ir

from sladsl.engines.tables.dialects import after_last

_NO_LINE_FEED = r"[^\n]"
_CLASSES = {"d": "0-9", "w": "0-9A-Za-z_", "s": r" \t\n\r\f\v"}


def domain(dialect: str, text: ir.StringValue) -> ir.StringValue:
    """What follows the last `@`; missing when there is none."""
    return ibis.ifelse(text.contains("@"), after_last(dialect, text, "@"), ibis.null("string"))


def lower(text: ir.StringValue) -> ir.StringValue:
    """A–Z as a–z; a database's own `lower` changes `Ä` too, by the rules of its locale."""
    return text.translate(ascii_uppercase, ascii_lowercase)


def length(text: ir.StringValue) -> ir.DecimalValue:
    """How many code points."""
    return text.length().cast("decimal(18, 6)")


def matches(dialect: str, text: ir.StringValue, pattern: str) -> ir.BooleanValue:
    """Whether the pattern is found anywhere in the text."""
    # In Snowflake `.*` is put on either side: of the whole pattern, and not of its first and last choice.
    return text.re_search(f"({spelt_out(pattern)})" if dialect == "snowflake" else spelt_out(pattern))


def spelt_out(pattern: str) -> str:
    r"""The pattern with `\d`, `\w`, `\s` as the ASCII classes they mean, and `.` as all but a line feed, which every dialect reads alike.

    Inside brackets a class is spelt without brackets of its own; its negation has no such spelling and is kept, which is
    the ASCII one in RE2 (DuckDB, BigQuery).
    """
    made: list[str] = []
    at, inside = 0, False
    while at < len(pattern):
        char = pattern[at]
        if char == "\\" and at + 1 < len(pattern):
            made.append(_escape(pattern[at + 1], inside))
            at += 2
            continue
        if char == "[" and not inside:
            inside = True
            literal = 2 if pattern[at + 1 : at + 2] == "^" else 1
            if pattern[at + literal : at + literal + 1] == "]":
                # A bracket that closes at once is the character itself: `[]a]`.
                made.append(pattern[at : at + literal] + r"\]")
                at += literal + 1
                continue
        elif char == "]":
            inside = False
        made.append(_NO_LINE_FEED if char == "." and not inside else char)
        at += 1
    return "".join(made)


def _escape(letter: str, inside: bool) -> str:
    known = _CLASSES.get(letter.lower())
    if known is None or (inside and letter.isupper()):
        return "\\" + letter
    if inside:
        return known
    return f"[^{known}]" if letter.isupper() else f"[{known}]"
