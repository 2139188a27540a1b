"""Write this example's tickets: half a year of incidents and requests from four offices, as the ticket tool exports them.

The same seed gives the same bytes, on every machine. Needs Python's standard library only:

    python generate_tickets.py --tickets 3000 --seed 2026 --out .
"""

from __future__ import annotations

import argparse
import csv
import datetime as dt
import random
from pathlib import Path
from zoneinfo import ZoneInfo

Row = dict[str, str]

LONDON = ZoneInfo("Europe/London")
EXPORTED = dt.datetime(2026, 7, 6, 15, 0, tzinfo=dt.UTC)
FIRST = dt.date(2026, 1, 1)
MINUTE = dt.timedelta(minutes=1)
PRIORITIES = ("1 - Critical", "2 - High", "3 - Moderate", "4 - Low")
TEAMS = ("Workplace", "Network", "Applications", "Identity")
# Where tickets come from: the zone of its clock and the hours (weekday first) in which its desk works, in minutes.
BERLIN = (
    ZoneInfo("Europe/Berlin"),
    {0: (480, 1080), 1: (480, 1080), 2: (480, 1080), 3: (480, 1080), 4: (480, 930)},
)
BOSTON = (ZoneInfo("America/New_York"), dict.fromkeys(range(5), (510, 1020)))
OFFICES = {"Berlin": BERLIN, "London": BERLIN, "Boston": BOSTON, "Toronto": BOSTON}
# Minutes of open time in which a first reply is promised, by priority; how often it is kept, by month.
PROMISED = {"1 - Critical": 15, "2 - High": 60, "3 - Moderate": 240, "4 - Low": 560}
KEPT = (0.975, 0.98, 0.90, 0.985, 0.97, 0.93)


def open_minutes_later(start: dt.datetime, minutes: float, office: str) -> dt.datetime:
    """When somebody of the office's desk is done who needs that much of its working time; holidays forget nobody here."""
    zone, hours = OFFICES[office]
    day = start.astimezone(zone).date()
    left = minutes
    while True:
        if day.weekday() in hours:
            midnight = dt.datetime.combine(day, dt.time(), zone)
            opening, closing = (midnight + m * MINUTE for m in hours[day.weekday()])
            begin = max(opening, start)
            room = (closing - begin) / MINUTE
            if room > left:
                return begin + left * MINUTE
            left -= max(room, 0)
        day += dt.timedelta(days=1)


def shown(at: dt.datetime) -> str:
    """`3/9/2026 2:05 PM`, on a London clock: the tool is set to it, wherever the ticket came from."""
    local = at.astimezone(LONDON)
    return f"{local.month}/{local.day}/{local.year} {(local.hour + 11) % 12 + 1}:{local.minute:02} {'AM' if local.hour < 12 else 'PM'}"


def until_export(at: dt.datetime) -> str:
    return shown(at) if at <= EXPORTED else ""


def opened(rng: random.Random, office: str) -> dt.datetime:
    zone, hours = OFFICES[office]
    while True:
        day = FIRST + dt.timedelta(days=rng.randrange((EXPORTED.date() - FIRST).days + 1))
        if day.weekday() in hours or rng.random() < 0.12:
            break
    minute = rng.randrange(450, 1110) if rng.random() < 0.9 else rng.randrange(1440)
    return dt.datetime.combine(day, dt.time(minute // 60, minute % 60), zone).astimezone(dt.UTC)


def ticket(rng: random.Random, number: int) -> tuple[dt.datetime, Row] | None:
    office = rng.choice(("Berlin", "Berlin", "London", "Boston", "Boston", "Toronto"))
    at = opened(rng, office)
    if at > EXPORTED:
        return None
    request = rng.random() < 0.3
    priority = "4 - Low" if request else rng.choices(PRIORITIES, (4, 16, 48, 32))[0]
    row = {
        "Number": f"{'REQ' if request else 'INC'}{number:07}",
        "Type": "REQ" if request else "INC",
        "Priority": priority if rng.random() < 0.98 else "(empty)",
        "Location": office,
        "Assignment group": rng.choice(TEAMS),
        "Opened": shown(at),
        "First reply": "",
        "Resolved": "",
        "SLA due": shown(
            open_minutes_later(at, {"1": 240, "2": 600, "3": 1800, "4": 3000}[priority[0]], office)
        ),
        "Reopen count": str(rng.choices((0, 1, 2), (95, 4, 1))[0]) if rng.random() < 0.97 else "",
    }
    answer(rng, row, at, priority, office)
    return at, row


def answer(rng: random.Random, row: Row, at: dt.datetime, priority: str, office: str) -> None:
    """First reply and resolution; a few tickets are left alone."""
    fate, promised = rng.random(), PROMISED[priority]
    if fate > 0.996:
        return
    kept = KEPT[min(at.month, 6) - 1]
    share = rng.random() * 0.95 if fate < kept else 1.05 + rng.expovariate(0.7)
    critical = priority == PRIORITIES[0]
    reply = at + share * promised * MINUTE if critical else open_minutes_later(at, share * promised, office)
    row["First reply"] = until_export(reply)
    needed = {"1": 240, "2": 600, "3": 1800, "4": 2600}[priority[0]] * rng.choice(
        (0.2, 0.4, 0.6, 0.8, 0.9, 0.9, 0.95, 1.3)
    )
    resolved = max(open_minutes_later(at, needed, office), reply + 5 * MINUTE)
    row["Resolved"] = until_export(resolved)


def spoil(rng: random.Random, rows: list[Row]) -> list[Row]:
    """Replies that the tool dates before the ticket, targets it forgot, repeated rows, values nobody can read."""
    answered = [r for r in rows if r["First reply"]]
    for row in rng.sample(answered, 6):
        row["Opened"], row["First reply"] = row["First reply"], row["Opened"]
    for row in rng.sample(rows, 8):
        row["SLA due"] = ""
    for row in rng.sample(answered, 4):
        row["First reply"] = rng.choice(("####", "13/31/2026 2:00 PM", "yesterday"))
    for row in rng.sample(rows, 5):
        row["Location"] = rng.choice(("Paris", ""))
    for row in rng.sample(rows, 3):
        row["Priority"] = "0 - Please!"
    repeated = [dict(r) for r in rng.sample(rows, 7)]
    moved = [dict(r) | {"Assignment group": rng.choice(TEAMS), "Resolved": ""} for r in rng.sample(rows, 4)]
    return rows + repeated + moved


def generate(tickets: int, seed: int) -> list[Row]:
    rng = random.Random(seed)
    made = [found for number in range(tickets) if (found := ticket(rng, number + 1)) is not None]
    made.sort(key=lambda found: (found[0], found[1]["Number"]))
    return spoil(rng, [row for _, row in made])


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--tickets", type=int, default=3000)
    parser.add_argument("--seed", type=int, default=2026)
    parser.add_argument("--out", type=Path, default=Path(__file__).parent)
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    rows = generate(options.tickets, options.seed)
    with (options.out / "tickets.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


if __name__ == "__main__":
    main()
