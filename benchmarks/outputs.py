"""How much an assistant reads: the size of what typical commands print, over the agreements of the gallery.

    python -m benchmarks.outputs

Bytes and words are counted. Tokens are approximated, without any model or network (`tokens`): what a tokenizer makes of a text depends
on it.
"""

from __future__ import annotations

import argparse
import io
import re
import statistics
import tempfile
from collections.abc import Iterator
from contextlib import chdir, redirect_stdout
from dataclasses import dataclass
from pathlib import Path

from gallery.policies import Policy, policies
from sladsl.cli import status_of

_PIECE = re.compile(
    r"\n[ ]*|[ ]?(?P<letters>[A-Za-z]+)|[ ]?(?P<digits>\d+)|[ ]+|[ ]?(?P<signs>[!-/:-@\[-`{-~]+)|.", re.DOTALL
)
LETTERS, DIGITS, SIGNS = 7, 3, 2
"""How many of each make a token."""


@dataclass(frozen=True, slots=True)
class Size:
    """What one call printed."""

    bytes: int
    words: int
    tokens: int


def tokens(text: str) -> int:
    """About how many tokens a byte-pair tokenizer makes of a text.

    One for every seven letters of a word that are begun, three digits of a number and two signs in a row, each with the blank before
    it; one for a line's end with the indent behind it, for other blanks together, and for each sign that is not ASCII. For what is
    printed here that is within 10 % of what two public tokenizers (o200k and cl100k) make of it, but for the shortest texts.
    """
    return sum(_tokens_of(piece) for piece in _PIECE.finditer(text))


def _tokens_of(piece: re.Match[str]) -> int:
    for name, most in (("letters", LETTERS), ("digits", DIGITS), ("signs", SIGNS)):
        if piece[name]:
            return -(-len(piece[name]) // most)
    return 1


def calls(policy: Policy) -> Iterator[tuple[str, list[str]]]:
    """Typical calls, each with the arguments of `sla`, as from the policy's folder."""
    file, as_of = policy.reference.name, policy.outcomes.as_of
    yield "check", ["check", file]
    yield "check --format short", ["check", file, "--format", "short"]
    yield "check --format json", ["check", file, "--format", "json"]
    yield "test", ["test", file]
    yield "test --format json", ["test", file, "--format", "json"]
    yield "run", ["run", file, "--as-of", as_of]
    yield "run --format json", ["run", file, "--as-of", as_of, "--format", "json"]
    late = [key for each in policy.outcomes.figures for key in sorted(each.late or ())]
    if late:
        yield "explain, of one late row", ["explain", file, late[0], "--as-of", as_of]
        yield "explain --format json", ["explain", file, late[0], "--as-of", as_of, "--format", "json"]


def draft_calls(policy: Policy, folder: Path) -> Iterator[tuple[str, list[str]]]:
    """`sla check` of a draft with one mistake: a word of the first promise is misspelt."""
    draft = folder / "draft.sla"
    text = policy.reference.read_text(encoding="utf-8")
    if " per " in text:
        draft.write_text(text.replace(" per ", " pre ", 1), encoding="utf-8")
        yield "check, of a draft with an error", ["check", draft.name]
        yield "check --format short, of such a draft", ["check", draft.name, "--format", "short"]
        yield "check --format json, of such a draft", ["check", draft.name, "--format", "json"]


def sizes(policy: Policy) -> Iterator[tuple[str, Size]]:
    """The agreement, then each call, and the size of what it printed; a call that could not do its work ends the benchmark."""
    yield "the agreement itself", size(policy.reference.read_text(encoding="utf-8"))
    with chdir(policy.folder):
        for name, arguments in calls(policy):
            yield name, size(printed(arguments))
    with tempfile.TemporaryDirectory() as folder, chdir(folder):
        for name, arguments in draft_calls(policy, Path(folder)):
            yield name, size(printed(arguments))


def printed(arguments: list[str]) -> str:
    """What a command prints to what is no terminal."""
    out = io.TextIOWrapper(io.BytesIO(), encoding="utf-8", newline="")
    with redirect_stdout(out):
        status = status_of(arguments)
        out.flush()
    if status not in {0, 1}:
        raise SystemExit(f"`sla {' '.join(arguments)}` could not do its work")
    return out.buffer.getvalue().decode() if isinstance(out.buffer, io.BytesIO) else ""


def size(text: str) -> Size:
    return Size(len(text.encode()), len(text.split()), tokens(text))


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--policies", type=int, help="only so many of them")
    args = parser.parse_args()
    by_call: dict[str, list[Size]] = {}
    for policy in policies()[: args.policies]:
        for name, each in sizes(policy):
            by_call.setdefault(name, []).append(each)
    print("| call | bytes | words | tokens, about | most |\n|---|---|---|---|---|")
    for name, of_call in by_call.items():
        middle = [
            round(statistics.median(x))
            for x in zip(*((s.bytes, s.words, s.tokens) for s in of_call), strict=True)
        ]
        most = max(s.tokens for s in of_call)
        print(f"| {name} | {middle[0]:,} | {middle[1]:,} | {middle[2]:,} | {most:,} |")


if __name__ == "__main__":
    main()
