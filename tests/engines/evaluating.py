"""Plans and data of what is counted, and the short ways to say what was."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from engines.builders import (
    apply,
    at,
    call,
    column,
    day,
    lead,
    number,
    plan,
    ref,
    tables,
    text,
    truth,
)
from sladsl.calendars import HOUR, Duration, DurationKind, PeriodKind
from sladsl.engines.tables import evaluate
from sladsl.outcomes import AsOf, Outcomes
from sladsl.plan import (
    Aggregate,
    Bound,
    BoundKind,
    Case,
    Children,
    Clock,
    Commitment,
    Const,
    Counter,
    Deadline,
    Definition,
    Figure,
    Hidden,
    Listing,
    Lookup,
    Measure,
    Plan,
    Route,
    State,
    Status,
    ValueType,
)

MARCH, APRIL = at("2026-03-01 00:00"), at("2026-04-01 00:00")
NOW = at("2026-05-01 00:00")


def code(value: int) -> Const:
    return Const(int(value), ValueType.CODE)


def figure(*counters: Counter, period: PeriodKind = PeriodKind.MONTH, **more: Any) -> Figure:
    given: dict[str, Any] = {
        "id": "f",
        "kpi": "f",
        "label": "",
        "record": "lead",
        "measure": Measure.COUNT,
        "period": period,
        "entry": "entry",
        "counters": counters,
    }
    return Figure(**(given | more))


ENTRY = column("entry", ValueType.INSTANT, lead("created"))
ROWS = Counter("rows", truth(True))


def run(p: Plan, data: dict[str, Any], as_of: int = NOW, **more: Any) -> Outcomes:
    return evaluate(p, tables(data), AsOf(as_of), **more)


def counts(found: Outcomes, id: str = "f") -> list[tuple[int, tuple[str | None, ...], dict[str, Any]]]:
    return [(c.start, c.by, dict(c.counters)) for c in found.figures[id]]


def handoff() -> Plan:
    """A definition, a route, a promise with two tiers, and a listing, without the language."""
    big = apply(">=", lead("size"), number(100))
    status = Case(
        (
            (Hidden("lead", "created"), code(Status.NOT_YET)),
            (apply("is unknown", big), code(Status.UNCLASSIFIABLE)),
            (apply("and", big, apply("is known", lead("created"))), code(Status.IN)),
            (big, code(Status.UNDATED)),
        ),
        code(Status.OUT),
    )
    rush = apply("=", lead("industry"), text("software"))
    hours = Duration(DurationKind.BUSINESS, 4 * HOUR)
    days = Duration(DurationKind.BUSINESS_DAYS, 1)
    first = Children("call", Aggregate.NTH, apply(">=", call("at"), lead("created")), call("at"))
    due = Case(
        ((rush, Lookup(Deadline(hours, "desk"), ref("entry"))),), Lookup(Deadline(days, "desk"), ref("entry"))
    )
    state = Case(
        (
            (apply("<=", ref("stop"), ref("due")), code(State.MET)),
            (apply(">", ref("due"), Const(NOW, ValueType.INSTANT)), code(State.OPEN)),
        ),
        code(State.MISSED),
    )
    made = (
        ENTRY,
        column("status", ValueType.CODE, status),
        column("member", ValueType.BOOLEAN, apply("=", ref("status"), code(Status.IN))),
        column("stop", ValueType.INSTANT, first),
        column("due", ValueType.INSTANT, due),
        column("tier", ValueType.CODE, Case(((rush, code(0)),), code(1))),
        column("state", ValueType.CODE, state),
        column(
            "route",
            ValueType.CODE,
            Case(((rush, code(0)), (apply("=", lead("industry"), text("retail")), code(1))), code(2)),
        ),
    )
    clock = Clock("lead", "member", "entry", "entry", "due", "stop", "state", "owner", "tier")
    bound = Bound(BoundKind.AT_LEAST, Decimal("0.95"))
    promise = Commitment("sales.response", "sales", "marketing", "response", "", "f", bound, clock=clock)
    hit = Counter("hit", apply("and", ref("member"), apply("=", ref("state"), code(State.MET))))
    return plan(
        *made,
        definitions=(Definition("MQL", "", "lead", "status", "entry"),),
        figures=(figure(Counter("rows", ref("member")), hit, measure=Measure.RESPONSE),),
        commitments=(promise,),
        routes=(Route("MQL", "lead", "member", "route", ("fast", "slow", "fast")),),
        listings=(
            Listing("unclassifiable", "MQL", "lead", apply("=", ref("status"), code(Status.UNCLASSIFIABLE))),
        ),
    )


FRIDAY = at("2026-03-06 13:00")
HANDOFF = {
    "lead": [
        {"id": "met", "created": FRIDAY, "size": Decimal(100), "industry": "software", "owner": "ana"},
        {"id": "late", "created": FRIDAY, "size": Decimal(100), "industry": "software", "owner": "ana"},
        {"id": "tomorrow", "created": FRIDAY, "size": Decimal(100), "industry": "retail", "owner": "bo"},
        {"id": "never", "created": FRIDAY, "size": Decimal(100)},
        {"id": "small", "created": FRIDAY, "size": Decimal(99), "industry": "retail"},
        {"id": "who knows", "created": FRIDAY},
        {"id": "or this", "created": FRIDAY},
        {"id": "undated", "size": Decimal(100)},
        {"id": "later", "created": NOW + 1, "born": day("2000-01-01"), "size": Decimal(100)},
    ],
    "call": [
        {"id": "1", "lead": "met", "at": at("2026-03-06 17:00")},  # the deadline itself is on time
        {"id": "2", "lead": "late", "at": at("2026-03-06 12:59")},  # before the start it does not count
        {"id": "3", "lead": "late", "at": at("2026-03-09 08:30")},
        {"id": "4", "lead": "tomorrow", "at": at("2026-03-09 13:00")},
    ],
}
