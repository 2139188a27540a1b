"""How dates and times are spelt: the tokens of `as "DD.MM.YYYY HH:mm"`.

| token | means | token | means |
|---|---|---|---|
| `YYYY` | year, four digits | `HH`, `H` | hour 0–23, two digits or one to two |
| `YY` | year, two digits: 69–99 are 19xx, 00–68 are 20xx | `hh`, `h` | hour 1–12, with `A` |
| `MMMM`, `MMM` | English month name, its first three letters | `mm`, `m` | minute |
| `MM`, `M` | month, two digits or one to two | `ss`, `s` | second |
| `DD`, `D` | day of the month | `S`, `SSS`, … | fraction of a second, 1 to 9 digits, cut to microseconds |
| `dddd`, `ddd` | English day name, its first three letters | `A`, `a` | AM or PM, in either case |
| `X` | seconds since 1970-01-01T00:00Z (alone) | `Z`, `ZZ` | offset, at the end: `Z`, `UTC`, `+02`, `+0200`, `+02:00` |
| `x` | milliseconds since then (alone) | `[text]` | that text |

`T` and everything that is not a letter stand for themselves, and a space for any space of Unicode. Without `as`, a date is `YYYY-MM-DD`
and a time is `YYYY-MM-DD HH:mm[:ss[.SSSSSS]]` with a blank or `T` between, an hour of one digit allowed, and with or without an offset.

A format becomes a regular expression that both Python and RE2 read, and a `strptime` pattern. The expression decides what is
accepted; `strptime` alone is too lenient (it takes `3` for `MM`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

SPACES = "\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"
"""Every space of Unicode but the plain one: spreadsheets and web pages leave them, and programs put them before `PM`."""
OFFSET = r" ?(?:Z|z|UTC|[+-]\d{2}(?::?\d{2})?)"
ISO_DATE = r"\d{4}-\d{2}-\d{2}"
ISO_TIME = r"(?:[01]?\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d{1,9})?)?"

DURATION_UNITS = {
    "milliseconds": 1_000,
    "seconds": 1_000_000,
    "minutes": 60_000_000,
    "hours": 3_600_000_000,
    "days": 86_400_000_000,
}
"""Microseconds of one, of a length of time that is written as a number."""

_TOKENS: dict[str, tuple[str, str, str]] = {  # token: what it is, its expression, its strptime
    "YYYY": ("year", r"\d{4}", "%Y"),
    "YY": ("year", r"\d{2}", "%y"),
    "MMMM": ("month", r"[A-Za-z]+", "%B"),
    "MMM": ("month", r"[A-Za-z]{3}", "%b"),
    "MM": ("month", r"\d{2}", "%m"),
    "M": ("month", r"\d{1,2}", "%m"),
    "DD": ("day", r"\d{2}", "%d"),
    "D": ("day", r"\d{1,2}", "%d"),
    "dddd": ("day name", r"[A-Za-z]+", "%A"),
    "ddd": ("day name", r"[A-Za-z]{3}", "%a"),
    "HH": ("hour", r"\d{2}", "%H"),
    "H": ("hour", r"\d{1,2}", "%H"),
    "hh": ("hour 1–12", r"\d{2}", "%I"),
    "h": ("hour 1–12", r"\d{1,2}", "%I"),
    "mm": ("minute", r"\d{2}", "%M"),
    "m": ("minute", r"\d{1,2}", "%M"),
    "ss": ("second", r"\d{2}", "%S"),
    "s": ("second", r"\d{1,2}", "%S"),
    "A": ("AM or PM", r"[AaPp][Mm]", "%p"),
    "a": ("AM or PM", r"[AaPp][Mm]", "%p"),
}
_PLAIN = {ord(space): " " for space in SPACES}
_PIECE = re.compile(
    r"\[([^\]]*)\]|YYYY|YY|MMMM|MMM|MM|M|DD|D|dddd|ddd|HH|H|hh|h|mm|m|ss|s|S+|A|a|ZZ|Z|X|x|.", re.DOTALL
)


class FormatError(ValueError):
    """A format that says no date: `message` says why, in the reader's words; `meant` is the one that was meant, "" where nobody knows."""

    def __init__(self, message: str, meant: str = "") -> None:
        super().__init__(f'{message}; did you mean "{meant}"?' if meant else message)
        self.message, self.meant = message, meant


@dataclass(frozen=True, slots=True)
class TimeFormat:
    """A format, understood. `local` matches all but the offset; `epoch` is the microseconds of one unit of `X` or `x`."""

    text: str
    local: str
    strptime: str
    has_time: bool
    has_offset: bool
    epoch: int = 0

    @property
    def pattern(self) -> str:
        """The expression that a whole value matches."""
        return self.local + (OFFSET if self.has_offset else "")


def read_format(text: str) -> TimeFormat:
    """The format that `text` spells; `FormatError` when it is not one."""
    try:
        return _read(text)
    except FormatError as error:
        raise FormatError(error.message, _elsewhere(text)) from None


def _read(text: str) -> TimeFormat:
    if text == "X":
        return TimeFormat(text, r"-?\d{1,12}", "", True, True, 1_000_000)
    if text == "x":
        return TimeFormat(text, r"-?\d{1,15}", "", True, True, 1_000)
    text = text.translate(_PLAIN)
    pieces = list(_PIECE.finditer(text))
    body = pieces[:-1] if pieces and pieces[-1][0] in ("Z", "ZZ") else pieces
    expressions, patterns, seen = [], [], []
    for piece in body:
        part, expression, pattern = _piece(piece, text)
        expressions.append(expression)
        patterns.append(pattern)
        seen += [part] if part else []
    _check_parts(text, seen)
    has_time = any(part.startswith("hour") for part in seen)
    offset = body is not pieces
    local = "".join(expressions)
    return TimeFormat(
        text, local.rstrip(" ") if offset else local, "".join(patterns).rstrip(" "), has_time, offset
    )


def _piece(piece: re.Match[str], text: str) -> tuple[str, str, str]:
    token = piece[0]
    if token in _TOKENS:
        return _TOKENS[token]
    if token.startswith("S"):
        return "fraction", r"\d{1,9}", "%n"
    if token in ("Z", "ZZ"):
        raise FormatError(f"`{token}` must stand at the end of the format `{text}`")
    literal = piece[1] if piece[1] is not None else token
    if piece[1] is None and literal.isalpha() and literal != "T":
        raise FormatError(
            f"`{literal}` in the format `{text}` means nothing: expected tokens such as "
            "YYYY, MM, DD, HH, mm, ss, A, ZZ, or text in square brackets"
        )
    return "", re.escape(literal), literal.replace("%", "%%")


_PERCENT = {
    "Y": "YYYY", "y": "YY", "m": "MM", "d": "DD", "H": "HH", "I": "hh", "M": "mm", "S": "ss", "p": "A", "B": "MMMM", "b": "MMM",
    "A": "dddd", "a": "ddd", "f": "SSSSSS", "z": "ZZ", "Z": "ZZ", "e": "D", "F": "YYYY-MM-DD", "T": "HH:mm:ss", "R": "HH:mm",
}  # fmt: skip
_SHEET = re.compile(r"AM/PM|am/pm|(y+|d+|h+|m+|s+|j+|t+|aaaa|aa)", re.IGNORECASE)


def _elsewhere(text: str) -> str:
    """The format that one of `strptime` (`%d.%m.%Y`) or of a spreadsheet (`dd.mm.yyyy`) stands for; "" where that is not one of ours."""
    plain = re.sub(r"%-?(.)", lambda token: _PERCENT.get(token[1], token[0]), text)
    ours = plain if "%" in text else _of_a_sheet(text)
    try:
        return _read(ours).text
    except FormatError:
        return ""


def _of_a_sheet(text: str) -> str:
    """There `m` is a month, but beside an hour or a second a minute, and with `AM/PM` an hour is one of twelve. `TT.MM.JJJJ` and
    `jj/mm/aaaa` are German and French."""
    french = "aa" in text.lower()
    letters_of = {"t": "D", "a": "Y", "j": "D" if french else "Y"}
    halves = re.search("am/pm", text, re.IGNORECASE) is not None
    pieces, before = [], ""
    for piece in _SHEET.finditer(text):
        letters = (piece[1] or "").lower()
        seconds = re.match(r"[^a-z]*s", text[piece.end() :], re.IGNORECASE)
        minute = letters.startswith("m") and len(letters) < 3 and (before.startswith("h") or seconds)
        if minute or letters.startswith("s"):
            ours = letters
        elif letters.startswith("h"):
            ours = letters if halves else letters.upper()
        else:
            ours = letters_of.get(letters[:1], letters[:1].upper()) * len(letters) if letters else "A"
        pieces.append((piece.span(), ours))
        before = letters
    for (start, end), ours in reversed(pieces):
        text = text[:start] + ours + text[end:]
    return text


def _check_parts(text: str, seen: list[str]) -> None:
    twice = next((part for part in seen if seen.count(part) > 1), None)
    if twice or ("hour" in seen and "hour 1–12" in seen):
        raise FormatError(f"the format `{text}` has the {twice or 'hour'} twice")
    lacking = [part for part in ("year", "month", "day") if part not in seen]
    if lacking:
        raise FormatError(f"the format `{text}` does not say the {' and the '.join(lacking)}")
    if "hour 1–12" in seen and "AM or PM" not in seen:
        raise FormatError(
            f"the format `{text}` has an hour from 1 to 12 and no `A` for AM or PM; `HH` is the hour from 0 to 23"
        )
    if "hour" in seen and "AM or PM" in seen:
        raise FormatError(
            f"the format `{text}` has AM or PM beside an hour from 0 to 23; `h` is the hour from 1 to 12"
        )
