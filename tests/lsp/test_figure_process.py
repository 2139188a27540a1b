"""What is worked out in other processes is worked out one question after the other, however many agreements are open."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any, cast

import pytest

from sladsl.ide.lenses import Question
from sladsl_lsp import figure_process
from sladsl_lsp.figure_process import Elsewhere


class _Asked(Elsewhere):
    """Asks one question of each agreement, and notes who was told that it is answered."""

    def __init__(self) -> None:
        super().__init__()
        self.told: list[str] = []

    def question(self, session: Any, view: Any) -> Question:
        return Question(view.checked.name, {}, (), f"{view.checked.name} {view.version}")

    def asked(self, question: Question) -> dict[str, Any]:
        return {}

    def can_tell(self, session: Any) -> bool:
        return True

    def tell(self, ls: Any, name: str) -> None:
        self.told.append(name)


def _view(name: str, version: int) -> Any:
    return SimpleNamespace(checked=SimpleNamespace(name=name), version=version)


def test_eighty_agreements_are_worked_on_one_after_the_other(monkeypatch: pytest.MonkeyPatch) -> None:
    working: set[str] = set()
    most: list[int] = []

    async def worked_out(session: Any, asked: Question, what: dict[str, Any]) -> dict[str, Any]:
        working.add(asked.name)
        most.append(len(working))
        await asyncio.sleep(0)
        working.discard(asked.name)
        return {"of": asked.name}

    monkeypatch.setattr(figure_process, "_worked_out", worked_out)
    monkeypatch.setattr(figure_process, "_REST", 0)
    names = [f"{n}.sla" for n in range(80)]
    views = [_view(name, 1) for name in names]

    async def all_opened() -> tuple[_Asked, list[dict[str, Any]]]:
        elsewhere, nobody = _Asked(), cast(Any, None)
        for view in views:
            assert elsewhere.ask(nobody, nobody, view) == {}
        elsewhere._call_off("3.sla")  # what waits can be called off, and holds nobody up
        while len(elsewhere.told) < 79:
            await asyncio.sleep(0)
        return elsewhere, [elsewhere.known(nobody, view) for view in views]

    elsewhere, answers = asyncio.run(asyncio.wait_for(all_opened(), 10))
    assert max(most) == 1
    assert elsewhere.told == [name for name in names if name != "3.sla"]
    assert answers == [{"of": name} if name != "3.sla" else {} for name in names]


def test_of_earlier_texts_so_many_answers_are_kept_and_of_every_agreement_its_latest(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def worked_out(session: Any, asked: Question, what: dict[str, Any]) -> dict[str, Any]:
        return {"of": asked.key}

    monkeypatch.setattr(figure_process, "_worked_out", worked_out)
    monkeypatch.setattr(figure_process, "_REST", 0)
    monkeypatch.setattr(figure_process, "_MOST_ANSWERS", 4)

    async def edited() -> tuple[list[int], bool]:
        elsewhere, nobody = _Asked(), cast(Any, None)
        for name, version in [("a.sla", 1), *(("b.sla", version) for version in range(1, 11))]:
            told = len(elsewhere.told)
            elsewhere.ask(nobody, nobody, _view(name, version))
            while len(elsewhere.told) == told:
                await asyncio.sleep(0)
        kept = [n for n in range(1, 11) if elsewhere.known(nobody, _view("b.sla", n))]
        return kept, bool(elsewhere.known(nobody, _view("a.sla", 1)))

    assert asyncio.run(asyncio.wait_for(edited(), 10)) == ([6, 7, 8, 9, 10], True)
