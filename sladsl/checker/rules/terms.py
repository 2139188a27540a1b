"""The term of an agreement: the periods it cuts, and the reviews it should have seen."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from sladsl import model as m
from sladsl.calendars import PeriodKind, day_number, is_zone
from sladsl.checker.rules.report import diagnostic
from sladsl.checker.rules.words import listed
from sladsl.diagnostics import Diagnostic, Label


def check_terms(model: m.Model) -> Iterator[Diagnostic]:
    """Volumes of periods that the term cuts are not judged: one warning for each length of period."""
    agreement = model.agreement
    if agreement is None or agreement.first is None or not is_zone(agreement.zone):
        return
    if agreement.last is not None and agreement.last < agreement.first:
        return  # the term itself is wrong, which is said where it is read
    volumes: dict[PeriodKind, list[m.Commitment]] = {kind: [] for kind in PeriodKind}
    for commitment in model.commitments:
        if _is_volume(model, commitment):
            volumes[commitment.period].append(commitment)
    for kind, of_kind in volumes.items():
        if of_kind:
            yield from _cut(agreement, kind, of_kind)


def _is_volume(model: m.Model, commitment: m.Commitment) -> bool:
    kpi = model.kpis.get(commitment.kpi)
    return kpi is not None and kpi.is_volume


def _cut(agreement: m.Agreement, kind: PeriodKind, volumes: list[m.Commitment]) -> Iterator[Diagnostic]:
    assert agreement.first is not None
    periods = agreement.periods
    first, last = day_number(agreement.first), None if agreement.last is None else day_number(agreement.last)
    opening = periods.index_of_day(kind, first)
    cut = [opening] if periods.first_day(kind, opening) != first else []
    whole = True
    if last is not None:
        closing = periods.index_of_day(kind, last)
        if periods.first_day(kind, closing + 1) != last + 1 and closing not in cut:
            cut.append(closing)
        whole = closing - opening + 1 > len(cut)
    if not cut:
        return
    names = list(dict.fromkeys(f"`{c.kpi}`" for c in volumes))
    shown = listed([periods.label(kind, index) for index in cut])
    judged = "is" if len(names) == 1 else "are"
    never = "" if whole else f": no {kind} is whole, so no verdict is ever given"
    runs = f"{agreement.first} to {agreement.last}" if agreement.last else f"from {agreement.first}"
    yield diagnostic(
        "SLA524",
        f"the term ({runs}) cuts {shown}, for which {listed(names)} {judged} not judged{never}",
        agreement.effective_span or agreement.origin.name_span,
        agreement.origin.file,
        labels=[
            Label(
                c.period_span or c.origin.name_span,
                f"judged only for whole {kind}s",
                _elsewhere(agreement, c),
            )
            for c in volumes
        ],
        help=f"begin and end the term with a {kind}, or accept that a part of one has no volume to hold against its target",
    )


def _elsewhere(agreement: m.Agreement, commitment: m.Commitment) -> str | None:
    file = commitment.origin.file
    return None if file == agreement.origin.file else file


def check_reviews(model: m.Model, as_of: dt.date) -> Iterator[Diagnostic]:
    """A review is overdue once a whole period has gone by without one; the term's first day counts as held."""
    agreement = model.agreement
    if agreement is None or agreement.review is None or not is_zone(agreement.zone):
        return
    held = [day for day in agreement.reviewed if day <= as_of]
    since = max(held, default=agreement.first)
    if since is None or since > as_of:
        return
    until = min(as_of, agreement.last + dt.timedelta(days=1)) if agreement.last else as_of
    kind, periods = agreement.review.cadence, agreement.periods
    missing = range(
        periods.index_of_day(kind, day_number(since)) + 1, periods.index_of_day(kind, day_number(until))
    )
    if not missing:
        return
    by = f" by {agreement.review.by}" if agreement.review.by else ""
    last = (
        f"the last one was on {max(held)}" if held else f"none is recorded since {since}, when the term began"
    )
    many = "the review" if len(missing) == 1 else f"{len(missing)} reviews"
    verb = "is" if len(missing) == 1 else "are"
    message = f"{many}{by} {verb} overdue: {last}"
    yield diagnostic(
        "SLA525",
        message,
        agreement.review_span or agreement.origin.name_span,
        agreement.origin.file,
        help="hold it, and record it: `reviewed` and its date",
    )
