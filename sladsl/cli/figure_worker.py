"""What `sla run` says of texts that need not be saved: asked by the language server, in a process of its own.

    python -m sladsl.cli.figure_worker < question.json > answer.json

The question has the agreement's `name`, the `texts` of all its files by name, the folder `root` that imports may not leave, and `data`, as
`--data` has it. The answer has the lines to show beside `definitions` and `commitments`, and in `tests` for each commitment a test of the
row that was late last; or an `error`, in the words of `sla run`. The engine lives here and ends with the process, and with it every file
that it opened.

A question with `proofs` is answered with `findings`, what `sla verify` says that an editor shows: of which `kind`, which declaration it is
`about` (`sladsl.ide.proofs`), its `text` and the row as a `test`. Answers of the solver are kept in the user's cache.

A question with `columns`, the path of a file, is answered with the file's columns: by name the `values` that come most often in its first
rows, and the `format` in which its moments are written.
"""

from __future__ import annotations

import json
import os
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

_LOOK_AGAIN = 0.3  # seconds
_QUESTION, _ALL_QUESTIONS = 1.0, 20.0  # seconds of the solver

if TYPE_CHECKING:
    from sladsl.compiler import Compilation
    from sladsl.runner import Run


def main() -> int:
    threading.Thread(target=_end_with, args=(os.getppid(),), daemon=True).start()
    question = json.load(sys.stdin)
    json.dump(answer(question), sys.stdout)
    return 0


def answer(question: dict[str, Any]) -> dict[str, Any]:
    """What is answered to a question, both as they are above."""
    if "columns" in question:
        return _columns(question["columns"])
    return _proven(question) if "proofs" in question else _answered(question)


def _end_with(server: int) -> None:
    """Ends this process when the one that asked has ended, however that came about: then another is its parent."""
    while os.getppid() == server:
        time.sleep(_LOOK_AGAIN)
    os._exit(1)


def _answered(question: dict[str, Any]) -> dict[str, Any]:
    import click

    from sladsl.cli.reading import binding
    from sladsl.compiler import compile_text
    from sladsl.data import DataError
    from sladsl.present import now
    from sladsl.reports.run import glance
    from sladsl.runner import RunError, run

    name, texts = question["name"], question["texts"]
    compilation = compile_text(texts[name], name, read=_reader(texts), root=question["root"])
    if compilation.plan is None:
        return {"error": "the agreement has errors"}
    try:
        named = [binding(text) for text in question["data"]]
        made = run(compilation.plan, named, base=Path(name).parent, now=now())
        return {
            "definitions": glance.definition_lines(made),
            "commitments": glance.commitment_lines(made),
            "tests": _tests(compilation, made),
        }
    except click.ClickException as error:
        return {"error": error.format_message()}
    except (DataError, RunError) as error:
        return {"error": str(error)}


def _proven(question: dict[str, Any]) -> dict[str, Any]:
    from sladsl.cli.kept_answers import kept_in, usual_folder
    from sladsl.compiler import compile_text
    from sladsl.ide.proofs import SHOWN, places
    from sladsl.proving.questions import Answer, Limits, verify

    name, texts = question["name"], question["texts"]
    compilation = compile_text(texts[name], name, read=_reader(texts), root=question["root"])
    if compilation.plan is None:
        return {}
    kept = kept_in(usual_folder())
    limits = Limits(_QUESTION, _ALL_QUESTIONS)
    verified = verify(compilation, limits, time.monotonic, lambda _: kept.save(), kept.answers)
    kept.save()
    about = {(file, span): name for name, file, span in places(compilation.model)}
    shown = [
        {
            "kind": x.kind.name.lower(),
            "about": about[x.file, x.span],
            "text": x.text,
            "test": x.test,
        }
        for x in verified.findings
        if x.kind.name.lower() in SHOWN
        and x.answer is not Answer.UNDECIDED
        and (x.is_wrong or x.kind.name != "NEVER")
        and (x.file, x.span) in about
    ]
    return {"findings": shown}


def _columns(path: str) -> dict[str, Any]:
    from sladsl.data import DataError
    from sladsl.data.infer import samples

    try:
        return {each.name: {"values": each.values, "format": each.format} for each in samples(path)}
    except DataError:
        return {}


def _reader(texts: dict[str, str]) -> Any:
    def read(name: str) -> str:
        if name not in texts:
            raise FileNotFoundError(name)
        return texts[name]

    return read


def _tests(compilation: Compilation, made: Run) -> dict[str, dict[str, str]]:
    """By commitment, the row that was late last and a test about it; none where the language cannot say it."""
    from sladsl.runner import working
    from sladsl.testing.given import Unfit
    from sladsl.testing.writing import write

    assert made.loaded is not None, "a run on data has them"
    last_tests = {}
    for id, late in made.outcomes.breaches.items():
        if not late:
            continue
        last = max(late, key=lambda each: (each.due or 0, each.key))
        with working(made.loaded):
            rows = made.loaded.families(made.plan, last.record, [last.key])
        try:
            text = write(compilation, rows, last.record, last.key, made.outcomes.as_of)
        except Unfit:
            continue
        last_tests[id] = {"record": last.record, "key": last.key, "text": text}
    return last_tests


if __name__ == "__main__":
    sys.exit(main())
