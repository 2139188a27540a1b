"""Each action is given out once: beside a ledger, by several runs at once, and however a run ends."""

from __future__ import annotations

import json
import os
import pickle
import random
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import click
import postgres_server
import pytest
from receiver import Answer, Received, receiving

from sladsl.addresses import Address
from sladsl.cli.actions import give
from sladsl.data import DataError
from sladsl.data.ledger import opened
from sladsl.giving import Following, Giving, Seen
from sladsl.giving.posting import Posted, Receiver
from sladsl.reports.given import line

CHILD = Path(__file__).with_name("giving_process.py")


def following(number: int, commitment: str = "sales.answer", **other: object) -> Following:
    content = {
        "id": f"id{number}", "commitment": commitment, "cause": "late", "record": "lead", "key": f"L-{number // 2}",
        "period": None, "owner": None, "action": "notify", "to": "desk", "at": "2026-03-02T09:00:00Z", "agreement": "A",
    }  # fmt: skip
    return Following(f"id{number}", commitment, number, content | other)


def seen(
    numbers: Sequence[int],
    as_of: int = 1000,
    promised: str = "p",
    commitment: str = "sales.answer",
    **rows: int,
) -> Seen:
    """What a run found that saw these actions."""
    found = [following(n, commitment) for n in numbers]
    return Seen("A", as_of, promised, [commitment], found, {f"record `{x}`": n for x, n in rows.items()})


Run = Callable[..., list[dict[str, Any]]]


@pytest.fixture(params=["a file", "Postgres"])
def ledger(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "a file":
        return str(tmp_path / "a.db")
    url = postgres_server.url()
    return f"{url}#given.t{random.randrange(10**9)}"


@pytest.fixture
def run(ledger: str, capsys: pytest.CaptureFixture[str]) -> Run:
    def once(
        found: Seen, since: int | None = None, everything: bool = False, **how: Any
    ) -> list[dict[str, Any]]:
        capsys.readouterr()
        assert give([found], Address(ledger), since, everything, None, **how) == 0
        return [json.loads(text) for text in capsys.readouterr().out.splitlines()]

    return once


def said(given: Sequence[dict[str, Any]]) -> list[tuple[str, str, int]]:
    return [(x["id"], x["status"], x["round"]) for x in given]


def test_each_once_and_withdrawn_once(run: Run) -> None:
    assert said(run(seen([1, 2]), everything=True)) == [("id1", "follows", 1), ("id2", "follows", 1)]
    assert run(seen([1, 2])) == []
    assert said(run(seen([2, 3]))) == [("id1", "withdrawn", 1), ("id3", "follows", 1)]
    assert run(seen([2, 3])) == []
    assert said(run(seen([1, 2, 3]))) == [("id1", "follows", 2)]
    assert said(run(seen([2, 3]))) == [("id1", "withdrawn", 2)]
    # As of an earlier instant less is known, and nothing is gone by it.
    assert run(seen([2], as_of=500)) == []
    assert run(seen([2, 3])) == []


class Stopped(Exception):
    """A run that ends in the middle of it."""


class TakesAFew(Receiver):
    """Takes some of what it is given; that a further one may have been, too, nobody gets to write down."""

    few = 0

    def post(self, giving: Sequence[Giving], taken: Callable[[Giving], None]) -> Posted:
        for g in giving[: self.few]:
            taken(g)
        raise Stopped


@pytest.mark.parametrize("before", ["given", "pending"])
def test_what_may_have_been_withdrawn_and_follows_again(run: Run, ledger: str, before: str) -> None:
    """Whoever took the withdrawal has to hear that it follows again, and whoever did not, both."""

    def stopped(found: Seen, few: int) -> None:
        receiver = TakesAFew("http://h/", line)
        receiver.few = few
        with pytest.raises(Stopped):
            give([found], Address(ledger), None, True, receiver)

    stopped(seen([1]), 1 if before == "given" else 0)
    stopped(seen([]), 0)
    assert said(run(seen([1]), dry_run=True)) == [("id1", "withdrawn", 1), ("id1", "follows", 2)]
    stopped(seen([1]), 0)
    stopped(seen([1]), 1)
    # What may be on its way stays as it was.
    (again,) = run(replace(seen([1]), following=[following(1, owner="who has it later")]))
    assert (said([again]), again["owner"]) == ([("id1", "follows", 2)], None)
    assert run(seen([1])) == []
    stopped(seen([]), 0)
    assert said(run(seen([]))) == [("id1", "withdrawn", 2)]
    assert run(seen([])) == []


def test_somebody_decides_about_what_is_new_to_the_ledger(run: Run) -> None:
    def asked(found: Seen) -> str:
        with pytest.raises(click.ClickException) as error:
            run(found)
        assert "`--since 2026-11-01`" in error.value.message
        return error.value.message

    assert (
        "knows nothing of “A” yet, and 3 actions follow, the first since 1970-01-01T00:00:00.000001Z"
        in asked(seen([1, 2, 3]))
    )
    assert said(run(seen([1, 2, 3]), dry_run=True)) == [(f"id{n}", "follows", 1) for n in (1, 2, 3)]
    assert said(run(seen([1, 2, 3]), since=3)) == [("id3", "follows", 1)]
    assert run(seen([1, 2, 3])) == []
    assert (
        "does not know `sales.reply` of “A” (one that is renamed is a new one), and 2 actions follow"
        in asked(seen([4, 5], commitment="sales.reply"))
    )
    assert "“A” has no `sales.answer` any more, of which 1 was given out" in asked(
        seen([], commitment="sales.reply")
    )
    changed = seen([3, 7], promised="q")
    assert (
        "“A” was changed: of the time before the last run 1 action follows that did not, and of what follows no longer 0"
        in asked(changed)
    )
    assert said(run(changed, everything=True)) == [("id7", "follows", 1)]
    # What follows since later needs no decision, though the agreement was changed.
    later = seen([3, 7, 2000], as_of=3000, promised="r")
    assert said(run(later)) == [("id2000", "follows", 1)]
    # Of what the agreement has no longer, what is older than `since` is written down and not told.
    assert said(run(seen([], as_of=3000, promised="s"), since=7)) == [
        ("id7", "withdrawn", 1),
        ("id2000", "withdrawn", 1),
    ]


def test_data_that_did_not_come_whole(run: Run) -> None:
    def doubted(found: Seen) -> str:
        with pytest.raises(click.ClickException) as error:
            run(found)
        assert "Nothing was given out or withdrawn" in error.value.message
        return error.value.message.partition(".\n")[0]

    all_of_it = seen(range(100), lead=500, call=5, rep=0)
    assert len(run(all_of_it, everything=True)) == 100
    # Nothing follows any more; and fewer rows that answer make more follow.
    assert doubted(seen([], lead=0, call=5, rep=0)) == (
        "“A”: record `lead` has 0 rows, and had 500 at the last run; of 100 actions that were given out 100 would be withdrawn at once"
    )
    assert (
        doubted(seen(range(150), lead=449, call=5))
        == "“A”: record `lead` has 449 rows, and had 500 at the last run"
    )
    assert (
        doubted(seen(range(150), lead=500, call=0))
        == "“A”: record `call` has 0 rows, and had 5 at the last run"
    )
    assert (
        doubted(seen(range(89), lead=500))
        == "“A”: of 100 actions that were given out 11 would be withdrawn at once"
    )
    assert len(run(seen([], lead=0), dry_run=True)) == 100
    # That changed nothing: what is whole again is taken without a word, and so is what is missing a little.
    assert run(all_of_it) == []
    assert len(run(seen(range(90), lead=450, call=1))) == 10
    assert run(seen(range(90), lead=440, call=1, rep=7)) == []
    # As of an instant before that of the last run less is known, and nothing is gone; but what is missing still is.
    assert run(seen([], as_of=500, lead=420, call=1)) == []
    assert "record `call` has 0 rows" in doubted(seen(range(150), as_of=500, lead=440, call=0))
    assert {x["status"] for x in run(seen([1], lead=3, call=1), shrunk=True)} == {"withdrawn"}
    assert run(seen([1], lead=3, call=1)) == []


def test_what_is_decided_is_not_asked_twice(run: Run) -> None:
    """Of a commitment that was changed or is gone somebody has said already that its actions are."""
    run(seen(range(20)), everything=True)
    assert len(run(seen([], promised="q"), everything=True)) == 20


def test_the_first_run_that_finds_nothing_asks_nothing(run: Run, ledger: str) -> None:
    assert run(seen([]), dry_run=True) == []
    assert ledger.startswith("postgres") or not Path(ledger).exists()
    assert run(seen([])) == []
    assert said(run(seen([1]))) == [("id1", "follows", 1)]


def test_one_run_at_a_time(ledger: str) -> None:
    with (
        opened(Address(ledger), write=True),
        pytest.raises(DataError, match="another run gives actions out"),
        opened(Address(ledger), write=True, wait=0.2),
    ):
        pass


def test_two_runs_at_once_give_each_action_once(ledger: str) -> None:
    with receiving(lambda _: 200) as receiver:
        runs = [
            threading.Thread(
                target=give,
                args=([seen(range(40))], Address(ledger), None, True, Receiver(receiver.url, line)),
            )
            for _ in range(3)
        ]
        for each in runs:
            each.start()
        for each in runs:
            each.join()
    assert sorted(key for key, _ in receiver.asked) == sorted(f"id{n}" for n in range(40))


def test_a_file_that_is_no_ledger(tmp_path: Path) -> None:
    (tmp_path / "a.db").write_text("not a database, and longer than its head would be" * 40)
    with (
        pytest.raises(
            DataError, match=r"cannot be used as a ledger: file is not a database: name another file"
        ),
        opened(Address(str(tmp_path / "a.db")), write=True),
    ):
        pass
    with (
        pytest.raises(DataError, match="can hold no ledger"),
        opened(Address("mysql://ana:s3cr3t@h/d"), write=True),
    ):
        pass


# ------------------------------------------------------------------------------------------------------------ posting


def posted(receiver: Received, count: int, **how: Any) -> tuple[Posted, list[str]]:
    taken: list[str] = []
    found = [following(n) for n in range(count)]
    giving = [Giving(_entry(x), x.content) for x in found]
    to = Receiver(receiver.url, line, **({"first_wait": 0.01, "patience": 0.2} | how))
    return to.post(giving, lambda g: taken.append(g.key)), taken


def _entry(x: Following) -> Any:
    from sladsl.data.ledger import GIVEN, Entry

    return Entry(x.id, "A", x.commitment, GIVEN, 1, x.at, json.dumps(x.content))


@pytest.mark.parametrize(
    ("first", "times"),
    [
        (500, 3),
        ((429, "0"), 3),
        ((503, "Thu, 01 Jan 2026 00:00:00 GMT"), 3),
        ((429, "\u00b2"), 3),
        ("close", 3),
        ("close after", 2),
        ("nothing", 2),
    ],
)
def test_what_was_not_taken_is_posted_again(first: Answer, times: int) -> None:
    with receiving(lambda n: first if n < times else 202) as receiver:
        done, taken = posted(receiver, 6)
    assert done == Posted(6, 0, ())
    assert sorted(taken) == sorted({key for key, _ in receiver.taken}) == [f"id{n}" for n in range(6)]
    assert len(receiver.asked) == 6 + times
    assert len({json.dumps(x) for x in receiver.asked}) == 6


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (404, "it answers 404"),
        (302, "it answers 302, which leads elsewhere: post to where it leads"),
        ((429, "9999"), "it answers 429, and asks to wait for 9999 seconds"),
        (500, "it answers 500, 5 times"),
    ],
)
def test_a_receiver_that_takes_nothing_is_let_alone(answer: Answer, reason: str) -> None:
    with receiving(lambda _: answer) as receiver:
        done, taken = posted(receiver, 100, at_once=1)
    assert (done.taken, done.left, taken) == (0, 100, [])
    assert reason in done.reasons
    assert len(receiver.asked) in {3, 15}


def test_of_one_row_in_order_and_a_few_at_once() -> None:
    def slow(n: int) -> Answer:
        time.sleep(0.01)
        return 500 if n % 3 == 0 else 200

    with receiving(slow) as receiver:
        done, _ = posted(receiver, 40)
    assert done.left == 0
    assert 1 < receiver.at_once <= 4
    keys = [key for key, _ in receiver.taken]
    assert all(keys.index(f"id{n}") < keys.index(f"id{n + 1}") for n in range(0, 40, 2))


def test_nobody_is_there() -> None:
    with receiving(lambda _: 200) as receiver:
        pass
    done, _ = posted(receiver, 5)
    assert done.left == 5
    assert "it cannot be reached: connection refused, 5 times" in done.reasons


# -------------------------------------------------------------------------------------------- whatever happens to a run


def killed(found: Sequence[Seen], folder: Path, ledger: str, url: str | None, after: float | None) -> bytes:
    """What a run in a process of its own writes that is killed after some seconds, unless it is done before."""
    (folder / "found").write_bytes(pickle.dumps(list(found)))
    line = [sys.executable, str(CHILD), str(folder / "found"), ledger, *([url] if url else [])]
    process = subprocess.Popen(
        line, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=os.environ | {"SLADSL_NOW": "2026-04-01"}
    )
    try:
        out, err = process.communicate(timeout=after)
    except subprocess.TimeoutExpired:
        process.kill()
        return process.communicate()[0]
    assert process.returncode in {0, 2}, err
    return out


@pytest.mark.skipif(os.name == "nt", reason="there is no such signal on Windows")
def test_a_run_that_is_killed_loses_nothing(tmp_path: Path) -> None:
    """A quarter in a few steps: what follows grows, some is corrected away, the receiver fails one time in five, runs are killed."""
    chance = random.Random("a quarter")
    answers: list[Answer] = [200, 200, 200, 200, (429, "0")]
    ledger = str(tmp_path / "a.db")
    with receiving(lambda n: chance.choice(answers)) as receiver:
        for step in range(1, 4):
            found = [seen([n for n in range(25 * step) if n % 13 or n > 25 * (step - 1)], as_of=step)]
            killed(found, tmp_path, ledger, receiver.url, chance.uniform(0.25, 0.5))
        killed(found, tmp_path, ledger, receiver.url, None)
    contents: dict[str, str] = {}
    for key, body in receiver.asked:
        assert contents.setdefault(key, json.dumps(body)) == json.dumps(body)
    withdrawn = {key.removesuffix(".withdrawn") for key, _ in receiver.taken if key.endswith(".withdrawn")}
    assert {key for key, _ in receiver.taken if "." not in key} - withdrawn == {
        x.id for x in found[0].following
    }


@pytest.mark.skipif(os.name == "nt", reason="there is no such signal on Windows")
def test_lines_of_a_run_that_is_killed_come_again(tmp_path: Path) -> None:
    ledger, found = str(tmp_path / "a.db"), [seen(range(3000))]
    out = b"".join(killed(found, tmp_path, ledger, None, after) for after in (0.3, None))
    ids = [
        json.loads(text)["id"]
        for text in out.decode().splitlines()
        if text.endswith("}") and text.startswith("{")
    ]
    assert set(ids) == {f"id{n}" for n in range(3000)}
