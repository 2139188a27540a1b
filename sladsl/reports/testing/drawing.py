"""What drawing a failing test needs to know, and how its values are written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from sladsl.calendars import Zone, day_date
from sladsl.explaining import Phrase
from sladsl.reports.testing.assertion import draw, facts
from sladsl.reports.words import local
from sladsl.source import Source


@dataclass(frozen=True)
class Drawing:
    """One test being drawn: the texts that phrases stand in, the zone that instants are read in, when it looks (None:
    after everything), and what was `told` already."""

    sources: Mapping[str, Source]
    zone: Zone
    as_of: int | None = None
    told: set[object] = field(default_factory=set)

    def first(self, what: object) -> bool:
        """Whether this is told for the first time: several expectations of a test may fail for one reason."""
        fresh = what not in self.told
        self.told.add(what)
        return fresh

    def phrase(self, phrase: Phrase) -> list[str]:
        return draw(phrase, self.sources[phrase.file], self.zone)

    def local(self, at: int | None) -> str:
        """A clock reading; the last instant of a day, where deadlines in days from a date fall, as that day's end."""
        if at is None:
            return "missing"
        return f"the end of {self.day(at)}" if self.ends_a_day(at) else local(at, self.zone)

    def ends_a_day(self, at: int) -> bool:
        return at + 1 == self.zone.midnight(self.zone.date_of(at) + 1)

    def day(self, at: int) -> str:
        return day_date(self.zone.date_of(at)).isoformat()

    def facts(self, phrase: Phrase) -> str:
        return ", ".join(facts(phrase, self.zone))
