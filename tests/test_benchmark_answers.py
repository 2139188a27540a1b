"""The benchmark compares like with like: the hand-written SQL, which shares nothing with us, gives the same answers."""

from __future__ import annotations

from pathlib import Path

import duckdb

from benchmarks import by_hand, turns
from benchmarks.answers import differences, judged
from benchmarks.data import make
from benchmarks.scale import HERE, now


def test_the_hand_written_sql_agrees(tmp_path: Path) -> None:
    files = make(tmp_path, 3_000)
    with duckdb.connect() as con:
        by_hand.prepare(con)
        expected = by_hand.run(con, *files, now())
    assert len(expected["breaches"]) > 500, "a comparison of nothing proves nothing"
    assert differences(judged(HERE / "handoff.sla", *files, now(), "1GB"), expected) == []


def test_the_hand_written_sql_of_turns_agrees(tmp_path: Path) -> None:
    files = turns.data(tmp_path, 1_000)
    expected = turns.by_hand(files)
    assert min(sum(kind == said for said, *_ in expected) for kind in ("month", "late", "at 75%")) >= 11
    assert turns.ours(files) == expected
