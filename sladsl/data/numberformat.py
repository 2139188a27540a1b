"""What a spreadsheet shows of a number: the id 7 in a cell with the number format `000` is read by everybody as `007`."""

from __future__ import annotations

import re
from functools import lru_cache

_PIECE = re.compile(
    r'"(?P<quoted>[^"]*)"|\\(?P<escaped>.)|(?P<digit>[0#])|(?P<sign>[-+$/():!^&\'~{}<>= ])|(?P<other>.)',
    re.DOTALL,
)
_COLOUR = re.compile(r"\[(?:black|blue|cyan|green|magenta|red|white|yellow|color ?\d+)\]", re.IGNORECASE)
_BARE = re.compile(r'"[^"]*"|\\.')


class ShownOtherwise(ValueError):
    """The number is shown in a way that is not worked out here."""


def as_shown(value: float, format: str) -> str | None:
    """The number as a format of zeros, `#` and literal text shows it; None where the format adds nothing to the digits (`General`, `0`,
    `0.00`, `#,##0`). `ShownOtherwise` for zeros in front that cannot be worked out, as in `0000.00`."""
    if format == "General":
        return None
    section = _COLOUR.sub("", _section(format, value < 0)).strip()
    whole = _BARE.sub("", section).split(".")[0]
    pieces = _pieces(section)
    if pieces is None or value != int(value):
        if whole.count("0") > 1:
            raise ShownOtherwise(format)
        return None
    if whole.count("0") <= 1 and all(is_digit for is_digit, _ in pieces):
        return None
    own_sign = value < 0 and ";" in _BARE.sub("", format)
    return ("-" if value < 0 and not own_sign else "") + _filled(pieces, str(abs(int(value))))


def _section(format: str, negative: bool) -> str:
    """The part of the format that numbers of this sign have."""
    sections, start, bare = list[str](), 0, _BARE.sub(lambda found: "x" * len(found[0]), format)
    for at, sign in enumerate(bare):
        if sign == ";":
            sections.append(format[start:at])
            start = at + 1
    sections.append(format[start:])
    return sections[1] if negative and len(sections) > 1 else sections[0]


@lru_cache(maxsize=256)
def _pieces(section: str) -> tuple[tuple[bool, str], ...] | None:
    """(whether it stands for a digit, the text) of each piece; None when there is something else in it, or no digit."""
    pieces = []
    for found in _PIECE.finditer(section):
        if found["other"] is not None:
            return None
        literal = next(
            (text for text in (found["quoted"], found["escaped"], found["sign"]) if text is not None), None
        )
        pieces.append((False, literal) if literal is not None else (True, found["digit"]))
    return tuple(pieces) if any(is_digit for is_digit, _ in pieces) else None


def _filled(pieces: tuple[tuple[bool, str], ...], digits: str) -> str:
    """The digits in their places, the last in the last; those that are too many stand in the first."""
    places = sum(is_digit for is_digit, _ in pieces)
    shown, left = list[str](), "" if digits == "0" else digits
    for is_digit, text in reversed(pieces):
        if not is_digit:
            shown.append(text)
            continue
        places -= 1
        taken = left if not places else left[-1:]
        left = left[: len(left) - len(taken)]
        shown.append(taken or ("0" if text == "0" else ""))
    return "".join(reversed(shown))
