"""What a row sees of others, against plain Python: rows beside it, picked values, derived fields, recent rows. On random histories, by both
engines.

The oracle shares nothing with the product: it goes over all rows and all instants, as `docs/language.md` tells them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from random import Random
from typing import Any

import pytest

from proofs.compare import Rows, tables
from sladsl.calendars import HOUR
from sladsl.compiler import compile_text
from sladsl.engines import rows as interpreter
from sladsl.engines import tables as set_engine
from sladsl.engines.tables.connections import fetched
from sladsl.outcomes import AsOf
from sladsl.plan import Plan, Ref

Row = Mapping[str, Any]
World = Rows

START = 1_772_000_000_000_000
LAST = START + 10_000 * HOUR

RECORDS = """
agreement "Rows at an instant":
  between marketing and sales
  zone "UTC"

record lead:
  id          key text
  tier        text
  created_at  time

record handoff of lead:
  id     key text
  at     time
  owner  text
  size   optional number
  signed  optional time

record activity of lead:
  id      key text
  at      time
  kind    text
  weight  optional number

record reply of activity:
  id    key text
  at    time
  kind  text
"""

BESIDE = """
define Others: handoff when at least 2 handoff where owner = handoff.owner
define Alone: handoff when no handoff
define Worked: handoff when any activity where kind = owner
define Recent: handoff when any handoff within 3 hours before at where (size else 0) < (handoff.size else 0)
define Answered: handoff when any reply where kind = owner and at > lead.created_at
define Double:
  activity when any activity where kind = activity.kind and (any handoff within 5 hours before at where owner = kind)
define Count: activity when (count of handoff where at < activity.at) >= 2
define Heavy: activity when (sum of size * weight over handoff) > 6
define Nested:
  reply when any activity where at < reply.at and kind = reply.kind and (no handoff where owner = tier)
"""


def there(rows: Sequence[Row], until: int) -> list[Row]:
    return [r for r in rows if r["at"] <= until]


def of(world: World, record: str, row: Row) -> list[Row]:
    """The rows of a record that belong to the lead of a row, itself left out."""
    return [r for r in world[record] if lead_of(world, r) == lead_of(world, row) and r is not row]


def lead_of(world: World, row: Row) -> str:
    if "activity" in row:
        return next(str(a["lead"]) for a in world["activity"] if a["id"] == row["activity"])
    return str(row["lead"])


def tier(world: World, row: Row) -> str:
    return next(str(x["tier"]) for x in world["lead"] if x["id"] == lead_of(world, row))


def others(w: World, h: Row, t: int) -> bool:
    return len([o for o in there(of(w, "handoff", h), t) if o["owner"] == h["owner"]]) >= 2


def alone(w: World, h: Row, t: int) -> bool:
    return not there(of(w, "handoff", h), t)


def worked(w: World, h: Row, t: int) -> bool:
    return any(a["kind"] == h["owner"] for a in there(of(w, "activity", h), t))


def recent(w: World, h: Row, t: int) -> bool:
    near = [o for o in there(of(w, "handoff", h), t) if h["at"] - 3 * HOUR <= o["at"] <= h["at"]]
    return any(bool((o["size"] or 0) < (h["size"] or 0)) for o in near)


def answered(w: World, h: Row, t: int) -> bool:
    created = next(x["created_at"] for x in w["lead"] if x["id"] == h["lead"])
    return any(r["kind"] == h["owner"] and r["at"] > created for r in there(of(w, "reply", h), t))


def double(w: World, a: Row, t: int) -> bool:
    def touched(b: Row) -> bool:
        near = [h for h in there(of(w, "handoff", b), t) if b["at"] - 5 * HOUR <= h["at"] <= b["at"]]
        return any(h["owner"] == b["kind"] for h in near)

    return any(b["kind"] == a["kind"] and touched(b) for b in there(of(w, "activity", a), t))


def count(w: World, a: Row, t: int) -> bool:
    return len([h for h in there(of(w, "handoff", a), t) if h["at"] < a["at"]]) >= 2


def heavy(w: World, a: Row, t: int) -> bool | None:
    sizes = [h["size"] for h in there(of(w, "handoff", a), t)]
    if sizes and (a["weight"] is None or None in sizes):
        return None
    return bool(sum(size * a["weight"] for size in sizes) > 6)


def nested(w: World, r: Row, t: int) -> bool:
    return any(
        bool(a["at"] < r["at"])
        and a["kind"] == r["kind"]
        and not any(h["owner"] == tier(w, a) for h in there(of(w, "handoff", a), t))
        for a in there(of(w, "activity", r), t)
    )


AT_AN_INSTANT = """
let kind_now "The latest kind" of lead = (kind of last activity else "a")
let before of lead = (weight of 2nd activity where kind != tier)
let size of lead = (size of last handoff by signed else 0) + (count of activity in the last 3 hours)
let busy of handoff = at least 2 activity in the last 4 hours where kind != handoff.owner
let words of lead = (greatest of at over reply where kind = kind_now)
let owner of activity = (owner of last handoff within 6 hours before at)

define Known: handoff when lead.kind_now = owner
define Weighed: handoff when lead.before >= 2
define Sized: activity when lead.size > 2
define Busy: handoff when busy and no handoff in the last 2 hours
define Owned: activity when owner = kind
define Owns: reply when (any activity where owner = reply.kind) and lead.words is known and kind_now != "b"
define Recent_lead: handoff when lead.created_at in the last 4 hours
define Old_lead: handoff when lead.created_at not in the last 4 hours and signed in the last 1 day
define Peers: handoff when any handoff where busy and kind_now = handoff.owner
"""


def picked(rows: Sequence[Row], field: str, place: int, by: str = "at") -> Any:
    """A field of the row at a place, by time and then key."""
    known = sorted((r[by], r["id"], r[field]) for r in rows if r[by] is not None)
    return known[place][2] if -len(known) <= place < len(known) else None


def below(w: World, record: str, lead: str, t: int) -> list[Row]:
    return [r for r in there(w[record], t) if lead_of(w, r) == lead]


def kind_now(w: World, lead: str, t: int) -> str:
    return str(picked(below(w, "activity", lead, t), "kind", -1) or "a")


def before(w: World, lead: str, t: int) -> Decimal | None:
    rows = [a for a in below(w, "activity", lead, t) if a["kind"] != tier(w, a)]
    weight: Decimal | None = picked(rows, "weight", 1)
    return weight


def size(w: World, lead: str, t: int) -> Decimal:
    signed = [h for h in below(w, "handoff", lead, t) if h["signed"] is not None and h["signed"] <= t]
    recent = [a for a in below(w, "activity", lead, t) if t < a["at"] + 3 * HOUR]
    return (picked(signed, "size", -1, "signed") or Decimal(0)) + len(recent)


def busy(w: World, h: Row, t: int) -> bool:
    rows = [a for a in below(w, "activity", h["lead"], t) if t < a["at"] + 4 * HOUR]
    return len([a for a in rows if a["kind"] != h["owner"]]) >= 2


def owner_of(w: World, a: Row, t: int) -> str | None:
    rows = [h for h in below(w, "handoff", a["lead"], t) if a["at"] - 6 * HOUR <= h["at"] <= a["at"]]
    owner: str | None = picked(rows, "owner", -1)
    return owner


def created(w: World, lead: str) -> int:
    return next(int(x["created_at"]) for x in w["lead"] if x["id"] == lead)


def both(one: bool | None, other: bool | None) -> bool | None:
    """`and` of three values."""
    return False if one is False or other is False else None if None in (one, other) else True


def weighed(w: World, h: Row, t: int) -> bool | None:
    weight = before(w, h["lead"], t)
    return None if weight is None else weight >= 2


def owned(w: World, a: Row, t: int) -> bool | None:
    owner = owner_of(w, a, t)
    return None if owner is None else owner == a["kind"]


def owns(w: World, r: Row, t: int) -> bool:
    lead = lead_of(w, r)
    replies = [x for x in below(w, "reply", lead, t) if x["kind"] == kind_now(w, lead, t)]
    found = any(owner_of(w, a, t) == r["kind"] for a in below(w, "activity", lead, t))
    return found and bool(replies) and kind_now(w, lead, t) != "b"


def recent_lead(w: World, h: Row, t: int) -> bool | None:
    at = created(w, h["lead"])
    return None if at > t else t < at + 4 * HOUR


def old_lead(w: World, h: Row, t: int) -> bool | None:
    recent, signed = recent_lead(w, h, t), h["signed"]
    is_signed = None if signed is None or signed > t else True
    return both(None if recent is None else not recent, is_signed)


def peers(w: World, h: Row, t: int) -> bool:
    return any(
        busy(w, o, t) and kind_now(w, h["lead"], t) == h["owner"] for o in there(of(w, "handoff", h), t)
    )


READ: dict[str, tuple[str, Callable[[World, Row, int], bool | None]]] = {
    "Known": ("handoff", lambda w, h, t: kind_now(w, h["lead"], t) == h["owner"]),
    "Weighed": ("handoff", weighed),
    "Sized": ("activity", lambda w, a, t: size(w, a["lead"], t) > 2),
    "Busy": (
        "handoff",
        lambda w, h, t: (
            busy(w, h, t) and not [o for o in there(of(w, "handoff", h), t) if t < o["at"] + 2 * HOUR]
        ),
    ),
    "Owned": ("activity", owned),
    "Owns": ("reply", owns),
    "Recent_lead": ("handoff", recent_lead),
    "Old_lead": ("handoff", old_lead),
    "Peers": ("handoff", peers),
}

Oracle = Callable[[World, Row, int], bool | None]
EXPECTED: dict[str, tuple[str, Oracle]] = {
    "Others": ("handoff", others),
    "Alone": ("handoff", alone),
    "Worked": ("handoff", worked),
    "Recent": ("handoff", recent),
    "Answered": ("handoff", answered),
    "Double": ("activity", double),
    "Count": ("activity", count),
    "Heavy": ("activity", heavy),
    "Nested": ("reply", nested),
}


def world(chance: Random, leads: int) -> dict[str, list[dict[str, Any]]]:
    """A few leads whose rows meet often: instants are few, and so are words."""

    def at() -> int:
        return START + chance.randrange(12) * HOUR

    def some(
        record: str, parent: str, parents: Sequence[Row], **fields: Callable[[], Any]
    ) -> list[dict[str, Any]]:
        made = []
        for p in parents:
            for _ in range(chance.randrange(6)):
                row = {parent: p["id"], "at": at(), **{name: make() for name, make in fields.items()}}
                made.append(row)
        chance.shuffle(made)
        return [{"id": f"{record}{n:04d}", **row} for n, row in enumerate(made)]

    def word() -> str:
        return chance.choice("abc")

    def number() -> Decimal | None:
        return chance.choice((None, Decimal(1), Decimal(2), Decimal(3)))

    lead = [{"id": f"L{n:04d}", "tier": word(), "created_at": at()} for n in range(leads)]
    handoff = some(
        "h", "lead", lead, owner=word, size=number, signed=lambda: None if chance.random() < 0.3 else at()
    )
    activity = some("a", "lead", lead, kind=word, weight=number)
    reply = some("r", "activity", activity, kind=word)
    return {"lead": lead, "handoff": handoff, "activity": activity, "reply": reply}


def compiled(text: str) -> Plan:
    made = compile_text(text, "rows.sla")
    assert made.plan is not None, [d.message for d in made.diagnostics]
    return made.plan


def by_interpreter(plan: Plan, data: World, record: str, columns: Sequence[str]) -> dict[str, dict[str, Any]]:
    evaluation = interpreter.Evaluation(plan, data, AsOf(LAST))
    frames = evaluation.ready(record, [Ref(record, c) for c in columns])
    return {f.key: {c: evaluation.evaluator.value(Ref(record, c), f) for c in columns} for f in frames}


def by_set_engine(plan: Plan, data: World, record: str, columns: Sequence[str]) -> dict[str, dict[str, Any]]:
    given = tables(plan, data)
    try:
        shown = set_engine.columns(plan, given, AsOf(LAST), record)
        return {row["id"]: {c: row[c] for c in columns} for row in fetched(shown).to_pylist()}
    finally:
        next(iter(given.values())).get_backend().disconnect()


ENGINES = [by_interpreter, by_set_engine]


@pytest.mark.parametrize("engine", ENGINES, ids=lambda e: str(e.__name__))
@pytest.mark.parametrize("text", [BESIDE, AT_AN_INSTANT], ids=["beside", "at_an_instant"])
@pytest.mark.parametrize("seed", range(3))
def test_what_a_row_sees(seed: int, text: str, engine: Callable[..., dict[str, dict[str, Any]]]) -> None:
    plan, data = compiled(RECORDS + text), world(Random(seed), 60)
    expected = EXPECTED if text is BESIDE else READ
    for record in ("handoff", "activity", "reply"):
        names = [name for name, (about, _) in expected.items() if about == record]
        made = engine(plan, data, record, [f"{name}.condition" for name in names])
        for name in names:
            wanted = {r["id"]: expected[name][1](data, r, r["at"]) for r in data[record]}
            assert {key: row[f"{name}.condition"] for key, row in made.items()} == wanted, name
            assert len(set(wanted.values())) > 1, f"{name} is the same of every row"
