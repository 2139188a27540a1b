"""Write this example's exports: leads of twelve months with what people did about them, and the mess that real exports hold.

The same seed gives the same bytes, on every machine. Needs Python's standard library only:

    python generate.py --leads 8000 --seed 2026 --out .
"""

from __future__ import annotations

import argparse
import csv
import datetime as dt
import random
from pathlib import Path
from zoneinfo import ZoneInfo

Row = dict[str, str]

NEW_YORK, CHICAGO, BERLIN = (
    ZoneInfo("America/New_York"),
    ZoneInfo("America/Chicago"),
    ZoneInfo("Europe/Berlin"),
)
EXPORTED, MINUTE = dt.datetime(2026, 11, 1, 13, 45, tzinfo=dt.UTC), dt.timedelta(minutes=1)

# Leads arrive unevenly; each month has its weight and the chance that sales answers a lead in time.
MONTHS: tuple[tuple[int, int, float, float], ...] = (
    (2025, 11, 0.90, 0.96),
    (2025, 12, 0.80, 0.95),
    (2026, 1, 1.00, 0.975),
    (2026, 2, 1.02, 0.985),
    (2026, 3, 1.08, 0.90),
    (2026, 4, 0.78, 0.98),
    (2026, 5, 1.12, 0.965),
    (2026, 6, 0.98, 0.985),
    (2026, 7, 0.72, 0.88),
    (2026, 8, 1.00, 0.98),
    (2026, 9, 1.10, 0.99),
    (2026, 10, 1.04, 0.97),
)
OPEN_SPANS = ((9 * 60, 12 * 60 + 30), (13 * 60 + 30, 18 * 60))
DAYS_OFF = {
    dt.date(*d)
    for d in (
        (2025, 11, 11), (2025, 11, 27), (2025, 12, 25), (2026, 1, 1), (2026, 1, 19), (2026, 2, 16), (2026, 5, 25),
        (2026, 6, 19), (2026, 7, 3), (2026, 9, 7),
    )
}  # fmt: skip
ARRIVALS_BY_HOUR = (2, 1, 1, 1, 1, 2, 4, 8, 14, 18, 18, 16, 14, 16, 18, 17, 15, 12, 8, 6, 6, 5, 4, 3)
OWNERS = (
    "Maya Torres", "Sam Okafor", "Lena Fischer", "Raj Patel", "Chloe Martin", "Diego Silva", "Nora Kim", "Tom Becker",
)  # fmt: skip
COMPANIES = (
    "acme", "globex", "initech", "umbra", "hooli", "stark", "wayne", "soylent", "vandelay", "wonka", "tyrell", "cyberdyne",
)  # fmt: skip
PEOPLE = (
    "ana", "bo", "cy", "dee", "eli", "fay", "gus", "hal", "ida", "jo", "kim", "lou", "mia", "ned", "oz", "pat",
)  # fmt: skip
FREE = ("gmail.com", "yahoo.com", "outlook.com")
INDUSTRIES = (
    "COMPUTER_SOFTWARE", "COMPUTER_SOFTWARE", "INTERNET", "BANKING", "INSURANCE", "RETAIL", "APPAREL_FASHION",
    "HOSPITAL_HEALTH_CARE", "CONSTRUCTION",
)  # fmt: skip
FOREIGN = ("Germany", "France", "Brazil", "India", "Mexico", "Japan")
COUNTRIES = ("United States",) * 12 + ("USA",) * 2 + ("Canada",) * 3 + FOREIGN
CONTACT_COLUMNS = (
    "Record ID", "Email", "Phone Number", "Number of Employees", "Country/Region", "Industry", "Contact owner",
    "Create Date", "Became a Marketing Qualified Lead Date", "Accepted by Sales Date", "Became an Opportunity Date",
    "Recent Deal Amount", "Became a Customer Date", "Is Test",
)  # fmt: skip
MQL, ACCEPTED, OPPORTUNITY, AMOUNT, WON = CONTACT_COLUMNS[8:13]


class Exports:
    """The rows of the five files, filled while leads are made; what happens after the export is not in it."""

    def __init__(self) -> None:
        self.contacts: list[Row] = []
        self.calls: list[Row] = []
        self.emails: list[Row] = []
        self.meetings: list[Row] = []
        self.views: list[Row] = []

    def call(
        self, lead: str, at: dt.datetime, direction: str = "OUTBOUND", outcome: str = "CONNECTED"
    ) -> None:
        if at <= EXPORTED:
            row = {
                "Call ID": f"{81_000_000_000 + len(self.calls)}",
                "Contact ID": lead,
                "Call Direction": direction,
                "Activity date": clock(at),
                "Call outcome": outcome,
            }
            self.calls.append(row)

    def email(self, lead: str, at: dt.datetime, direction: str = "EMAIL") -> None:
        if at <= EXPORTED:
            sent = at.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
            self.emails.append(
                {
                    "message_id": f"em_{len(self.emails):06}",
                    "contact_id": lead,
                    "direction": direction,
                    "sent_at": sent,
                }
            )

    def meeting(self, lead: str, at: dt.datetime) -> None:
        if at <= EXPORTED:
            begin = at.astimezone(BERLIN).strftime("%d.%m.%Y %H:%M")
            self.meetings.append(
                {
                    "Buchung": f"B{len(self.meetings):05}",
                    "Kontakt": lead,
                    "Beginn": begin,
                    "Thema": "Kennenlernen",
                }
            )

    def view(self, lead: str, at: dt.datetime, page: str) -> None:
        if at <= EXPORTED:
            viewed = at.astimezone(dt.UTC).strftime("%Y-%m-%d %H:%M:%S")
            self.views.append(
                {"event": f"v{len(self.views):05}", "visitor": lead, "viewed_at": viewed, "page": page}
            )


def clock(at: dt.datetime) -> str:
    return at.astimezone(CHICAGO).strftime("%Y-%m-%d %H:%M")


def until_export(at: dt.datetime) -> str:
    return clock(at) if at <= EXPORTED else ""


def after_open_minutes(start: dt.datetime, minutes: float) -> dt.datetime:
    """The instant at which the desk has been open for `minutes` since `start`: when somebody who needs that long is done."""
    day = start.astimezone(NEW_YORK).date()
    left = minutes
    while True:
        if day.weekday() < 5 and day not in DAYS_OFF:
            midnight = dt.datetime.combine(day, dt.time(), NEW_YORK)
            for opening, closing in OPEN_SPANS:
                begin = max(midnight + opening * MINUTE, start)
                room = (midnight + closing * MINUTE - begin) / MINUTE
                if room > left:
                    return begin + left * MINUTE
                left -= max(room, 0)
        day += dt.timedelta(days=1)


def arrival(rng: random.Random, year: int, month: int) -> dt.datetime:
    """A moment of the month on New York clocks: busy at office hours, quiet at night and on weekends."""
    first = dt.date(year, month, 1)
    days = ((first + dt.timedelta(days=32)).replace(day=1) - first).days
    while True:
        day = first + dt.timedelta(days=rng.randrange(days))
        if day.weekday() < 5 or rng.random() < 0.3:
            break
    hour = rng.choices(range(24), ARRIVALS_BY_HOUR)[0]
    return dt.datetime(
        day.year, day.month, day.day, hour, rng.randrange(60), rng.randrange(60), tzinfo=NEW_YORK
    )


def person(rng: random.Random, number: int) -> Row:
    """Who the lead is: the columns that do not change."""
    company = f"{rng.choice(COMPANIES)}{number % 97}.com"
    mail = f"{rng.choice(PEOPLE)}.{number}@{rng.choice(FREE) if rng.random() < 0.12 else company}"
    size = rng.choices((rng.randrange(1, 200), rng.randrange(200, 1000), rng.randrange(1000, 5001), rng.randrange(5001, 90000)),
                       (69, 17, 9, 5))[0]  # fmt: skip
    return {
        "Email": mail if rng.random() < 0.97 else "",
        "Phone Number": f"+1 555 {rng.randrange(100, 1000)} {rng.randrange(1000, 10000)}"
        if rng.random() < 0.93
        else "",
        "Number of Employees": str(size) if rng.random() < 0.96 else rng.choice(("", "N/A", "-")),
        "Country/Region": rng.choice(COUNTRIES) if rng.random() < 0.98 else "-",
        "Industry": rng.choice(INDUSTRIES) if rng.random() < 0.97 else rng.choice(("", "LEISURE_TRAVEL")),
        "Contact owner": rng.choice(OWNERS) if rng.random() < 0.99 else "",
        "Is Test": "false",
    }


def looks_good(who: Row, views: int) -> bool:
    """Roughly the agreement's idea of a good lead: the CRM's own workflow was written from it."""
    size = who["Number of Employees"]
    points = 40 if size.isdigit() and 200 <= int(size) <= 5000 else 0
    points += 25 if who["Country/Region"] in {"United States", "USA", "Canada"} else 0
    points += 30 if views >= 3 else 0
    points -= 40 if who["Email"].endswith(FREE) else 0
    return points >= 50 and who["Email"] != ""


def browse(rng: random.Random, out: Exports, lead: str, created: dt.datetime, views: int) -> dt.datetime:
    """Let the visitor read `views` pages; the last reading's instant."""
    at = created
    for _ in range(views):
        at += dt.timedelta(seconds=rng.choice((40, 95, 400, 7000, 90000)) + rng.randrange(300))
        out.view(lead, at, rng.choice(("/", "/pricing", "/docs", "/demo")))
    return at


def touch(rng: random.Random, out: Exports, lead: str, at: dt.datetime) -> None:
    kind = rng.random()
    if kind < 0.6:
        out.call(lead, at, outcome=rng.choice(("CONNECTED", "NO_ANSWER", "LEFT_VOICEMAIL")))
    elif kind < 0.92:
        out.email(lead, at)
    else:
        out.meeting(lead, at)


def work_lead(
    rng: random.Random, out: Exports, row: Row, mql: dt.datetime, keen: bool, on_time: float
) -> None:
    """What sales did with a handed-over lead: nothing, or a first touch, an acceptance, a deal."""
    lead, fate = row["Record ID"], rng.random()
    if rng.random() < 0.04:  # somebody had called before the handoff
        out.call(lead, mql - rng.randrange(20, 4000) * MINUTE)
    if rng.random() < 0.05:  # the lead calls us: not an answer of ours
        out.call(lead, mql + rng.randrange(5, 90) * MINUTE, "INBOUND")
    if fate > 1 - (1 - on_time) * 0.4:
        return  # nobody ever answered
    budget = 60 if keen else 240
    share = rng.random() ** 1.5 * 0.97 if fate < on_time else 1.02 + rng.expovariate(0.5)
    first = after_open_minutes(mql, budget * share)
    touch(rng, out, lead, first)
    for _ in range(rng.choice((0, 1, 1, 2, 3))):
        touch(rng, out, lead, after_open_minutes(first, rng.randrange(60, 3000)))
    if rng.random() < 0.4:
        out.email(lead, first + rng.randrange(15, 3000) * MINUTE, "INCOMING_EMAIL")
    decide(rng, row, mql, first)


def decide(rng: random.Random, row: Row, mql: dt.datetime, first: dt.datetime) -> None:
    chance = {1: 0.66, 2: 0.57, 3: 0.67, 4: 0.66}[(mql.astimezone(NEW_YORK).month + 2) // 3]
    if rng.random() > chance + 0.06:
        return
    accepted = after_open_minutes(
        first, rng.randrange(20, 900) if rng.random() < 0.92 else rng.randrange(2600, 6000)
    )
    row[ACCEPTED] = until_export(accepted)
    if rng.random() < 0.5:
        opportunity = accepted + dt.timedelta(days=rng.randrange(1, 25), minutes=rng.randrange(600))
        row[OPPORTUNITY] = until_export(opportunity)
        if row[OPPORTUNITY] and rng.random() < 0.95:
            row[AMOUNT] = str(rng.choice((2500, 4000, 7500, 12000, 18000, 24500, 60000)) + rng.randrange(900))
        if rng.random() < 0.45:
            row[WON] = until_export(
                opportunity + dt.timedelta(days=rng.randrange(5, 110), minutes=rng.randrange(600))
            )


def make_lead(
    rng: random.Random, out: Exports, lead: str, number: int, month: tuple[int, int, float, float]
) -> None:
    created = arrival(rng, month[0], month[1])
    if created > EXPORTED:
        return
    row = (
        dict.fromkeys(CONTACT_COLUMNS, "")
        | {"Record ID": lead, "Create Date": clock(created)}
        | person(rng, number)
    )
    views = rng.choices((0, 1, 2, 3, 4, 6), (47, 26, 15, 5, 4, 3))[0]
    read = browse(rng, out, lead, created, views)
    good = looks_good(row, views)
    marked = rng.random() < (0.97 if good else 0.008)
    if marked:
        mql = read + rng.choice((3, 9, 20, 300, 2000)) * MINUTE + rng.randrange(60) * MINUTE
        row[MQL] = until_export(mql)
        if good or rng.random() < 0.5:
            work_lead(rng, out, row, mql, good and views >= 3, month[3])
    elif rng.random() < 0.12:  # sales also works leads that nobody handed over
        out.call(lead, after_open_minutes(created, rng.randrange(60, 5000)))
    out.contacts.append(row)


def some(rng: random.Random, rows: list[Row], share: float) -> list[Row]:
    """A share of the rows, one at least where there are any."""
    return rng.sample(rows, min(len(rows), max(1, round(len(rows) * share))))


def spoil_contacts(rng: random.Random, contacts: list[Row]) -> None:
    """Values that real exports hold: test rows, cells nobody can read, dates that contradict each other."""
    marked = [r for r in contacts if r[MQL]]
    for row in some(rng, contacts, 0.0025):
        row["Is Test"] = "true"
    for row in some(rng, contacts, 0.001):
        row["Number of Employees"] = rng.choice(("#REF!", "about 300", "€ 3.500,00"))
    for row in some(rng, marked, 0.003):
        row[MQL] = rng.choice(("2026-02-30 10:15", "0000-00-00 00:00", "tomorrow"))
    for row in some(rng, [r for r in marked if r[ACCEPTED]], 0.004):
        row[ACCEPTED] = row["Create Date"]
    for row in some(rng, [r for r in contacts if not r[MQL]], 0.002):
        row[ACCEPTED] = row["Create Date"]
    for row in some(rng, [r for r in marked if r[AMOUNT]], 0.01):
        row[AMOUNT] = "€ 12.500,00"
    for row in some(rng, [r for r in marked if not r[ACCEPTED]], 0.01):
        row[WON] = row[MQL]
    # The night on which clocks went forward: an integration wrote times that no Chicago clock showed.
    for row in some(rng, [r for r in marked if r[MQL].startswith("2026-03-0")], 0.04):
        row[MQL] = f"2026-03-08 02:{rng.randrange(60):02}"
    # The night on which they went back: a clock reading that happened twice.
    for row in some(rng, [r for r in marked if r["Create Date"] > "2026-10-28"], 0.15):
        row[MQL] = f"2026-11-01 01:{rng.randrange(60):02}"


def repeat_contacts(rng: random.Random, contacts: list[Row]) -> list[Row]:
    """Rows twice, two rows for one lead, rows that come late, rows of nobody."""
    nobody = dict.fromkeys(CONTACT_COLUMNS, "")
    repeated = [dict(r) for r in some(rng, contacts, 0.0033)]
    changed = [dict(r) | {"Contact owner": rng.choice(OWNERS)} for r in some(rng, contacts, 0.0017)]
    marked = some(rng, [r for r in contacts if r[MQL]], 0.0066)
    moved = [dict(r) | {MQL: later(r[MQL], rng.randrange(-3000, 9000))} for r in marked]
    late = {r["Record ID"] for r in some(rng, contacts, 0.01)}
    tail = [r for r in contacts if r["Record ID"] in late] + repeated + changed + moved
    tail += [nobody, nobody, nobody | {"Email": "lost@acme1.com", "Create Date": "2026-05-05 09:30"}]
    rng.shuffle(tail)
    return [r for r in contacts if r["Record ID"] not in late] + tail


def later(written: str, minutes: int) -> str:
    try:
        moved = dt.datetime.strptime(written, "%Y-%m-%d %H:%M") + minutes * MINUTE
    except ValueError:
        return written
    return moved.strftime("%Y-%m-%d %H:%M") if moved < dt.datetime(2026, 11, 1) else written


def spoil_activities(rng: random.Random, out: Exports) -> None:
    """Orphans, rows that name nobody, repeated rows, spellings and dates that nobody foresaw."""
    for rows, who in ((out.calls, "Contact ID"), (out.emails, "contact_id"), (out.views, "visitor")):
        for row in some(rng, rows, 0.0015):
            row[who] = rng.choice(("", "7301000000000000001", "7301000000000000003"))
        rows.extend(dict(r) for r in some(rng, rows, 0.0025))
    for row in some(rng, out.emails, 0.004):
        row["direction"] = "FORWARDED_EMAIL"
    for row in some(rng, out.calls, 0.002):
        row["Call Direction"] = rng.choice(("", "MISSED"))
    for row in some(rng, out.calls, 0.0011):
        row["Activity date"] = rng.choice(("#REF!", "2026-13-01 10:00", ""))
    for row in some(rng, out.meetings, 0.0125):
        row["Beginn"] = rng.choice(("29.03.2026 02:30", "25.10.2026 02:30", "26.10.2025 02:30"))


def generate(leads: int, seed: int) -> Exports:
    rng = random.Random(seed)
    out = Exports()
    total = sum(m[2] for m in MONTHS)
    lead = 7_301_000_000_000_000_500
    for month in MONTHS:
        for _ in range(round(leads * month[2] / total)):
            lead += rng.randrange(1, 400)
            make_lead(rng, out, str(lead), lead % 100_003, month)
    out.contacts.sort(key=lambda r: (r["Create Date"], r["Record ID"]))
    spoil_contacts(rng, out.contacts)
    out.contacts = repeat_contacts(rng, out.contacts)
    spoil_activities(rng, out)
    out.calls.sort(key=lambda r: (r["Activity date"], r["Contact ID"]))
    out.emails.sort(key=lambda r: (r["sent_at"], r["contact_id"]))
    out.views.sort(key=lambda r: (r["viewed_at"], r["visitor"]))
    return out


def write(path: Path, rows: list[Row], columns: tuple[str, ...]) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--leads", type=int, default=8000)
    parser.add_argument("--seed", type=int, default=2026)
    parser.add_argument("--out", type=Path, default=Path(__file__).parent)
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    made = generate(options.leads, options.seed)
    for name, rows, columns in (
        ("contacts.csv", made.contacts, CONTACT_COLUMNS),
        (
            "calls.csv",
            made.calls,
            ("Call ID", "Contact ID", "Call Direction", "Activity date", "Call outcome"),
        ),
        ("emails.csv", made.emails, ("message_id", "contact_id", "direction", "sent_at")),
        ("meetings.csv", made.meetings, ("Buchung", "Kontakt", "Beginn", "Thema")),
        ("page_views.csv", made.views, ("event", "visitor", "viewed_at", "page")),
    ):
        write(options.out / name, rows, columns)


if __name__ == "__main__":
    main()
