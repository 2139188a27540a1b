"""A part of the rows for a first look: some of those that stand on top, with everything that belongs to them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from sladsl.plan import Plan

if TYPE_CHECKING:
    import ibis


def sampled(plan: Plan, tables: Mapping[str, ibis.Table], one_in: int) -> dict[str, ibis.Table]:
    """About one row in so many of each record that is below no other, and the rows below those. The same keys are taken each time on one
    kind of database, so that what was seen can be looked at again."""
    from sladsl.engines.tables.dialects import fingerprint

    found: dict[str, ibis.Table] = {}
    waiting = list(plan.records)
    while waiting:
        r = waiting.pop(0)
        table = tables[r.name]
        if r.link is None:
            found[r.name] = table.filter(fingerprint(table.get_backend().name, [table[r.key]]) % one_in == 0)
        elif r.link.parent in found:
            above = found[r.link.parent]
            found[r.name] = table.semi_join(above, [(r.link.own, r.link.theirs)])
        else:
            waiting.append(r)
    return {r.name: found[r.name] for r in plan.records}
