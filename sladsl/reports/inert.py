"""What a command prints must command nothing: neither the terminal, nor the page it is shown on, nor the build server that reads along.

Names, labels, units, keys and headers come from other people. A text for readers gets a visible sign of the same width in the place of
each character that steers a terminal or turns the order of reading, and of what GitHub's runner takes for a command of its own. In JSON
and in SQL, whose texts must stay what they are, these are written by their numbers.
"""

from __future__ import annotations

import re

_STEERS = (
    "\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\x7f-\\x9f"  # control characters; tabs and line ends stay
    "\\u061c\\u200b\\u200e\\u200f\\u2028-\\u202e\\u2060-\\u206f\\ufeff\\ufff9-\\ufffb\\ufffe\\uffff"  # marks that nobody sees, and turns
    "\\ud800-\\udfff\\U000e0000-\\U000e007f"
)
_STEERING = re.compile(f"[{_STEERS}]|\\r(?!\\n)")
_COLOUR = re.compile("\x1b\\[(?:0|[12]|32|34|1;3[136])m")
"""What `terminal.paint` writes."""
_COMMAND = re.compile(r"^([ \t]*)::", re.MULTILINE)
_OLD_COMMAND = re.compile(r"##(?=\[)")
_IN_JSON = re.compile(f"[{_STEERS}]|#(?=#\\[)")
_LITERAL = re.compile("'(?:[^']|'')*'")
_IN_SQL = re.compile(f"([{_STEERS}]|##(?=\\[))")


def inert(text: str, *, painted: bool = False, annotations: bool = False) -> str:
    """A text for readers as it may be printed: `painted` with the colours of our own, `annotations` with commands of our own."""
    if painted:
        parts = _COLOUR.split(text)
        colours = _COLOUR.findall(text)
        text = "".join(_steered(part) + colour for part, colour in zip(parts, [*colours, ""], strict=True))
    else:
        text = _steered(text)
    text = _OLD_COMMAND.sub("#♯", text)
    return text if annotations else _COMMAND.sub(r"\1∶∶", text)


def inert_json(text: str) -> str:
    """A JSON document, whose texts mean what they meant."""
    return _IN_JSON.sub(lambda sign: _escaped(sign[0]), text)


def inert_sql(statement: str) -> str:
    """A statement, whose texts mean what they meant."""
    return _LITERAL.sub(lambda literal: _by_numbers(literal[0]), statement)


def _steered(text: str) -> str:
    return text if text.isascii() and text.isprintable() else _STEERING.sub("�", text)


def _escaped(sign: str) -> str:
    pairs = sign.encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{pairs[n]:02x}{pairs[n + 1]:02x}" for n in range(0, len(pairs), 2))


def _by_numbers(literal: str) -> str:
    parts = _IN_SQL.split(literal[1:-1])
    if len(parts) == 1:
        return literal
    written = ["'##' || ''" if part == "##" else f"chr({ord(part)})" for part in parts[1::2]]
    texts = [f"'{part}'" for part in parts[::2]]
    return f"({' || '.join([texts[0], *(x for pair in zip(written, texts[1:], strict=True) for x in pair)])})"
