"""A smaller case that still differs: one data set of many, then without each row, then without each declaration."""

from __future__ import annotations

from dataclasses import dataclass, replace

from proofs.agreements import Agreement, without_errors
from proofs.cases import told
from proofs.histories import History, of_worlds
from sladsl.compiler import compile_text
from sladsl.plan import Plan


@dataclass
class Reducer:
    """Tries to do without one thing after another, as long as `tries` last: each costs an evaluation."""

    tries: int = 120

    def differs(self, plan: Plan, h: History) -> bool:
        self.tries -= 1
        return self.tries >= 0 and bool(told(plan, h))

    def reduced(self, a: Agreement, h: History) -> tuple[Agreement, History]:
        """An agreement and rows that differ too, and are no larger."""
        h = self._worlds(a, h)
        a = self._declarations(a, h)
        return a, self._rows(a, h)

    def _worlds(self, a: Agreement, h: History) -> History:
        while len(h.worlds) > 1:
            middle = len(h.worlds) // 2
            halves = [h.worlds[:middle], h.worlds[middle:]]
            smaller_histories = [
                replace(h, rows=of_worlds(h.rows, set(half)), worlds=half) for half in halves
            ]
            smaller = next((x for x in smaller_histories if self.differs(a.plan, x)), None)
            if smaller is None:
                return h
            h = smaller
        return h

    def _declarations(self, a: Agreement, h: History) -> Agreement:
        for piece in reversed(_pieces(a.text)):
            if piece.startswith(("agreement", "record")):
                continue
            text = "\n".join(without_errors([f"{x}\n" for x in _pieces(a.text) if x != piece]))
            plan = compile_text(text).plan
            if plan is not None and self.differs(plan, h):
                a = replace(a, text=text, plan=plan)
        return a

    def _rows(self, a: Agreement, h: History) -> History:
        for record in h.rows:
            for row in list(h.rows[record]):
                rows = {**h.rows, record: [r for r in h.rows[record] if r is not row]}
                if self.differs(a.plan, replace(h, rows=rows)):
                    h = replace(h, rows=rows)
        return h


def _pieces(text: str) -> list[str]:
    """The declarations of an agreement, which have empty lines between them."""
    return [x.strip("\n") for x in text.split("\n\n") if x.strip()]
