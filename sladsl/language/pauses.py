"""`pause during waiting at most 16 business hours`, `pause during hold from put_on_hold to resumed`: stretches, of a spell or of
any rows with two times, in which a deadline's clock stands still."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sladsl import model as m
from sladsl import types as t
from sladsl.calendars import Duration, DurationKind, describe
from sladsl.checker import budgets, records, references, targets
from sladsl.checker.rules.report import diagnostic, remove
from sladsl.checker.scope import Scope
from sladsl.checker.suggest import a, listed
from sladsl.checker.targets import FigureKind
from sladsl.clauses import CommitmentClause, CommitmentKind
from sladsl.diagnostics import Diagnostic, Edit, Fix, Label, Safety
from sladsl.plan import Commitment
from sladsl.plan.made import BEGAN, ENDED
from sladsl.source import Span
from sladsl.syntax import ast
from sladsl.wording import names
from sladsl.wording.names import spoken

_PLAIN = {DurationKind.ABSOLUTE, DurationKind.LOCAL}


def _said(p: m.Pause) -> str:
    """What the pauses may take: `, for at most 16 business hours in all`."""
    told = [describe(x) for x in p.limits]
    if len(p.limits) == 2:
        counted = ("in open time" if x.is_business else "by the clock" for x in p.limits)
        told = [f"{x} where a deadline is counted {how}" for x, how in zip(told, counted, strict=True)]
    return f", for at most {' and '.join(told)} in all" if told else ""


@dataclass(frozen=True, slots=True)
class PauseDuring(CommitmentClause):
    pause: m.Pause
    limit_spans: tuple[Span, ...]
    span: Span

    def plan(self, made: Commitment) -> Commitment:
        """It is in the deadline already, which lowering makes of `pauses`."""
        return made

    def pauses(self) -> Iterator[m.Pause]:
        yield self.pause

    def said(self, c: m.Commitment, kpi: m.Kpi, model: m.Model) -> str:
        p = self.pause
        whose = "" if p.through is None else f" of its {names.field(model, p.through)}"
        during = f"each {spoken(p.record)}{whose}"
        if not p.is_spell:
            during += f", from its {spoken(p.began)} to its {spoken(p.ended)}"
        return f"The clock stands still during {during}{_said(p)}."

    def rules(self, c: m.Commitment, kpi: m.Kpi) -> Iterator[Diagnostic]:
        yield from self._of_a_field(c)
        yield from self._repeated(c)
        yield from self._in_other_hours(c)

    def _of_a_field(self, c: m.Commitment) -> Iterator[Diagnostic]:
        """A deadline that the row holds is an instant, and nothing says how long it was meant to be."""
        if not isinstance(c.target, m.Within):
            return
        held = next((x for x in c.target.choices if not isinstance(x.due, m.Budget)), None)
        if held is not None:
            assert not isinstance(held.due, m.Budget)
            yield diagnostic(
                "SLA711",
                f"`by {held.due.field}` cannot be paused: the deadline stands in the row, and a pause cannot move it",
                self.span,
                c.origin.file,
                labels=[Label(held.span, "this deadline")],
                help="promise a time that can stand still: `within 8 business hours`",
                fixes=[remove(self.span, "remove the pause")],
            )

    def _repeated(self, c: m.Commitment) -> Iterator[Diagnostic]:
        first = next(q for q in c.every(PauseDuring) if q._stretches == self._stretches)
        if first is not self:
            labels = [Label(first.span, "the same stretches")]
            message, help = f"`{self.pause.record}` pauses this clock twice", "keep one of the two"
            yield diagnostic("SLA715", message, self.span, c.origin.file, labels=labels, help=help)

    @property
    def _stretches(self) -> object:
        through = self.pause.through
        return (
            self.pause.record,
            self.pause.began,
            self.pause.ended,
            through and (through.record, through.field),
        )

    def _in_other_hours(self, c: m.Commitment) -> Iterator[Diagnostic]:
        """Pauses are counted as the deadline is, in open time or by the clock: each kind of deadline needs a limit of its own."""
        if not self.limit_spans or not isinstance(c.target, m.Within):
            return
        dues = [(choice.span, choice.due) for choice in c.target.choices]
        counted = {
            due.duration.kind not in _PLAIN: span for span, due in reversed(dues) if isinstance(due, m.Budget)
        }
        for business, span in reversed(counted.items()):
            if self.pause.limit(business) is None:
                yield self._of_another_kind(c, business, span, both=len(counted) == 2)
                return
        if counted and len(self.pause.limits) > len(counted):
            most = next(x for x in self.pause.limits if x.is_business not in counted)
            kind = "in open time" if most.is_business else "by the clock"
            yield diagnostic(
                "SLA714",
                f"`{describe(most)}` of pauses limits nothing: no deadline is counted {kind}",
                self.limit_spans[self.pause.limits.index(most)],
                c.origin.file,
                help="leave this one out",
            )

    def _of_another_kind(self, c: m.Commitment, business: bool, span: Span, both: bool) -> Diagnostic:
        """A deadline that is counted in what no limit is told in."""
        most = self.pause.limits[0]
        ran, wanted = ("in open time", "business hours") if business else ("by the clock", "hours")
        reason, advice = (
            f"the deadline is counted {ran}",
            f"what a pause may take is counted as the deadline is: `at most 16 {wanted}`",
        )
        if both:
            reason = "one deadline is counted by the clock, and another in open time"
            advice = f"say what pauses may take of each: `at most {describe(most)}, … {wanted}`"
        return diagnostic(
            "SLA714",
            f"`{describe(most)}` of pauses cannot be told here: {reason}",
            self.limit_spans[0],
            c.origin.file,
            labels=[Label(span, f"counted {ran}")],
            help=advice,
        )


def _check(scope: Scope, kpi: m.Kpi, node: ast.Clause) -> PauseDuring | None:
    path, began, ended, _, *written = node.parts
    owner, name = _parts(path)
    figure = targets.figure_of(kpi.measure)
    if figure is not FigureKind.CLOCK:
        scope.report(
            "SLA710",
            node.span,
            f"only the clock of a deadline can stand still, and `{kpi.name}` is {figure.value}",
            labels=(scope.label_in(kpi.origin, "declared here"),),
            help="a pause belongs below a `time from … to …` KPI that is promised `within …`",
        )
        return None
    record = records.find_record(scope.ctx, scope.source, name, "a record whose rows have two times")
    limits = _limits(scope, [x for x in written if x is not None])
    if record is None:
        return None
    through, shared = None, None
    if owner is None:
        shared, through = _found(scope, kpi, record, name)
    elif (through := _through(scope.of(kpi.record), owner)) is not None:
        shared = _named(scope, record, through, name)
    first: str | None
    last: str | None
    if began is None and record.spell is not None:
        first, last = BEGAN, ENDED
    elif began is None:
        if scope.ctx.is_spell(record.name):
            return None  # what it is made of was reported
        scope.report(
            "SLA713",
            name.span,
            f"nothing says from when to when {a(record.name)} lasts",
            label="expected `from … to …` after it",
            help=f"name its two times: `pause during {record.name} from {_example(record)}`; or declare a `spell`, which has them",
        )
        return None
    else:
        first, last = (_time(scope, record, x) for x in (began, ended))
    if shared is None or first is None or last is None or limits is None:
        return None
    pause = m.Pause(record.name, shared, first, last, limits, node.span, record.spell is not None, through)
    return PauseDuring(pause, tuple(x.span for x in written if x is not None), node.span)


def _parts(path: ast.Reference) -> tuple[ast.Reference | None, ast.Name]:
    """Of `owner.team.away` what leads to the row, `owner.team`, and what is of it, `away`."""
    if path.record is None:
        return None, path.name
    first, *rest = (path.record, path.name, *path.steps)
    last = rest.pop()
    span = Span(path.span.start, (rest[-1] if rest else first).span.end)
    if not rest:
        return ast.Reference(first, None, span), last
    return ast.Reference(rest[0], first, span, tuple(rest[1:])), last


def _through(scope: Scope, owner: ast.Reference) -> m.AnyField | None:
    """The field that names the row whose stretches pause the clock; None where it names none, which is reported."""
    field = references.value(scope, owner)
    if isinstance(field, m.Invalid) or isinstance(field.type, t.Unknown):
        return None
    if isinstance(field, m.FieldUse | m.PathUse) and isinstance(field.type, t.Text) and field.type.key_of:
        return field
    scope.report(
        "SLA712",
        owner.span,
        f"`{scope.words(owner.span)}` names no row that could pause a clock",
        label="expected a field that holds the key of another record",
        help="declare such a field as `owner  key of rep`",
    )
    return None


def _named(scope: Scope, record: m.Record, through: m.AnyField, name: ast.Name) -> str | None:
    """The record of the row that a field names, where the pauses are that row's; None where they are not, which is reported."""
    named = through.type.key_of if isinstance(through.type, t.Text) else ""
    if scope.ctx.is_within(record.name, named):
        return named
    if scope.ctx.is_whole(record.name):
        scope.report(
            "SLA712",
            name.span,
            f"a row of `{named}` has no `{record.name}` that could pause a clock",
            labels=(scope.label_in(record.origin, "declared here"),),
            help=f"say what {a(record.name)} belongs to: `{'spell' if record.spell else 'record'} {record.name} of {named}:`",
        )
    return None


def _example(record: m.Record) -> str:
    times = [f.name for f in record.fields.values() if isinstance(f.type, t.Time)]
    return " to ".join(times[:2]) if len(times) >= 2 else "began to ended"


def _found(
    scope: Scope, kpi: m.Kpi, record: m.Record, name: ast.Name
) -> tuple[str | None, m.AnyField | None]:
    """The record of the row that a row of the KPI and a pause both are, or belong to, or that the row's one field names of which the pauses
    are, with that field; None where there is none, or where several name one, which is reported."""
    lineage = scope.ctx.lineage(kpi.record)
    shared = next((r.name for r in scope.ctx.lineage(record.name) if r in lineage), None)
    if shared is not None:
        return shared, None
    naming = [
        m.FieldUse(r.name, f.name, f.type, name.span)
        for r in lineage
        for f in r.fields.values()
        if isinstance(f.type, t.Text) and f.type.key_of and scope.ctx.is_within(record.name, f.type.key_of)
    ]
    if len(naming) == 1:
        return _named(scope, record, naming[0], name), naming[0]
    if scope.ctx.is_whole(record.name) and scope.ctx.is_whole(kpi.record):
        _report_whose(scope, kpi, record, name, [x.field for x in naming])
    return None, None


def _report_whose(scope: Scope, kpi: m.Kpi, record: m.Record, name: ast.Name, naming: list[str]) -> None:
    paths = [f"{x}.{name.text}" for x in naming]
    if paths:
        message = f"a row of `{kpi.record}` names several rows that have `{record.name}`"
        help = f"say whose they are: {listed([f'`{x}`' for x in paths], 'or')}"
    else:
        message = f"a row of `{kpi.record}` has no `{record.name}` that could pause its clock"
        top = scope.ctx.lineage(kpi.record)[-1].name
        help = f"say what {a(record.name)} belongs to: `record {record.name} of {top}:`"
    scope.report(
        "SLA712",
        name.span,
        message,
        labels=(
            scope.label_in(record.origin, "declared here"),
            scope.label_in(kpi.origin, f"about rows of `{kpi.record}`"),
        ),
        help=help,
        fixes=tuple(Fix(f"write `{x}`", (Edit(name.span, x),), Safety.NEEDS_A_LOOK) for x in paths),
    )


def _time(scope: Scope, record: m.Record, name: ast.Name) -> str | None:
    field = records.find_field(scope.ctx, scope.source, name, record)
    if field is None:
        return None
    if isinstance(field.type, t.Time):
        return field.name
    scope.report(
        "SLA713",
        name.span,
        f"`{field.name}` is {field.type}, and a pause lasts from one `time` to another",
        label="expected a `time` field",
        labels=(
            Label(
                field.span,
                "declared here",
                None if record.origin.file == scope.source.name else record.origin.file,
            ),
        ),
        help="a whole day has no hours at which a clock could stop: give the data the times",
    )
    return None


def _limits(scope: Scope, written: list[ast.Duration]) -> tuple[Duration, ...] | None:
    """What pauses may take, at most one in hours and one in business hours; None where one is wrong, which is reported."""
    limits = tuple(x for x in (_limit(scope, each) for each in written) if x is not None)
    if len(limits) < len(written):
        return None
    if len(limits) == 2 and limits[0].is_business is limits[1].is_business:
        kind = "business hours" if limits[0].is_business else "hours"
        scope.report(
            "SLA714",
            written[1].span,
            f"what pauses may take is told twice in {kind}",
            help="one is for deadlines in open time, and one for those by the clock: `at most 16 business hours, 48 hours`",
        )
        return None
    return limits


def _limit(scope: Scope, written: ast.Duration) -> Duration | None:
    if written.unit not in {"second", "minute", "hour"}:
        unit = "business hours" if written.business else "hours"
        scope.report(
            "SLA714",
            written.span,
            f"what pauses may take is told in hours, and `{scope.words(written.span)}` is not",
            label="some days are longer than others",
            help=f"say how many hours: `at most 16 {unit}`",
        )
        return None
    most = budgets.duration(scope, written)
    if most is not None and most.amount == 0:
        scope.report(
            "SLA714", written.span, "a pause of no time at all pauses nothing", help="leave the pause out"
        )
        return None
    return most


KIND = CommitmentKind(
    rule="pause",
    words="pause during",
    clause=PauseDuring,
    check=_check,
    once=False,
    help={
        "pause during": "the clock stands still during such spells, or from one time of such rows to another",
        "paused": "open, while its clock stands still",
    },
)
