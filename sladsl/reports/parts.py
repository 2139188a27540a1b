"""A report of sections, as values: what `sla explain` says, before a terminal, a pull request or a program draws it."""

from __future__ import annotations

from dataclasses import dataclass

from sladsl.reports.table import Head
from sladsl.reports.terminal import Style


@dataclass(frozen=True, slots=True)
class Line:
    """A sentence."""

    text: str


@dataclass(frozen=True, slots=True)
class Facts:
    """Pairs of a word and what is to be said of it."""

    rows: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Node:
    """A phrase with a mark before it (`yes`, `no`, `+40`), a remark behind it, and what it is made of."""

    mark: str
    text: str
    note: str = ""
    parts: tuple[Node, ...] = ()


@dataclass(frozen=True, slots=True)
class Tree:
    nodes: tuple[Node, ...]
    title: str = ""


@dataclass(frozen=True, slots=True)
class Grid:
    """Rows that line up; `title` says what they are."""

    title: str
    heads: tuple[Head, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Verbatim:
    """Lines as they are: a program, or what a command prints."""

    text: str
    title: str = ""
    language: str = "text"


Block = Line | Facts | Tree | Grid | Verbatim


@dataclass(frozen=True, slots=True)
class Section:
    """A title, in how few words it ended (`status`), and what is to be said. `level` 1 is a title over others."""

    title: str
    status: str = ""
    style: Style | None = None
    blocks: tuple[Block, ...] = ()
    level: int = 2
