"""What a row sees of others, against plain Python: the rows beside it, at every entry of random histories, on both engines.

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
            for _ in range(chance.randrange(4)):
                row = {parent: p["id"], "at": at(), **{name: make() for name, make in fields.items()}}
                made.append(row)
        chance.shuffle(made)
        return [{"id": f"{record}{n:04d}", **row} for n, row in enumerate(made)]

    def word() -> str:
        return chance.choice("abc")

    def number() -> Decimal | None:
        return chance.choice((None, Decimal(1), Decimal(2), Decimal(3)))

    lead = [{"id": f"L{n:04d}", "tier": word(), "created_at": at()} for n in range(leads)]
    handoff = some("h", "lead", lead, owner=word, size=number)
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
@pytest.mark.parametrize("seed", range(3))
def test_rows_beside_one(seed: int, engine: Callable[..., dict[str, dict[str, Any]]]) -> None:
    plan, data = compiled(RECORDS + BESIDE), world(Random(seed), 60)
    for record in ("handoff", "activity", "reply"):
        names = [name for name, (about, _) in EXPECTED.items() if about == record]
        made = engine(plan, data, record, [f"{name}.condition" for name in names])
        for name in names:
            wanted = {r["id"]: EXPECTED[name][1](data, r, r["at"]) for r in data[record]}
            assert {key: row[f"{name}.condition"] for key, row in made.items()} == wanted, name
            assert len(set(wanted.values())) > 1, f"{name} is the same of every row"
