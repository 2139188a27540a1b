"""Write this example's data: nine months of leads that become MQLs, who held them when, and when the reps were away, as a CRM exports them.

The same seed gives the same bytes, on every machine. Needs Python's standard library only:

    python generate_followup.py --leads 700 --seed 2026 --out .
"""

from __future__ import annotations

import argparse
import csv
import datetime as dt
import random
from dataclasses import dataclass, field
from pathlib import Path
from zoneinfo import ZoneInfo

EXPORTED = dt.datetime(2026, 9, 21, 16, 0, tzinfo=dt.UTC)
FIRST = dt.datetime(2026, 1, 5, tzinfo=dt.UTC)
MINUTE = dt.timedelta(minutes=1)
AMENDED = dt.datetime(2026, 7, 1, tzinfo=ZoneInfo("America/New_York"))
# Who calls, whom they report to, and where their clock stands.
REPS = {
    "005A1": ("Ana Ruiz", "Kim Cole", "America/Los_Angeles"),
    "005A2": ("Ben Ode", "Kim Cole", "America/Los_Angeles"),
    "005B1": ("Cara Lind", "Lou Ames", "America/New_York"),
    "005B2": ("Dev Patel", "Lou Ames", "America/New_York"),
    "005C1": ("Eva Novak", "Mia Horn", "Europe/Berlin"),
    "005C2": ("Finn Maas", "Mia Horn", "Europe/Berlin"),
    "005D1": ("Gita Rao", "", "Asia/Kolkata"),
}
ANSWERS = ("Accepted", "Qualifying", "Disqualified", "Nurture")


@dataclass
class Export:
    """The rows of each file, as they are written."""

    leads: list[tuple[str, ...]] = field(default_factory=list)
    history: list[tuple[str, ...]] = field(default_factory=list)
    days_off: list[tuple[str, ...]] = field(default_factory=list)

    def change(self, lead: str, at: dt.datetime, what: str, old: str, new: str) -> None:
        if at <= EXPORTED:
            self.history.append((f"017{len(self.history):06d}", lead, shown(at), what, old, new))


def shown(at: dt.datetime) -> str:
    """To the second, in UTC, as the CRM's interface gives it."""
    return at.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def later(rng: random.Random, export: Export, at: dt.datetime, rep: str, minutes: float) -> dt.datetime:
    """So many minutes of the rep's working time later: before they open it waits, after they close too, and while they are away."""
    where = ZoneInfo(REPS[rep][2])
    local = at.astimezone(where)
    left = minutes
    while True:
        longer = local.date() >= AMENDED.date()
        opens = local.replace(hour=8 if longer else 9, minute=0, second=0, microsecond=0)
        closes = opens.replace(hour=18 if longer else 17)
        begin = max(local, opens)
        room = (closes - begin) / MINUTE if local.weekday() < 5 and not away_on(export, rep, begin) else 0
        if local.year > 2026:  # whoever is away for good answers nothing
            return EXPORTED + dt.timedelta(days=1)
        if room > left:
            return (begin + left * MINUTE).replace(second=rng.randrange(60), microsecond=0)
        left -= max(room, 0)
        local = (opens + dt.timedelta(days=1)).replace(hour=0)


def away_on(export: Export, rep: str, at: dt.datetime) -> bool:
    return any(
        who == rep and start <= shown(at) and (not end or shown(at) < end)
        for _, who, start, end in export.days_off
    )


def away(rng: random.Random, export: Export) -> None:
    """Days off, noted before they come; some are half days, one has no end yet."""
    for rep, (_, _, zone) in REPS.items():
        for _ in range(4):
            day = FIRST.date() + dt.timedelta(days=rng.randrange(240))
            begin = dt.datetime.combine(day, dt.time(rng.choice((0, 0, 13))), ZoneInfo(zone))
            end = dt.datetime.combine(
                day + dt.timedelta(days=rng.choice((1, 1, 3, 8))), dt.time(), ZoneInfo(zone)
            )
            number = f"P{len(export.days_off):03d}"
            export.days_off.append((number, rep, shown(begin), shown(end)))
    export.days_off.append(
        (f"P{len(export.days_off):03d}", "005D1", shown(dt.datetime(2026, 9, 17, tzinfo=dt.UTC)), "")
    )


def lead(rng: random.Random, number: int, export: Export) -> None:
    """One lead: it comes, becomes an MQL (some of them again), is worked by whoever holds it, and is passed on at times."""
    key = f"00Q{number:05d}"
    at = FIRST + dt.timedelta(minutes=rng.randrange(int((EXPORTED - FIRST) / MINUTE)))
    holder = rng.choice(sorted(REPS)) if rng.random() < 0.95 else ""
    export.leads.append((key, shown(at), holder))
    status = "Inquiry"
    for _ in range(3):
        at += dt.timedelta(minutes=rng.randrange(20, 9000), seconds=rng.randrange(60))
        if rng.random() < 0.15:
            return
        export.change(key, at, "Status", status, "MQL")
        status = "MQL"
        while not holder or rng.random() < 0.18:
            new = rng.choice([r for r in sorted(REPS) if r != holder])
            at = later(rng, export, at, holder or new, rng.randrange(5, 80))
            export.change(key, at, "Owner", holder, new)
            holder = new
        if rng.random() < 0.03:
            return  # nobody ever calls
        promised = 120 if at < AMENDED else 90
        quick = rng.random() < (0.95 if at < AMENDED else 0.9)
        at = later(
            rng, export, at, holder, promised * (rng.random() * 0.95 if quick else rng.uniform(1.1, 12))
        )
        new = rng.choices(ANSWERS, (40, 25, 15, 20))[0]
        export.change(key, at, "Status", status, new)
        status = new
        if status != "Nurture" and rng.random() < 0.85:
            return


def write(folder: Path, name: str, header: tuple[str, ...], rows: list[tuple[str, ...]]) -> None:
    with (folder / name).open("w", newline="", encoding="utf-8") as file:
        csv.writer(file, lineterminator="\n").writerows([header, *rows])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--leads", type=int, default=700)
    parser.add_argument("--seed", type=int, default=2026)
    parser.add_argument("--out", type=Path, default=Path(__file__).parent)
    given = parser.parse_args()
    rng, export = random.Random(given.seed), Export()
    away(rng, export)
    for number in range(given.leads):
        lead(rng, number, export)
    reps: list[tuple[str, ...]] = [(key, *about) for key, about in REPS.items()]
    write(given.out, "reps.csv", ("Id", "Name", "Manager", "TimeZone"), reps)
    write(given.out, "leads.csv", ("Id", "CreatedDate", "FirstOwner"), export.leads)
    write(
        given.out,
        "lead_history.csv",
        ("Id", "LeadId", "CreatedDate", "Field", "OldValue", "NewValue"),
        export.history,
    )
    write(given.out, "days_off.csv", ("Id", "RepId", "Starts", "Ends"), export.days_off)


if __name__ == "__main__":
    main()
