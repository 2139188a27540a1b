"""What lies outside and inside of stretches of a line: pure arithmetic on whole numbers, which knows neither rows nor calendars."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

Span = tuple[int, int | None]
"""`[first, second)`; a second of None is without an end."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """The stretches of one kind, as they are seen from a row, with the `most` of them that counts."""

    spans: tuple[Span, ...]
    most: int | None


def outside(kinds: Iterable[Stretch], since: int, amount: int, until: int | None, now: int) -> int | None:
    """The earliest place of which `amount` from `since` on lies outside of the stretches; None while one that begins before it lasts."""
    place = since + amount
    for began, ended in counting(kinds, since, until, now):
        if began >= place:
            break
        if ended is None:
            return None
        place += ended - began
    return place


def inside(kinds: Iterable[Stretch], since: int, until: int) -> int:
    """How much of `[since, until)` lies inside one of the stretches."""
    spans = counting(kinds, since, until, until)
    return sum(ended - began for began, ended in spans if ended is not None)


def counting(kinds: Iterable[Stretch], since: int, until: int | None, now: int) -> list[Span]:
    """The parts of the stretches that count, in order and disjoint; one that lasts is without an end."""
    kept: list[Span] = []
    for kind in kinds:
        spans = _merged(_cut(kind.spans, since, until))
        kept += spans if kind.most is None else _up_to(spans, kind.most, now)
    return _merged(kept)


def _cut(spans: Iterable[Span], since: int, until: int | None) -> list[Span]:
    cut: list[Span] = []
    for began, ended in spans:
        end = until if ended is None else ended if until is None else min(ended, until)
        if end is None or max(began, since) < end:
            cut.append((max(began, since), end))
    return cut


def _merged(spans: Iterable[Span]) -> list[Span]:
    """Ascending and disjoint, with those that touch made one."""
    merged: list[Span] = []
    for began, ended in sorted(spans, key=lambda span: span[0]):
        if not merged:
            merged.append((began, ended))
            continue
        first, last = merged[-1]
        if last is None:
            break
        if began <= last:
            merged[-1] = first, None if ended is None else max(last, ended)
        else:
            merged.append((began, ended))
    return merged


def _up_to(spans: Iterable[Span], most: int, now: int) -> list[Span]:
    """The first `most` of the spans; one without an end has not used that up before `now` has come so far."""
    kept: list[Span] = []
    left = most
    for began, ended in spans:
        if ended is None and now - began < left:
            kept.append((began, None))
            break
        end = began + left if ended is None else min(ended, began + left)
        if began < end:
            kept.append((began, end))
        left -= end - began
    return kept
