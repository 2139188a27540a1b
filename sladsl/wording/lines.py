"""A page as values: sections of points, without a word about how it is drawn."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Piece:
    """Words of a sentence; `strong` is what the eye should find."""

    text: str
    strong: bool = False


Line = tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Item:
    """A point of a list, and what is said below it."""

    line: Line
    below: tuple[Line, ...] = ()


@dataclass(frozen=True, slots=True)
class Section:
    title: str
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """`facts` stand under the title, pairs of a word and what is said of it; `signers` are the parties, who sign; `stamp` names the
    text that the page was made from."""

    title: str
    facts: tuple[tuple[str, str], ...]
    sections: tuple[Section, ...]
    signers: tuple[str, ...]
    stamp: str = ""


def line(*parts: str | Piece) -> Line:
    return tuple(part if isinstance(part, Piece) else Piece(part) for part in parts if part)


def strong(text: str) -> Piece:
    return Piece(text, strong=True)


def plain(pieces: Line) -> str:
    return "".join(piece.text for piece in pieces)


def sentence(text: str) -> str:
    """With a capital at its beginning and a full stop at its end."""
    return f"{text[:1].upper()}{text[1:]}{'' if text.endswith(('.', ':')) else '.'}"
