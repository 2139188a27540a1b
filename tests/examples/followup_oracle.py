"""The follow-up example's figures by pandas and plain loops: whose turn it was from when to when, when each was due, what became of it.

Written from the agreement's words and the rules of time (`open_hours`); nothing here comes from the package under test.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from pathlib import Path
from zoneinfo import ZoneInfo

import pandas as pd
from open_hours import Hours, instant, label

NEW_YORK = ZoneInfo("America/New_York")
JULY = instant(dt.datetime(2026, 7, 1), NEW_YORK)
MINUTE = dt.timedelta(minutes=1)
Spell = tuple[dt.datetime, dt.datetime | None]


@dataclass(frozen=True)
class Turn:
    """One rep's time with an MQL, and what became of it."""

    key: str
    rep: str
    began: dt.datetime
    ended: dt.datetime | None
    due: dt.datetime | None
    state: str
    three_quarters: dt.datetime | None
    a_day_late: dt.datetime | None

    @property
    def period(self) -> str:
        return label(self.began, NEW_YORK)


def read(folder: Path) -> dict[str, pd.DataFrame]:
    tables = {
        name: pd.read_csv(folder / f"{name}.csv", dtype=str)
        for name in ("reps", "leads", "lead_history", "days_off")
    }
    for table, columns in (
        ("leads", ["CreatedDate"]),
        ("lead_history", ["CreatedDate"]),
        ("days_off", ["Starts", "Ends"]),
    ):
        for column in columns:
            tables[table][column] = pd.to_datetime(tables[table][column], utc=True)
    return tables


def as_of(tables: dict[str, pd.DataFrame]) -> dt.datetime:
    latest: pd.Timestamp = max(tables[name]["CreatedDate"].max() for name in ("leads", "lead_history"))
    return _utc(latest)


def _utc(at: pd.Timestamp) -> dt.datetime:
    return dt.datetime.fromtimestamp(at.timestamp(), dt.UTC)


def hours_of(tables: dict[str, pd.DataFrame]) -> dict[str, Hours]:
    """Each rep's working hours in the zone they are in, longer from July on, and never on a day off."""
    made = {}
    for _, rep in tables["reps"].iterrows():
        weekly = {day: ((dt.time(9), dt.time(17)),) for day in range(5)}
        longer = {
            day.date(): ((dt.time(8), dt.time(18)),)
            for day in pd.date_range("2026-07-01", "2026-12-31")
            if day.weekday() < 5
        }
        hours = Hours(ZoneInfo(rep["TimeZone"]), weekly, special=longer, last=dt.date(2026, 12, 31))
        away = tables["days_off"][tables["days_off"]["RepId"] == rep["Id"]]
        for _, off in away.iterrows():
            hours.stretches = _without(hours.stretches, off["Starts"], off["Ends"])
        hours.closings = [b for _, b in hours.stretches]
        made[rep["Id"]] = hours
    return made


def _without(
    stretches: list[tuple[dt.datetime, dt.datetime]], start: dt.datetime, end: dt.datetime
) -> list[tuple[dt.datetime, dt.datetime]]:
    parts = []
    for a, b in stretches:
        before, after = (a, min(b, start)), (b if pd.isna(end) else max(a, end), b)
        parts += [(x.astimezone(dt.UTC), y.astimezone(dt.UTC)) for x, y in (before, after) if x < y]
    return sorted(set(parts))


def turns(tables: dict[str, pd.DataFrame], now: dt.datetime) -> list[Turn]:
    hours, made = hours_of(tables), []
    changes = tables["lead_history"].sort_values("CreatedDate", kind="stable")
    by_lead = dict(list(changes.groupby("LeadId")))
    whole = {rep: Hours(h.zone, h.weekly, special=h.special, last=h.last) for rep, h in hours.items()}
    for _, lead in tables["leads"].iterrows():
        if lead["Id"] not in by_lead:
            continue
        holder: str = "" if pd.isna(lead["FirstOwner"]) else lead["FirstOwner"]
        status, had = "Inquiry", ""
        open_since: dt.datetime | None = None
        for at, rows in by_lead[lead["Id"]].groupby("CreatedDate"):
            here = _utc(at)
            for _, row in rows.iterrows():
                if row["Field"] == "Status":
                    status = row["NewValue"]
                else:
                    holder = row["NewValue"]
            now_held = holder if status == "MQL" else ""
            if open_since is not None and now_held != had:
                made.append(_turn(lead["Id"], had, (open_since, here), holder, hours[had], whole[had], now))
                open_since = None
            if open_since is None and now_held:
                open_since, had = here, now_held
        if open_since is not None:
            made.append(_turn(lead["Id"], had, (open_since, None), holder, hours[had], whole[had], now))
    return made


def _turn(
    lead: str, rep: str, spell: Spell, holder: str, hours: Hours, whole: Hours, now: dt.datetime
) -> Turn:
    """What becomes of a turn: passed on in time is no answer and no failure; a day off with no end leaves it without a deadline."""
    began, ended = spell
    ended = None if ended is not None and ended >= now else ended
    pace = 120 * MINUTE if began < JULY else 90 * MINUTE
    turn = Turn(f"{lead}#{began:%Y-%m-%dT%H:%M:%SZ}", rep, began, ended, None, "", None, None)
    try:
        due = hours.after(began, pace)
    except AssertionError:
        return replace(turn, state="paused" if ended is None else "met")
    three, late = hours.after(began, pace * 0.75), _a_day_later(hours, whole, due)
    state = "met" if ended is not None and ended <= due else "open" if due >= now else "missed"
    if ended is not None and ended <= due and holder != rep:
        state = "excluded"
    until = min(x for x in (ended, now) if x is not None)
    excluded = state == "excluded"
    return replace(
        turn,
        due=due,
        state=state,
        three_quarters=three if three < until else None,
        a_day_late=late if late is not None and late < until and not excluded else None,
    )


def _a_day_later(hours: Hours, whole: Hours, due: dt.datetime) -> dt.datetime | None:
    """The same reading on the next open day; of what is paused on the way as much more."""
    plain = whole.days_later(due, 1)
    try:
        return hours.after(due, whole.elapsed(due, plain)) if plain != due else plain
    except AssertionError:
        return None
