"""The strictest of the values that would have been met so often: `met in 11 of 12`.

Which way is stricter is told by the form of the constant: a target of `at least` is stricter the higher it is, a deadline the shorter it
is. Of a constant that says something else nobody knows, and nothing is suggested; nor where a stricter value was met in a period in which
one that is less strict was not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from enum import StrEnum
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from sladsl.backtesting.variation import Variation, in_order
from sladsl.compiler import Compilation
from sladsl.nouns import joined
from sladsl.runner import RunError
from sladsl.source import Span
from sladsl.syntax import ast
from sladsl.syntax.parser import parse
from sladsl.verdicts import Verdict

if TYPE_CHECKING:
    from sladsl.backtesting import Backtest

_WISH = re.compile(r"(?:(?P<commitment>\S.*?)\s+)?met\s+in\s+(?P<least>\d+)(?:\s+of\s+(?P<periods>\d+))?")


class Stricter(StrEnum):
    """Which of two values of a constant asks for more."""

    HIGHER = "higher"
    LOWER = "lower"


@dataclass(frozen=True, slots=True)
class Wish:
    """`sales.response_time met in 11 of 12`: of the last `periods` that are final (None: of all of them) at least so many are met."""

    least: int
    periods: int | None
    commitment: str | None

    @property
    def words(self) -> str:
        return f"met in {self.least}{'' if self.periods is None else f' of {self.periods}'}"


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What is suggested for one commitment. `periods` are those that are looked at, final with every value; `met` how many of them each
    value met. `value` is the strictest of those that met enough of them, None where there is none or nothing can be suggested, and
    `reason` says why not. `stricter` is None where the constant does not say which way that is."""

    wish: Wish
    commitment: str
    periods: tuple[str, ...]
    met: Mapping[str, int]
    stricter: Stricter | None
    value: str | None
    reason: str = ""

    @property
    def enough(self) -> tuple[str, ...]:
        """The values that met enough of them."""
        return tuple(x for x, met in self.met.items() if met >= self.wish.least)


def wish(text: str) -> Wish:
    """What a text wishes for; `RunError` for one that wishes for nothing."""
    said = _WISH.fullmatch(text.strip())
    if said is None:
        raise RunError(
            f"`{text}` says nothing that could be suggested: write `met in 11 of 12`, or `sales.response_time met in 11 of 12`"
        )
    periods = None if said["periods"] is None else int(said["periods"])
    least = int(said["least"])
    if periods is not None and not 0 < least <= periods:
        raise RunError(f"`{text}` cannot be: of {periods} periods between 1 and {periods} are met")
    return Wish(least, periods, said["commitment"])


def suggested(backtest: Backtest, wished: Wish) -> Suggestion:
    """What is suggested; `RunError` where several constants vary, or where it is not said of which commitment it is."""
    if len(backtest.variations) != 1:
        raise RunError("`--suggest` is about one constant: vary one of them")
    (varies,) = backtest.variations
    id = _commitment(backtest, wished)
    periods, met = _met(backtest, id, wished)
    counts = {value: len(labels) for value, labels in met.items()}
    stricter = direction(backtest.compilation, varies).get(id)
    made = Suggestion(wished, id, periods, counts, stricter, None)
    if stricter is None:
        return _without(
            made, f"which way `{varies.constant.address}` is stricter cannot be told from what it says"
        )
    ordered = in_order(tuple(met), varies.constant)
    if ordered is None:
        return _without(made, "its values are in units of which nobody can say which is longer")
    strict = ordered if stricter is Stricter.LOWER else ordered[::-1]
    for tighter, looser in pairwise(strict):
        odd = [x for x in periods if x in met[tighter] and x not in met[looser]]
        if odd:
            said = f"{joined(odd)} would have been met with {tighter}, and not with {looser}: stricter is not always harder here"
            return _without(made, said)
    value = next((x for x in strict if counts[x] >= wished.least), None)
    if value is None:
        return _without(made, f"none of the values was {wished.words}")
    return Suggestion(wished, id, periods, counts, stricter, value)


def _without(made: Suggestion, reason: str) -> Suggestion:
    return Suggestion(made.wish, made.commitment, made.periods, made.met, made.stricter, None, reason)


def _commitment(backtest: Backtest, wished: Wish) -> str:
    ids = [h.result.commitment.id for h in backtest.now.held]
    wholes = [x.result.commitment for x in backtest.now.held if x.result.commitment.group is None]
    if wished.commitment is not None:
        named = [x for x in ids if wished.commitment in {x, x.partition(".")[2]}]
        if len(named) != 1:
            raise RunError(
                f"there is no commitment `{wished.commitment}`: there are {joined(f'`{x}`' for x in ids)}"
            )
        return named[0]
    affected = [c.id for c in wholes if c.id in backtest.affected] or [c.id for c in wholes]
    if len(affected) != 1:
        told = joined(f"`{x} {wished.words}`" for x in affected) if affected else "there is none"
        raise RunError(f"say of which commitment something is to be suggested: {told}")
    return affected[0]


def _met(backtest: Backtest, id: str, wished: Wish) -> tuple[tuple[str, ...], dict[str, set[str]]]:
    """The periods that are looked at, and by value those of them that were met."""
    verdicts = {}
    for p in backtest.points:
        held = p.of(id)
        final = () if held is None else held.final
        verdicts[p.values[0]] = {j.measured.period.label: j.verdict for j in final}
    held = backtest.now.of(id)
    every = [] if held is None else [j.measured.period.label for j in held.result.periods]
    common = [x for x in every if all(x in v for v in verdicts.values())]
    least = wished.least if wished.periods is None else wished.periods
    if len(common) < least:
        raise RunError(
            f"`{wished.words}` cannot be told: only {len(common)} periods of `{id}` are met or missed for good with every value"
        )
    periods = tuple(common if wished.periods is None else common[-wished.periods :])
    met = {value: {x for x in periods if v[x] is Verdict.MET} for value, v in verdicts.items()}
    return periods, met


# ------------------------------------------------------------------------------------------------------ which way is stricter


def direction(compilation: Compilation, varies: Variation) -> dict[str, Stricter]:
    """By commitment, which way the constant is stricter for it, where it says so: in its target, or as a `let` that stands there and
    nowhere else."""
    constant = varies.constant
    if isinstance(constant.within[0], ast.Let):
        return _of_let(compilation, constant.owner)
    own = _of_path(constant.within)
    return {constant.owner: own} if own is not None else {}


def _of_let(compilation: Compilation, name: str) -> dict[str, Stricter]:
    uses = [u for u in compilation.model.uses if u.kind == "let" and u.name == name]
    ids = {(c.origin.file, c.origin.span): c.id for c in compilation.model.commitments}
    ways: dict[str, Stricter] = {}
    for use in uses:
        tree = parse(compilation.sources[use.file])[0]
        path = _path(tree, use.span)
        at = next((n for n, x in enumerate(path) if isinstance(x, ast.Commitment)), None)
        way = None if at is None else _of_path(path[at:])
        if at is None or way is None:
            return {}
        id = ids[use.file, path[at].span]
        if ways.setdefault(id, way) is not way:
            return {}
    return ways


def _path(node: Any, span: Span) -> tuple[Any, ...]:
    """The nodes around a place, the outermost first, down to the one that is just there."""
    around = (x for x in _parts(node) if x.span.start <= span.start and span.end <= x.span.end)
    part = next(around, None)
    return () if part is None else (part, *_path(part, span))


def _parts(node: Any) -> Iterator[Any]:
    """The nodes directly inside."""
    for part in node if isinstance(node, tuple) else [getattr(node, f.name) for f in fields(node)]:
        if isinstance(part, tuple):
            yield from _parts(part)
        elif is_dataclass(part) and not isinstance(part, Span):
            yield part


def _of_path(path: tuple[Any, ...]) -> Stricter | None:
    """Which way what stands at the end of a path is stricter; None where it is not what a commitment asks for."""
    match path:
        case (ast.Commitment(), *_, ast.Limit(op=op), _) if not _in_a_clause(path):
            return Stricter.HIGHER if op == "at least" else Stricter.LOWER
        case (ast.Commitment(), ast.Range(low=low), own):
            return Stricter.HIGHER if own is low else Stricter.LOWER
        case (ast.Commitment(), ast.Deadline(), ast.Share(), _):
            return Stricter.HIGHER
        case (ast.Commitment(), ast.Deadline(), ast.Choice(due=due), ast.Budget() as budget, _) if (
            due is budget
        ):
            return Stricter.LOWER
        case _:
            return None


def _in_a_clause(path: tuple[Any, ...]) -> bool:
    return any(isinstance(x, ast.Clause) for x in path)
