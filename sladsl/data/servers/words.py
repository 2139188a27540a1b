"""How a server spells what a run there asks of its tables: casts, texts, days and instants as numbers."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from typing import ClassVar

from sladsl.data.columns import Kind
from sladsl.plan import FieldType


class Words(ABC):
    """SQL of one server. Every method gives an expression; `c` is one, such as a column's quoted name."""

    null_types: ClassVar[Mapping[FieldType, str]]
    """What NULL is cast to for a field that has no column."""

    @abstractmethod
    def name(self, name: str) -> str:
        """A quoted name."""

    @abstractmethod
    def text(self, value: str) -> str:
        """A text constant."""

    def texts(self, values: Iterable[str]) -> str:
        """The inside of `IN (…)`."""
        return ", ".join(self.text(value) for value in values)

    @abstractmethod
    def as_text(self, c: str) -> str:
        """Any value as a text."""

    @abstractmethod
    def trimmed(self, c: str) -> str:
        """A text without blanks around it."""

    @abstractmethod
    def by_code_points(self, c: str) -> str:
        """A text that compares by code points."""

    @abstractmethod
    def matching(self, c: str, pattern: str) -> str:
        """Whether a text is, as a whole, what a pattern of plain classes and counts says."""

    @abstractmethod
    def exact(self, c: str, kind: Kind) -> str:
        """A number as a decimal without loss; NULL (or as `odd` knows it) where it is none."""

    @abstractmethod
    def odd(self, c: str, kind: Kind) -> str:
        """Whether a number is infinite or none."""

    @abstractmethod
    def stored(self, c: str) -> str:
        """A decimal below 10¹² in size as numbers are computed with: 18 digits, 6 of them after the point, halves away from zero."""

    @abstractmethod
    def day(self, c: str) -> str:
        """A date as days since 1970-01-01."""

    @abstractmethod
    def instant(self, c: str, kind: Kind) -> str:
        """A time as microseconds since 1970-01-01 UTC; one without an offset is read in UTC."""

    @abstractmethod
    def dates_between(self, c: str) -> str:
        """Whether a date lies where dates can be computed with: 1900 to 9999."""

    @abstractmethod
    def times_between(self, c: str, kind: Kind) -> str:
        """The same for a time."""
