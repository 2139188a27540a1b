"""`python -m gallery score NAME FILE`: how right an agreement is for a policy.

Exit status 0: all is right; 1: something is not; 2: it cannot be told.
"""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from pathlib import Path

import click

from gallery.policies import policies
from gallery.score import Score, Standing, score
from sladsl.data.errors import did_you_mean


@click.group()
def main() -> None:
    """Policies in plain English, and how right an agreement is for one."""


@main.command("list")
def names() -> None:
    """The policies by name, and what each is about."""
    for each in policies():
        click.echo(f"{each.name:<28}{each.title}")


@main.command("score")
@click.argument("name")
@click.argument("candidate", type=click.Path(exists=True, dir_okay=False))
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", help="How it is told.")
def of(name: str, candidate: str, form: str) -> None:
    """Checks the agreement CANDIDATE, runs its tests and runs it on the data of the policy NAME; says what is right and what is not."""
    by_name = {each.name: each for each in policies()}
    if name not in by_name:
        raise click.UsageError(f"there is no policy `{name}`{did_you_mean(name, list(by_name))}")
    try:
        text = Path(candidate).read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise click.UsageError(f"`{candidate}` is not UTF-8 text") from None
    made = score(by_name[name], text, candidate)
    click.echo(told(made) if form == "text" else document(made))
    sys.exit(0 if made.passed else 1)


def told(made: Score) -> str:
    """What is not right first, a line each."""
    lines = [f"{made.policy}: {made.score} of 100"]
    for fact in sorted(made.facts, key=lambda fact: fact.standing is Standing.RIGHT):
        said = {
            Standing.RIGHT: f"{fact.is_}",
            Standing.WRONG: f"{fact.is_}, and not {fact.expected}",
            Standing.MISSING: f"{fact.expected}",
            Standing.INVENTED: f"{fact.is_}",
        }
        lines.append(f"  {fact.standing:<9}{fact.about}: {said[fact.standing]}")
    return "\n".join([*lines, *(f"  note     {note}" for note in made.notes)])


def document(made: Score) -> str:
    """The same as JSON."""
    said = asdict(made)
    said["facts"] = [{("is" if k == "is_" else k): v for k, v in fact.items()} for fact in said["facts"]]
    return json.dumps(said, ensure_ascii=False, indent=2)


if __name__ == "__main__":
    main()
