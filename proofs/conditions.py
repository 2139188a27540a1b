"""Random conditions and values, as the words of an agreement."""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random

from proofs.records import BESIDE, CHILDREN, KEYS, PARENTS, VALUES, Schema

NUMBERS = ("0", "1", "2", "3", "2.5", "7", "0.000001", "40", "999_999_999_999.999999")
TEXTS = ("a", "A", "Ä", "é", "@", "gmail.com", "call 12", "100%_", "日", "m")
PATTERNS = ("^a", r"\d+$", "[a-c@]", r"\w\s\d", "m$", "x|l", "a.*m", r"[^\d]{2}", "(ab?)+", r"^.$", r"\S\W")
SPANS = ("30 minutes", "2 hours", "1 hour", "90 seconds", "26 hours", "1 day", "2 days", "1 week", "1 month")
WORKING = (
    "15 business minutes",
    "2 business hours",
    "4 business hours",
    "9 business hours",
    "1 business day",
    "2 business days",
)


@dataclass
class Declared:
    """What was declared so far, and so can be named: by record where it is about one."""

    schema: Schema
    calendars: list[str]
    dates: list[str]  # around which everything happens, as `2026-03-08`
    definitions: dict[str, list[str]] = field(default_factory=lambda: {r: [] for r in CHILDREN})
    derived: dict[str, list[tuple[str, str]]] = field(default_factory=lambda: {r: [] for r in CHILDREN})
    """Derived fields, each with its kind."""
    spells: dict[str, list[str]] = field(default_factory=lambda: {r: [] for r in CHILDREN})
    """By the record that they are of."""
    scores: dict[str, list[str]] = field(default_factory=lambda: {r: [] for r in CHILDREN})
    events: dict[str, list[str]] = field(default_factory=lambda: {r: [] for r in CHILDREN})
    clocks: dict[str, list[str]] = field(default_factory=lambda: {r: [] for r in CHILDREN})  # `time` KPIs


class Speaker:
    """Says conditions about a record's rows, and the values in them."""

    def __init__(self, chance: Random, declared: Declared, unasked: tuple[str, ...] = ()) -> None:
        """`unasked` are records for whose rows nothing looks."""
        self.chance, self.declared, self.unasked = chance, declared, unasked

    # ------------------------------------------------------------------------------------------------------ conditions

    def condition(self, record: str, depth: int = 2) -> str:
        """One condition; a test of child rows may stand alone, and is in parentheses where it does not."""
        if depth > 0 and self.looked_at(record) and self.chance.random() < 0.15:
            return self.children(record, depth - 1)
        return self.joined(record, depth)

    def joined(self, record: str, depth: int) -> str:
        kind = self.chance.choice(("and", "or", "not", "child", *["simple"] * 5)) if depth > 0 else "simple"
        match kind:
            case "and" | "or":
                one, other = (self.joined(record, depth - 1) for _ in range(2))
                return f"({one}) {kind} ({other})"
            case "not":
                return f"not ({self.joined(record, depth - 1)})"
            case "child" if self.looked_at(record):
                return f"({self.children(record, depth - 1)})"
            case _:
                return self.simple(record, depth)

    def simple(self, record: str, depth: int) -> str:
        kinds = (
            "number",
            "number",
            "number",
            "text",
            "text",
            "enumeration",
            "boolean",
            "presence",
            "time",
            "time",
            "date",
            "duration",
            "named",
            "named",
        )
        kind = self.chance.choice(kinds)
        match kind:
            case "number":
                return self._number_test(record, depth)
            case "text":
                return self._text_test(record)
            case "enumeration":
                return self._enumeration_test(record)
            case "boolean":
                fields = self.declared.schema.of_kind(record, "boolean")
                return (
                    f"{self.chance.choice(fields)} {self.chance.choice(('=', '!='))} {self.chance.choice(('true', 'false'))}"
                    if fields
                    else self._text_test(record)
                )
            case "presence":
                asked = self.chance.choice(
                    (self.any_field(record), self.number(record, 1), self.text(record))
                )
                return f"{asked} {self.chance.choice(('is known', 'is missing'))}"
            case "named":
                return self._named(record)
            case _:
                return self._time_test(record, kind)

    def children(self, record: str, depth: int) -> str:
        """A test of child rows; `where` runs to its end."""
        child = self.chance.choice(self.looked_at(record))
        many = self.chance.choice(("any", "any", "no", "at least 2", "at most 1", "at least 1"))
        return f"{many} {self._chosen(record, child, depth)}"

    def _chosen(self, record: str, child: str, depth: int) -> str:
        bounds = ""
        if self.chance.random() < 0.35 and child != "deal":
            moment = self.chance.choice((*self.moments(record), *self.plans(record)))
            span = self.chance.choice((*SPANS, "3 business hours"))
            if self.chance.random() < 0.4:
                return f"{child} in the last {span}{self._asked(record, child, depth)}"
            bounds = f" within {span} {self.chance.choice(('before', 'after'))} {moment}"
        return f"{child}{bounds}{self._asked(record, child, depth)}"

    def _asked(self, record: str, child: str, depth: int) -> str:
        """The `where` of rows that a row looks at, if they have one."""
        if child in BESIDE[record] and self.chance.random() < 0.5:
            asked = self._of_both(record, child)
            also = f" and ({self.joined(child, depth)})" if self.chance.random() < 0.4 else ""
            return f" where {asked}{also}"
        return f" where {self.condition(child, depth)}" if self.chance.random() < 0.6 else ""

    def picked(self, record: str, kind: str, depth: int) -> str | None:
        """A field of a kind, of one of the rows that a row looks at; None where those have none."""
        child = self.chance.choice(self.looked_at(record))
        fields = self._own(child, kind)
        if not fields:
            return None
        place = self.chance.choice(("first", "last", "last", "2nd"))
        by = (
            " by signed_at"
            if child == "deal"
            else " by planned_on"
            if child == "call" and self.chance.random() < 0.1
            else ""
        )
        chosen = (
            self._chosen(record, child, depth).removeprefix(child)
            if not by
            else self._asked(record, child, depth)
        )
        made = f"({self.chance.choice(fields)} of {place} {child}{by}{chosen})"
        apart = Random(made)
        ahead = place == "2nd" and child != "deal" and apart.random() < 0.6
        return Speaker(apart, self.declared, self.unasked)._ahead(record, child, fields) if ahead else made

    def _ahead(self, record: str, child: str, fields: list[str]) -> str:
        """A field of the first row that comes later than it is asked for."""
        bounds, asked = "", {"call": 'kind != "email"', "note": "(weight else 1) < 3"}[child]
        if self.chance.random() < 0.6:
            moment = self.chance.choice((*self.moments(record), *self.plans(record)))
            side = self.chance.choice(("before", "after", "after"))
            bounds = f" within {self.chance.choice((*SPANS, '3 business hours'))} {side} {moment}"
        where = f" where {asked}" if self.chance.random() < 0.4 else ""
        return f"({self.chance.choice(fields)} of next {child}{bounds}{where})"

    def derived(self, record: str, kind: str) -> list[str]:
        """Derived fields of a kind, of a row and of those above it."""
        own = [name for name, of in self.declared.derived[record] if of == kind]
        return own + [f"{p}.{n}" for p in PARENTS[record] for n, of in self.declared.derived[p] if of == kind]

    def looked_at(self, record: str) -> tuple[str, ...]:
        """The records whose rows a row may look at: those below it, and those beside it."""
        asked = (*CHILDREN[record], *CHILDREN[record], *BESIDE[record])
        return tuple(r for r in asked if r not in self.unasked)

    def _of_both(self, record: str, child: str) -> str:
        """A condition on rows beside a row and on the row itself."""
        own, other = self.chance.choice(
            [
                (x, y)
                for kind in ("time", "number", "text")
                for x in self._own(record, kind)
                for y in self._own(child, kind)
            ]
        )
        named = self.declared.definitions[record] if record != child else []
        if named and self.chance.random() < 0.2:
            return self.chance.choice(named)
        return f"{other} {self.chance.choice(('<', '<=', '>', '=', '!='))} {record}.{own}"

    def _own(self, record: str, kind: str) -> list[str]:
        return [f.name for f in self.declared.schema.fields[record] if f.kind == kind and f.name != "world"]

    def _number_test(self, record: str, depth: int) -> str:
        value = self.number(record, depth)
        match self.chance.choice(("compare", "compare", "compare", "between", "in")):
            case "compare":
                other = self.number(record, 0) if self.chance.random() < 0.3 else self.literal()
                return f"{value} {self.chance.choice(('=', '!=', '<', '<=', '>', '>='))} {other}"
            case "between":
                low, high = sorted(self.chance.sample((-2, 0, 1, 2, 3, 7, 40), 2))
                return f"{value} between {low} and {high}"
            case _:
                several = ", ".join(self.chance.sample(NUMBERS, 2))
                return f"{value} {self.chance.choice(('in', 'not in'))} {{{several}}}"

    def _text_test(self, record: str) -> str:
        value = self.text(record)
        op = self.chance.choice(
            ("=", "!=", "contains", "starts with", "ends with", "matches", "in", "not in", "<")
        )
        match op:
            case "matches":
                return f'{value} matches "{self.chance.choice(PATTERNS)}"'
            case "in" | "not in":
                several = ", ".join(f'"{x}"' for x in self.chance.sample(TEXTS, 2))
                return f"{value} {op} {{{several}}}"
            case _:
                other = self.text(record) if self.chance.random() < 0.2 else f'"{self.chance.choice(TEXTS)}"'
                return f"{value} {op} {other}"

    def _enumeration_test(self, record: str) -> str:
        name = self.chance.choice(self.declared.schema.of_kind(record, "enumeration") or ["lead.industry"])
        values = VALUES[name.rpartition(".")[2]]
        if self.chance.random() < 0.4:
            return f'{name} {self.chance.choice(("in", "not in"))} {{"{values[0]}", "{values[1]}"}}'
        return f'{name} {self.chance.choice(("=", "!="))} "{self.chance.choice(values)}"'

    def _time_test(self, record: str, kind: str) -> str:
        op = self.chance.choice(("<", "<=", ">", ">=", "=", "!="))
        if kind == "duration":
            return f"{self.span(record)} {op} {self.chance.choice(('2 hours', '90 minutes', '26 hours'))}"
        if kind == "date":
            other = (
                self.date(record) if self.chance.random() < 0.3 else self.chance.choice(self.declared.dates)
            )
            return f"{self.date(record)} {op} {other}"
        if self.chance.random() < 0.15:
            moment = self.chance.choice((*self.moments(record), *self.plans(record)))
            span = self.chance.choice((*SPANS, *WORKING))
            return f"{moment} {self.chance.choice(('in', 'not in'))} the last {span}"
        if self.chance.random() < 0.3:
            first, last = sorted(self.chance.sample(self.declared.dates, 2))
            return f"{self.time(record)} between {first} and {last}"
        date = self.chance.choice(self.declared.dates)
        other = self.chance.choice((date, f"{date} 09:00", self.time(record), self.date(record)))
        plain = f"{self.time(record)} {op} {other}"
        apart = Random(plain)
        if apart.random() < 0.25:
            return Speaker(apart, self.declared, self.unasked)._reckoned_test(record, op)
        return plain

    def _reckoned_test(self, record: str, op: str) -> str:
        """A time held against a moment that is reckoned from another, or within so long of one."""
        moment = self.chance.choice((*self.moments(record), *self.plans(record)))
        span = self.chance.choice((*SPANS, *WORKING))
        times = self.declared.schema.of_kind(record, "time")
        match self.chance.choice(("after", "after", "before", "within after", "within before")):
            case "after":
                return f"{self.time(record)} {op} {span} after {moment}"
            case "before":
                return f"{self.time(record)} {op} {self.chance.choice(('90 minutes', '26 hours'))} before {moment}"
            case "within after" if times:
                return f"{moment} within {span} after {self.chance.choice(times)}"
            case _ if times:
                return f"{self.chance.choice(times)} within {span} before {moment}"
            case _:
                return f"{moment} is known"

    def _named(self, record: str) -> str:
        """A definition, a spell or a clock."""
        declared = self.declared
        names = [*declared.definitions[record], *declared.spells[record]]
        for parent in PARENTS[record]:
            names += [*declared.definitions[parent], *declared.spells[parent]]
        clocks = declared.clocks[record]
        if clocks and (not names or self.chance.random() < 0.4):
            return f"{self.chance.choice(clocks)} within {self.budget(record, asked=True)}"
        return self.chance.choice(names) if names else self._text_test(record)

    # ----------------------------------------------------------------------------------------------------------- values

    def literal(self) -> str:
        sign = "-" if self.chance.random() < 0.15 else ""
        return sign + self.chance.choice(NUMBERS)

    def number(self, record: str, depth: int) -> str:
        kinds = (
            ["field"] * 4
            + ["score", "score", "length", "else", "derived", "derived"]
            + (["arithmetic", "arithmetic", "function", *["over"] * 4] if depth > 0 else [])
        )
        match self.chance.choice(kinds):
            case "score" if self.declared.scores[record]:
                return self.chance.choice(self.declared.scores[record])
            case "length":
                return f"length({self.text(record)})"
            case "else":
                return f"({self.plain(record)} else {self.literal()})"
            case "arithmetic":
                one, other = (
                    self.number(record, depth - 1),
                    self.chance.choice((self.literal(), self.number(record, 0))),
                )
                return f"({one} {self.chance.choice('+-*/')} {other})"
            case "function":
                one, other = self.number(record, depth - 1), self.number(record, 0)
                return self.chance.choice(
                    (
                        f"round({one})",
                        f"round({one}, 2)",
                        f"round({one}, -1)",
                        f"least({one}, {other})",
                        f"greatest({one}, {other})",
                    )
                )
            case "over" if self.looked_at(record):
                if self.chance.random() < 0.4 and (picked := self.picked(record, "number", depth - 1)):
                    return f"({picked} else {self.literal()})" if self.chance.random() < 0.3 else picked
                return self.over(record, depth - 1)
            case "derived" if self.derived(record, "number"):
                return self.chance.choice(self.derived(record, "number"))
            case _:
                return self.plain(record)

    def plain(self, record: str) -> str:
        """A field that holds a number."""
        return self.chance.choice(self.declared.schema.of_kind(record, "number") or ["lead.size"])

    def over(self, record: str, depth: int) -> str:
        """A figure over child rows."""
        child = self.chance.choice(self.looked_at(record))
        chosen = self._chosen(record, child, depth)
        fields = [f.name for f in self.declared.schema.fields[child] if f.kind == "number"]
        if not fields or self.chance.random() < 0.2:
            return f"(count of {chosen})"
        what = self.chance.choice((fields[0], fields[0], f"({fields[0]} else 0)", f"{fields[0]} * 2"))
        return f"({self.chance.choice(('sum', 'average', 'least', 'greatest'))} of {what} over {chosen})"

    def text(self, record: str) -> str:
        field = self.chance.choice(
            (*self.declared.schema.of_kind(record, "text"), *self.derived(record, "text"))
        )
        return self.chance.choice(
            (field, field, f"lower({field})", f"domain({field})", f'({field} else "a")')
        )

    def any_field(self, record: str) -> str:
        plain = ("text", "number", "boolean", "date", "time", "duration", "money", "planned", "planned day")
        kinds = (*plain, "key of rep")
        return self.chance.choice([f for kind in kinds for f in self.declared.schema.of_kind(record, kind)])

    def moments(self, record: str) -> list[str]:
        """Times of a row, plain ones most."""
        times = self.declared.schema.of_kind(record, "time")
        return [*times, *self.events(record)]

    def plans(self, record: str) -> list[str]:
        """What was planned for a row: no event, and yet a time."""
        return self.declared.schema.of_kind(record, "planned")

    def events(self, record: str) -> list[str]:
        """Events of a row, and those of the rows above it: as it asks for them, and as they are there."""
        above = [(p, e) for p in PARENTS[record] for e in self.declared.events[p]]
        return [*self.declared.events[record], *(e for _, e in above), *(f"{p}.{e}" for p, e in above)]

    def time(self, record: str) -> str:
        one, other = (self.chance.choice((*self.moments(record), *self.plans(record))) for _ in range(2))
        span = self.chance.choice(SPANS)
        choices = (
            one,
            one,
            one,
            one,
            f"({one} + {span})",
            f"({one} - {span})",
            f"least({one}, {other})",
            f"greatest({one}, {other})",
            f"({one} else {other})",
        )
        return self.chance.choice(choices)

    def date(self, record: str) -> str:
        fields = [x for kind in ("date", "planned day") for x in self.declared.schema.of_kind(record, kind)]
        if fields and self.chance.random() < 0.6:
            return self.chance.choice(fields)
        return f"date({self.chance.choice(self.moments(record))})"

    def span(self, record: str) -> str:
        fields = self.declared.schema.of_kind(record, "duration") or ["lead.wait"]
        return self.chance.choice(
            (
                fields[0],
                fields[0],
                f"({fields[0]} else 1 hour)",
                f"({fields[0]} + 1 hour)",
                f"greatest({fields[0]}, 1 hour)",
            )
        )

    def budget(self, record: str = "", asked: bool = False) -> str:
        """`4 business hours of desk`, or of whoever a row of the record names; `, by close` where a comma may follow."""
        if self.chance.random() < 0.4:
            return self.chance.choice(SPANS)
        amount = self.chance.choice(WORKING)
        named = f" of {self.chance.choice(self.declared.calendars)}" if self.chance.random() < 0.3 else ""
        if record in KEYS and self.chance.random() < 0.35:
            named = f" of {KEYS[record]}{self.chance.choice(('', '.boss'))}.shift"
        close = ", by close" if not asked and "day" in amount and self.chance.random() < 0.4 else ""
        return f"{amount}{named}{close}"
