"""A case of the proof: an agreement and the data sets it is tried on, made from a seed alone; and a case written to a folder."""

from __future__ import annotations

from collections.abc import Iterator
from csv import writer
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

from proofs.agreements import Agreement, agreement
from proofs.compare import differences
from proofs.histories import History, history
from sladsl.calendars import day_date, iso
from sladsl.engines.tables.queries import answering
from sladsl.plan import FieldType, Plan, Record

TOGETHER = 100
"""Data sets that are evaluated in one go: an agreement costs seconds to compile, and next to nothing a row."""


@dataclass(frozen=True, slots=True)
class Case:
    """One agreement, `histories` of it, and how to make it again."""

    seed: str
    agreement: Agreement
    histories: tuple[History, ...]

    @property
    def pairs(self) -> int:
        """How many data sets the agreement is tried on."""
        return sum(len(h.worlds) for h in self.histories)


def case(seed: str, together: int = TOGETHER, evaluations: int = 1) -> Case:
    """The case of a seed: many data sets in one evaluation, and often one by itself, whose tables may be empty or have a single row; then
    so many again in each further evaluation, as of another moment."""
    chance = Random(seed)
    made = agreement(chance)
    sizes = ((together, 1) if chance.random() < 0.4 else (together,)) + (together,) * (evaluations - 1)
    histories = tuple(history(chance, made.plan, made.place, worlds) for worlds in sizes)
    return Case(seed, made, histories)


def told(plan: Plan, h: History, database: str | None = None) -> list[str]:
    """How the engines differ on a history. An engine that cannot evaluate what it must differs, too."""
    try:
        return differences(plan, h.rows, h.as_of, database)
    except Exception as error:
        return [f"an engine gave up: {type(error).__name__}: {error}"]


def faults(c: Case, database: str | None = None) -> Iterator[tuple[History, list[str]]]:
    """The histories of a case on which the engines differ, and how; `database` is where the set engine works, else DuckDB.

    Statements that one evaluation wrote are used again by the next, as those of a run that was made before are."""
    answers: dict[str, Any] = {}
    for h in c.histories:
        with answering(answers):
            differences = told(c.agreement.plan, h, database)
        if differences:
            yield h, differences


# ------------------------------------------------------------------------------------------------------------ written


def write(folder: Path, text: str, plan: Plan, h: History, differences: list[str], seed: str) -> None:
    """The agreement, a CSV file a record, and what differs with the command that evaluates it."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "agreement.sla").write_text(text, encoding="utf-8", newline="\n")
    for record in plan.given:
        with (folder / f"{record.name}.csv").open("w", encoding="utf-8", newline="") as file:
            out = writer(file)
            names = [f.name for f in record.fields]
            out.writerow(names)
            out.writerows([_shown(record, name, row[name]) for name in names] for row in h.rows[record.name])
    data = " ".join(f"--data {r.name}={r.name}.csv" for r in plan.given)
    command = f"sla run agreement.sla {data} --as-of {iso(h.as_of)}"
    (folder / "differs.txt").write_text(
        "\n".join([f"seed {seed}", command, "", *differences, ""]), encoding="utf-8"
    )


def _shown(record: Record, name: str, value: Any) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case int():
            kind = record.field(name).type
            if kind is FieldType.DURATION:
                seconds, micro = divmod(abs(value), 1_000_000)
                return f"{'-' if value < 0 else ''}PT{seconds}.{micro:06d}S"
            return iso(value) if kind is FieldType.TIME else day_date(value).isoformat()
        case _:
            return str(value)
