"""Where and when random agreements take place: zones with odd clocks, the dates their clocks change on, and office hours."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

DATES = {
    "America/New_York": ("2026-03-05", "2026-10-29", "2025-12-29"),
    "Europe/Berlin": ("2026-03-26", "2026-10-22", "2026-04-01"),
    "Australia/Lord_Howe": ("2026-04-02", "2026-10-01"),  # half an hour, at 02:00
    "Pacific/Apia": ("2011-12-27", "2010-09-23", "2026-03-29"),  # 2011-12-30 was left out
    "Africa/Casablanca": ("2026-02-12", "2026-03-19"),  # the clocks go back for Ramadan
    "Asia/Kathmandu": ("1985-12-29", "2026-03-29"),  # a quarter of an hour, at midnight
    "UTC": ("2024-02-26", "2026-06-28"),
}
WEEKS = (
    ("open monday to friday 09:00 to 12:30, 13:30 to 17:00",),
    ("open every day 00:00 to 24:00",),
    ("open monday to thursday, saturday 22:00 to 06:00",),
    ("open every day 09:00 to 17:00",),
    ("open monday to friday 08:00 to 18:00", "open sunday 23:30 to 02:15"),
    ("open tuesday, thursday, saturday 00:10 to 03:40, 11:07 to 11:52",),
    ("open friday to monday 01:30 to 02:30", "open wednesday 12:00 to 24:00"),
)
TERMS = (
    "",
    "effective from {0}",
    "effective from {1}",
    "effective {0} to {3}",
    "effective {1} to {2}",
    "effective {1} to {1}",
)


@dataclass(frozen=True, slots=True)
class Place:
    """An agreement's zone, and the first of the few days everything happens in."""

    zone: str
    first: date

    def day(self, n: int) -> str:
        return (self.first + timedelta(days=n)).isoformat()

    @property
    def dates(self) -> list[str]:
        return [self.day(n) for n in range(8)]


def place(chance: Random) -> Place:
    zone = chance.choice(list(DATES))
    return Place(zone, date.fromisoformat(chance.choice(DATES[zone])))


def head(chance: Random, where: Place, calendars: list[str]) -> str:
    """The agreement's own clauses."""
    term = chance.choice(TERMS).format(*(where.day(n) for n in (-20, 1, 4, 40)))
    lines = ["between marketing and sales", term, f'zone "{where.zone}"', f"hours {calendars[0]}"]
    if chance.random() < 0.3:
        lines.append(f"year starts {chance.choice(('february', 'april', 'november'))}")
    if chance.random() < 0.3:
        lines.append(f"week starts {chance.choice(('sunday', 'saturday', 'thursday'))}")
    return 'agreement "Two engines":\n' + "".join(f"  {line}\n" for line in lines if line)


def calendar(chance: Random, where: Place, name: str, of: str = "") -> str:
    """Office hours, in the agreement's zone or another, or in that of each row, with dates on which they differ."""
    lines = list(chance.choice(WEEKS))
    if of:
        lines.append("zone zone")
    elif chance.random() < 0.3:
        lines.append(f'zone "{chance.choice(list(DATES))}"')
    if chance.random() < 0.4:
        lines.append(f"closed {where.day(chance.randint(0, 6))}")
    if chance.random() < 0.15:
        lines.append(f"closed {where.day(2)} to {where.day(4)}")
    if chance.random() < 0.3:
        lines.append(
            f"open {where.day(chance.randint(0, 6))} {chance.choice(('10:00 to 13:00', '02:00 to 03:00', '23:00 to 01:00'))}"
        )
    if chance.random() < 0.25:
        lines.append(f'closed holidays "{chance.choice(("US", "DE-BE"))}"')
    return f"calendar {name}{f' of {of}' if of else ''}:\n" + "".join(f"  {line}\n" for line in lines)
