"""Rows of other records that outcomes show by their key: which they are, for an engine to look up what they are called."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sladsl.outcomes import GroupRow, PeriodCounts
from sladsl.plan import Plan


def keys_shown(
    plan: Plan,
    figures: Mapping[str, Iterable[PeriodCounts]],
    owners: Mapping[str, Iterable[str | None]],
    groups: Mapping[str, Iterable[GroupRow]],
) -> dict[str, set[str]]:
    """By record the keys among the values that figures are broken down by, among the groups by which commitments are judged, and among
    those who are accountable for late rows.

    `figures` by figure id, `owners` and `groups` by commitment id; only records whose rows have a label."""
    found: dict[str, set[str]] = {}
    for f in plan.figures:
        for place, named in enumerate(f.by_keys):
            if named:
                found.setdefault(named, set()).update(
                    key for row in figures[f.id] if row.by and (key := row.by[place]) is not None
                )
    for c in plan.commitments:
        if c.groups is not None and c.groups.record is not None:
            found.setdefault(c.groups.record, set()).update(x.key for x in groups.get(c.id, ()))
        if c.clock is None or c.clock.accountable is None:
            continue
        named = plan.record(c.clock.record).field(c.clock.accountable).key_of
        if named:
            found.setdefault(named, set()).update(x for x in owners.get(c.id, ()) if x is not None)
    return {record: keys for record, keys in found.items() if keys and plan.record(record).called_by}
