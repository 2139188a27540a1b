"""The handoff example's figures, computed another way: plain loops over plain rows, as a careful analyst would in a notebook.

Shares no code with the package under test: its own reading of the exports, its own hours, its own idea of every rule.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from zoneinfo import ZoneInfo

from exports import Problems, Reader, Row, collapse
from open_hours import Hours, instant, label, months
from verdicts_by_hand import Share, at_least, of_share, of_volume

NEW_YORK, CHICAGO, BERLIN, UTC = (
    ZoneInfo(z) for z in ("America/New_York", "America/Chicago", "Europe/Berlin", "UTC")
)
DESK = (((dt.time(9), dt.time(12, 30)), (dt.time(13, 30), dt.time(18))),) * 5
# The federal holidays as observed, Columbus Day left out, and the Friday after Thanksgiving.
CLOSED = frozenset(
    dt.date.fromisoformat(d)
    for d in (
        "2025-11-11", "2025-11-27", "2025-12-25", "2026-01-01", "2026-01-19", "2026-02-16", "2026-05-25", "2026-06-19",
        "2026-07-03", "2026-09-07", "2026-11-11", "2026-11-26", "2026-11-27", "2026-12-25", "2027-01-01",
    )
)  # fmt: skip
US_HOURS = Hours(
    NEW_YORK, dict(enumerate(DESK)), CLOSED, {dt.date(2026, 12, 24): ((dt.time(9), dt.time(13)),)}
)
TERM = (instant(dt.datetime(2026, 1, 1), NEW_YORK), instant(dt.datetime(2027, 1, 1), NEW_YORK))
HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)
INDUSTRIES = {
    "COMPUTER_SOFTWARE": "software", "INTERNET": "software", "BANKING": "finance", "INSURANCE": "finance",
    "RETAIL": "retail", "APPAREL_FASHION": "retail", "HOSPITAL_HEALTH_CARE": "other", "CONSTRUCTION": "other",
}  # fmt: skip
COUNTRIES = {"United States": "US", "USA": "US", "Canada": "CA"}
TIMES = ("created_at", "mql_at", "accepted_at", "opportunity_at", "won_at")


@dataclass
class Data:
    leads: list[Row]
    activities: dict[str, list[Row]]  # by lead
    problems: Problems
    latest: dt.datetime


@dataclass
class Result:
    """Statuses by definition, cells by KPI or commitment and period, breaches as key → (due, stop)."""

    statuses: dict[str, Counter[str]]
    kpis: dict[str, dict[str, Fraction | None]] = field(default_factory=dict)
    conversions: dict[str, dict[str, Share]] = field(default_factory=dict)
    commitments: dict[str, dict[str, tuple[str, Share | None]]] = field(default_factory=dict)
    breaches: dict[str, tuple[dt.datetime, dt.datetime | None]] = field(default_factory=dict)
    by_industry: dict[tuple[str, str | None], Share] = field(default_factory=dict)
    routes: Counter[str] = field(default_factory=Counter)


def read(folder: Path) -> Data:
    problems: Problems = Counter()
    leads = _read_leads(folder / "contacts.csv", problems)
    rows = _read_activities(folder, problems)
    known = {lead["id"] for lead in leads}
    for row in rows:
        if row["lead"] is None:
            problems["activity", "no parent named", ""] += 1
        elif row["lead"] not in known:
            problems["activity", "parent not found", ""] += 1
    by_lead: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        by_lead[row["lead"]].append(row)
    moments = [lead[name] for lead in leads for name in TIMES[1:] if lead[name]] + [
        r["at"] for r in rows if r["at"]
    ]
    return Data(leads, by_lead, problems, max(moments))


def _read_leads(path: Path, problems: Problems) -> list[Row]:
    read = Reader("lead", problems, ("", "N/A", "-"))
    clock = "%Y-%m-%d %H:%M"
    rows: list[Row] = []
    for raw in read.table(path):
        if not any(raw.values()):
            problems["lead", "blank row", ""] += 1
            continue
        if raw["Is Test"] == "true":
            problems["lead", "skipped row", ""] += 1
            continue
        owner = read.text(raw["Contact owner"])
        rows.append(
            {
                "id": read.text(raw["Record ID"]),
                "email": read.text(raw["Email"]),
                "phone": read.text(raw["Phone Number"]),
                "company_size": read.number(raw["Number of Employees"], "company_size"),
                "country": read.text(raw["Country/Region"], COUNTRIES),
                "industry": read.one_of(raw["Industry"], INDUSTRIES, set(INDUSTRIES.values()), "industry"),
                "owner": owner,
                "created_at": read.time(raw["Create Date"], clock, CHICAGO, "created_at", required=True),
                "mql_at": read.time(raw["Became a Marketing Qualified Lead Date"], clock, CHICAGO, "mql_at"),
                "accepted_at": read.time(raw["Accepted by Sales Date"], clock, CHICAGO, "accepted_at"),
                "opportunity_at": read.time(
                    raw["Became an Opportunity Date"], clock, CHICAGO, "opportunity_at"
                ),
                "amount": read.number(raw["Recent Deal Amount"], "amount"),
                "won_at": read.time(raw["Became a Customer Date"], clock, CHICAGO, "won_at"),
            }
        )
        if owner is None:
            problems["lead", "missing value", "owner"] += 1
    return collapse(rows, "lead", problems, "id", TIMES)


def _read_activities(folder: Path, problems: Problems) -> list[Row]:
    read = Reader("activity", problems)
    both = {"inbound", "outbound"}

    def row(id: str, lead: str, type: str, direction: str | None, at: dt.datetime | None) -> Row:
        return {"id": id, "lead": lead or None, "type": type, "direction": direction, "at": at}

    calls = {"INBOUND": "inbound", "OUTBOUND": "outbound"}
    mails = {"INCOMING_EMAIL": "inbound", "EMAIL": "outbound"}
    rows = []
    for raw in read.table(folder / "calls.csv"):
        direction = read.one_of(raw["Call Direction"], calls, both, "direction")
        at = read.time(raw["Activity date"], "%Y-%m-%d %H:%M", CHICAGO, "at", required=True)
        rows.append(row(raw["Call ID"], raw["Contact ID"], "call", direction, at))
    for raw in read.table(folder / "emails.csv"):
        direction = read.one_of(raw["direction"], mails, both, "direction")
        rows.append(
            row(
                raw["message_id"],
                raw["contact_id"],
                "email",
                direction,
                read.time(raw["sent_at"], None, None, "at", required=True),
            )
        )
    for raw in read.table(folder / "meetings.csv"):
        at = read.time(raw["Beginn"], "%d.%m.%Y %H:%M", BERLIN, "at", required=True)
        rows.append(row(raw["Buchung"], raw["Kontakt"], "meeting", "outbound", at))
    for raw in read.table(folder / "page_views.csv"):
        at = read.time(raw["viewed_at"], "%Y-%m-%d %H:%M:%S", UTC, "at", required=True)
        rows.append(row(raw["event"], raw["visitor"], "page_view", "inbound", at))
    return collapse(rows, "activity", problems, "id", ("at",))


def fit(lead: Row, activities: list[Row], until: dt.datetime) -> int:
    """The score as it stood at `until`."""
    points, size, email = 0, lead["company_size"], lead["email"]
    if size is not None and 200 <= size <= 5000:
        points += 40
    if lead["country"] in {"US", "CA"}:
        points += 25
    if sum(a["type"] == "page_view" and a["at"] is not None and a["at"] <= until for a in activities) >= 3:
        points += 30
    if email is not None and email.rpartition("@")[2] in {"gmail.com", "yahoo.com", "outlook.com"}:
        points -= 40
    return points


def evaluate(data: Data, as_of: dt.datetime) -> Result:
    result = Result({name: Counter() for name in ("MQL", "SAL", "Opportunity", "Customer")})
    members = []
    for lead in data.leads:
        lead["forecast_at"] = None
        times = [lead[name] for name in TIMES if lead[name] is not None]
        if times and min(times) > as_of:
            continue
        mql = _classify(lead, data.activities.get(lead["id"], []), as_of, result)
        if mql is not None:
            members.append(mql)
    _monthly(members, as_of, result)
    _quarterly(members, as_of, result)
    _pipeline(data, members, as_of, result)
    for mql in members:
        size = mql["lead"]["company_size"] or 0
        result.routes["enterprise" if size >= 1000 else "mid-market" if size >= 200 else "inbound pool"] += 1
        if mql["state"] == "missed":
            result.breaches[mql["lead"]["id"]] = (mql["due"], mql["stop"])
    return result


def _step(
    own: dt.datetime | None, as_of: dt.datetime, condition: bool, base: dt.datetime | None, hidden: bool
) -> tuple[str, dt.datetime | None]:
    """How a lead stands to a definition that names an optional field as its `since`; `base` is the base's entry."""
    if hidden or (own is not None and own > as_of):
        return "not yet", None
    if own is None:
        return ("undated" if condition else "out"), None
    if not condition:
        return "mislabelled", None
    if base is None:
        return "undated", None
    return "member", max(own, base)


def _classify(lead: Row, activities: list[Row], as_of: dt.datetime, result: Result) -> Row | None:
    """Count the lead under each definition; its facts when it is an MQL of the term."""

    def seen(name: str) -> dt.datetime | None:
        return lead[name] if lead[name] is not None and lead[name] <= as_of else None

    def hidden(name: str) -> bool:
        return lead[name] is not None and lead[name] > as_of

    points = fit(lead, activities, min(lead["mql_at"] or as_of, as_of))
    good = points >= 50 and lead["email"] is not None
    status, entry = _step(lead["mql_at"], as_of, good, lead["mql_at"] or as_of, False)
    _count(result, "MQL", status, lead["mql_at"], entry)
    base = entry
    accepted = good and seen("accepted_at") is not None
    status, sal = _step(lead["accepted_at"], as_of, accepted, base, hidden("mql_at"))
    _count(result, "SAL", status, lead["accepted_at"], sal)
    waiting = hidden("mql_at") or hidden("accepted_at")
    _opportunity(lead, as_of, accepted, sal, waiting, result)
    won = accepted and seen("won_at") is not None
    status, customer = _step(lead["won_at"], as_of, won, sal, waiting)
    _count(result, "Customer", status, lead["won_at"], customer)
    if entry is None or not TERM[0] <= entry < TERM[1]:
        return None
    mql: Row = {
        "lead": lead,
        "entry": entry,
        "fit": points,
        "activities": activities,
        "sal": sal,
        "customer": customer,
    }
    _respond(mql, activities, as_of)
    return mql


def _opportunity(
    lead: Row, as_of: dt.datetime, accepted: bool, sal: dt.datetime | None, waiting: bool, result: Result
) -> None:
    """The only definition whose own condition can be unknown: a deal of unknown size."""
    own, amount = lead["opportunity_at"], lead["amount"]
    if accepted and amount is None and not waiting and own is not None and own <= as_of:
        status, entry = "unclassifiable", None
    else:
        status, entry = _step(own, as_of, accepted and amount is not None and amount >= 5000, sal, waiting)
    _count(result, "Opportunity", status, own, entry)
    lead["forecast_at"] = entry


def _count(
    result: Result, name: str, status: str, own: dt.datetime | None, entry: dt.datetime | None
) -> None:
    """Rows dated outside the term are nobody's business: a member by its entry, another row by the definition's own moment."""
    dated = entry or own
    if dated is None or TERM[0] <= dated < TERM[1]:
        result.statuses[name][status] += 1


def _respond(mql: Row, activities: list[Row], as_of: dt.datetime) -> None:
    touches = [
        a["at"]
        for a in activities
        if a["type"] in {"call", "email", "meeting"} and a["direction"] == "outbound" and a["at"] is not None
        if mql["entry"] <= a["at"] <= as_of
    ]
    mql["stop"] = min(touches, default=None)
    mql["due"] = US_HOURS.after(mql["entry"], HOUR if mql["fit"] >= 80 else 4 * HOUR)
    mql["state"] = _state(mql["stop"], mql["due"], as_of)
    mql["in an hour"] = _state(mql["stop"], US_HOURS.after(mql["entry"], HOUR), as_of)
    mql["acceptance"] = _state(mql["sal"], US_HOURS.days_later(mql["entry"], 5), as_of)
    ninety = mql["entry"].astimezone(NEW_YORK).replace(tzinfo=None, fold=0) + 90 * DAY
    mql["convert by"] = instant(ninety, NEW_YORK)
    mql["conversion"] = _state(mql["customer"], mql["convert by"], as_of)


def _state(stop: dt.datetime | None, due: dt.datetime, as_of: dt.datetime) -> str:
    """The due instant itself is on time; nothing is late while its deadline is still ahead."""
    if stop is not None and stop <= due:
        return "met"
    return "open" if due > as_of else "missed"


def tally(rows: list[Row], what: str) -> Share:
    states = Counter(row[what] for row in rows)
    return Share(len(rows), states["met"], states["open"])


def _monthly(members: list[Row], as_of: dt.datetime, result: Result) -> None:
    for start, end in months(TERM[0].astimezone(NEW_YORK).date(), as_of, NEW_YORK):
        name, over = label(start, NEW_YORK), as_of >= end
        rows = [m for m in members if start <= m["entry"] < end]
        volume = Fraction(len(rows))
        _commit(result, "marketing.mql_volume", name, of_volume(volume, at_least("120"), over), None)
        phone = Share(len(rows), sum(m["lead"]["phone"] is not None for m in rows))
        reach = of_share(phone, at_least("0.9"), over)
        _commit(result, "marketing.reachable", name, reach, phone)
        response = tally(rows, "state")
        verdict = of_share(response, at_least("0.95"), over, empty="met")
        _commit(result, "sales.response_time", name, verdict, response)
        cut = min(end - dt.timedelta(microseconds=1), as_of)
        points = sorted(fit(m["lead"], m["activities"], cut) for m in rows)
        result.kpis.setdefault("mql_volume", {})[name] = volume
        result.kpis.setdefault("typical_fit", {})[name] = (
            Fraction(points[(len(points) - 1) // 2]) if points else None
        )
        fast = [m for m in rows if m["in an hour"] == "met"]
        for kpi, of in (("conversion", rows), ("fast_conversion", fast)):
            result.conversions.setdefault(kpi, {})[name] = tally(of, "conversion")
            result.kpis.setdefault(kpi, {})[name] = matured(of, as_of)
        for industry in {m["lead"]["industry"] for m in rows}:
            of_industry = [m for m in rows if m["lead"]["industry"] == industry]
            result.by_industry[name, industry] = tally(of_industry, "conversion")


def _quarterly(members: list[Row], as_of: dt.datetime, result: Result) -> None:
    for start, end in months(TERM[0].astimezone(NEW_YORK).date(), as_of, NEW_YORK, 3):
        counts = tally([m for m in members if start <= m["entry"] < end], "acceptance")
        verdict = of_share(counts, at_least("0.6"), as_of >= end, needs=20)
        _commit(result, "sales.acceptance", label(start, NEW_YORK, 3), verdict, counts)


def _pipeline(data: Data, members: list[Row], as_of: dt.datetime, result: Result) -> None:
    for start, end in months(TERM[0].astimezone(NEW_YORK).date(), as_of, NEW_YORK):
        deals = [lead["amount"] for lead in data.leads if (at := lead["forecast_at"]) and start <= at < end]
        result.kpis.setdefault("pipeline", {})[label(start, NEW_YORK)] = Fraction(sum(deals, Decimal(0)))


def _commit(result: Result, id: str, period: str, verdict: str, counts: Share | None) -> None:
    result.commitments.setdefault(id, {})[period] = (verdict, counts)


def matured(rows: list[Row], as_of: dt.datetime) -> Fraction | None:
    """Of the leads whose deadline has passed, those that made it; an early success waits until its peers can fail."""
    of = [row for row in rows if row["convert by"] <= as_of]
    return Fraction(sum(row["conversion"] == "met" for row in of), len(of)) if of else None
