"""The policies of this folder, and what a right agreement for each must give."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from pathlib import Path
from typing import Any

from sladsl.verdicts import Verdict

FOLDER = Path(__file__).parent
_UNITS = {"d": 86_400, "h": 3_600, "min": 60, "s": 1}
_LENGTH = re.compile(r"(?:\d+ (?:d|h|min|s)\b ?)+")
_SHARE = re.compile(r"(\d+) of (\d+)")
WARNED = " warned"
NOT_JUDGED = "not judged"


class WrongOutcome(ValueError):
    """An `outcomes.toml` that cannot be read as one."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A figure in one period. `verdict` is None of what is measured and not owed. `figure` is a share as (met, all), a number, or a length
    of time in seconds; None where there is none."""

    verdict: str | None
    figure: tuple[int, int] | Fraction | None
    warned: bool = False

    def __str__(self) -> str:
        parts = [self.verdict or "", _shown(self.figure), WARNED.strip() if self.warned else ""]
        return " ".join(part for part in parts if part)


@dataclass(frozen=True, slots=True)
class Expected:
    """One commitment, or (`kpi NAME`) a KPI that is only measured. `late` are the keys of the rows past their deadlines, None where the
    policy has none."""

    name: str
    periods: Mapping[str, Cell]
    late: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class Outcomes:
    """What any right agreement gives as of `as_of`. `actions` are `VERB TO: ROW`, or `VERB TO: PERIOD`; `routes` how many rows go where."""

    as_of: str
    zone: str
    figures: tuple[Expected, ...]
    actions: frozenset[str]
    routes: Mapping[str, int]


@dataclass(frozen=True)
class Policy:
    """A folder of the gallery."""

    folder: Path

    @property
    def name(self) -> str:
        return self.folder.name

    @property
    def text(self) -> str:
        return (self.folder / "policy.md").read_text(encoding="utf-8")

    @property
    def title(self) -> str:
        return self.text.partition("\n")[0].removeprefix("# ")

    @property
    def kind(self) -> str:
        """After which kind of public policy it is: the second line of its text."""
        return self.text.split("\n")[2].strip("*")

    @property
    def reference(self) -> Path:
        return self.folder / "reference.sla"

    @cached_property
    def outcomes(self) -> Outcomes:
        return read_outcomes((self.folder / "outcomes.toml").read_text(encoding="utf-8"))

    def wrong(self) -> str:
        """The reference with the edit of `wrong.diff`: each `- old` stands in it once, and becomes the `+ new` below."""
        text = self.reference.read_text(encoding="utf-8")
        edit = (self.folder / "wrong.diff").read_text(encoding="utf-8")
        for old, new in re.findall(r"^- (.+)\n\+ ?(.*)$", edit, re.MULTILINE):
            if text.count(old) != 1:
                raise WrongOutcome(f"`{old}` stands {text.count(old)} times in {self.name}/reference.sla")
            text = text.replace(old, new)
        return text


def policies() -> list[Policy]:
    """All of them, by name."""
    return [Policy(each.parent) for each in sorted(FOLDER.glob("*/policy.md"))]


def read_outcomes(text: str) -> Outcomes:
    """An `outcomes.toml`. `WrongOutcome` for one that says something else than outcomes."""
    said: dict[str, Any] = tomllib.loads(text)
    figures = [
        _expected(name, told) for name, told in said.items() if isinstance(told, dict) and name != "routes"
    ]
    return Outcomes(
        said["as_of"],
        said["zone"],
        tuple(figures),
        frozenset(said.get("actions", ())),
        said.get("routes", {}),
    )


def _expected(name: str, said: Mapping[str, Any]) -> Expected:
    late = frozenset(said["late"]) if "late" in said else None
    return Expected(name, {period: cell(told) for period, told in said.items() if period != "late"}, late)


def cell(said: str) -> Cell:
    """`missed 3 of 5`, `met 120 warned`, `missed 1 h 30 min`, `no data`, or without a verdict `12`."""
    words = said.removesuffix(WARNED)
    known = [str(each) for each in Verdict] + [NOT_JUDGED]
    verdict = next((each for each in known if words == each or words.startswith(f"{each} ")), None)
    rest = words.removeprefix(verdict or "").strip()
    return Cell(verdict, _figure(rest) if rest else None, said.endswith(WARNED))


def _figure(said: str) -> tuple[int, int] | Fraction:
    if share := _SHARE.fullmatch(said):
        return int(share[1]), int(share[2])
    if _LENGTH.fullmatch(said):
        return Fraction(sum(int(n) * _UNITS[unit] for n, unit in re.findall(r"(\d+) (\w+)", said)))
    try:
        return Fraction(said)
    except ValueError:
        raise WrongOutcome(
            f"`{said}` is no figure: expected one such as `3 of 5`, `120` or `1 h 30 min`"
        ) from None


def _shown(figure: tuple[int, int] | Fraction | None) -> str:
    match figure:
        case None:
            return ""
        case (met, every):
            return f"{met} of {every}"
        case _:
            return str(figure) if figure.denominator == 1 else f"{float(figure):.6g}"
