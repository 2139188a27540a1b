"""The language's types, and which value fits which.

A type prints (`str(type)`) in the reader's words: an error says "`country` is text, but 5 is a number".
"""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Text:
    """Text; where it names a row of another record, that record is `key_of`."""

    key_of: str = ""

    def __str__(self) -> str:
        return f"the key of a row of `{self.key_of}`" if self.key_of else "text"


@dataclass(frozen=True, slots=True)
class Number:
    """A decimal with six places; `unit` as in `number in "USD"`. A bare number fits every unit."""

    unit: str = ""

    def __str__(self) -> str:
        return f"a number in {self.unit}" if self.unit else "a number"


@dataclass(frozen=True, slots=True)
class Boolean:
    """A condition or a `boolean` field; three-valued, since it may be unknown."""

    def __str__(self) -> str:
        return "a condition"


@dataclass(frozen=True, slots=True)
class Date:
    """A local day; `planned` when it is known before it comes."""

    planned: bool = False

    def __str__(self) -> str:
        return "a planned date" if self.planned else "a date"


@dataclass(frozen=True, slots=True)
class Time:
    """An instant; `planned` when it is known before it comes."""

    planned: bool = False

    def __str__(self) -> str:
        return "a planned time" if self.planned else "a time"


@dataclass(frozen=True, slots=True)
class Duration:
    """A length of time; open time of a calendar when `business`. A `duration` field is never business time."""

    business: bool = False

    def __str__(self) -> str:
        return "business time" if self.business else "a duration"


@dataclass(frozen=True, slots=True)
class Percent:
    def __str__(self) -> str:
        return "a percentage"


@dataclass(frozen=True, slots=True)
class OneOf:
    """An enumeration: text that is one of `values`; `of` says which field's they are, `lead.industry`, and makes no other type of it."""

    values: tuple[str, ...]
    of: str = field(default="", compare=False)

    def __str__(self) -> str:
        return "one of " + ", ".join(f'"{v}"' for v in self.values)


@dataclass(frozen=True, slots=True)
class SetOf:
    element: Type

    def __str__(self) -> str:
        return f"a set of {plural(self.element)}"


@dataclass(frozen=True, slots=True)
class Population:
    """Rows of a record: all of them, or those in a definition."""

    record: str

    def __str__(self) -> str:
        return f"rows of {self.record}"


@dataclass(frozen=True, slots=True)
class Unknown:
    """The type of what could not be resolved: fits everything, so that one mistake is one error."""

    def __str__(self) -> str:
        return "unknown"


Type = Text | Number | Boolean | Date | Time | Duration | Percent | OneOf | SetOf | Population | Unknown

TEXT, NUMBER, BOOLEAN, DATE, TIME, PERCENT, UNKNOWN = (
    Text(),
    Number(),
    Boolean(),
    Date(),
    Time(),
    Percent(),
    Unknown(),
)


def is_event(type: Type) -> bool:
    """Whether it is the type of a moment at which something happens: a time or a date that is not planned."""
    return isinstance(type, Time | Date) and not type.planned


def plural(type: Type) -> str:
    """The type's words for several values: `numbers`, `texts`."""
    match type:
        case Text() | OneOf():
            return "texts"
        case Number(unit=unit):
            return f"numbers in {unit}" if unit else "numbers"
        case Date():
            return "dates"
        case Time():
            return "times"
        case Duration():
            return "durations"
        case Percent():
            return "percentages"
        case _:
            return "values"


def comparable(a: Type, b: Type) -> bool:
    """Whether `a = b` and `a < b` make sense. A date beside a time is that whole local day."""
    match a, b:
        case (Unknown(), _) | (_, Unknown()):
            return True
        case Number(unit=u), Number(unit=v):
            return not u or not v or u == v
        case Text(key_of=own), Text(key_of=other) if own and other:
            return own == other
        case Text() | OneOf(), Text() | OneOf():
            return True
        case Date() | Time(), Date() | Time():
            return True
        case Duration(business=x), Duration(business=y):
            return x == y
        case _:
            return type(a) is type(b) and not isinstance(a, SetOf | Population)
