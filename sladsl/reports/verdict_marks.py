"""How a verdict looks wherever it is shown, in one table; one that is not in it has no sign and no colour of its own."""

from __future__ import annotations

from dataclasses import dataclass

from sladsl.reports.terminal import Style
from sladsl.verdicts import Verdict


@dataclass(frozen=True, slots=True)
class Mark:
    """`style` is for a terminal, `sign` for a chat. Colours: `shared` is read on white and on black alike, `sheet` on the white of a
    workbook, `day` and `night` on a page that is light or dark."""

    style: Style
    sign: str
    shared: str
    sheet: str
    day: str
    night: str


MARKS = {
    Verdict.MET: Mark(Style.GOOD, "✅", "#2e9e5b", "#1b7f3b", "#1b7f3b", "#6ddc95"),
    Verdict.MISSED: Mark(Style.ERROR, "❌", "#d9534f", "#b3261e", "#b3261e", "#ff8a80"),
    Verdict.PROVISIONAL: Mark(Style.WARNING, "⏳", "#b8860b", "#8a6100", "#7a5600", "#f0c060"),
}


def mark(verdict: Verdict | None) -> Mark | None:
    return None if verdict is None else MARKS.get(verdict)
