"""`sla actions`: what follows and was not given out before, each action once."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING

import click

from sladsl.addresses import Address
from sladsl.cli import completing, several
from sladsl.cli.options import as_of_option, data_option
from sladsl.cli.printing import echo

if TYPE_CHECKING:
    from sladsl.cli.reading import Planned
    from sladsl.data.ledger import Ledger
    from sladsl.giving import Chosen, Giving, Seen
    from sladsl.giving.posting import Receiver
    from sladsl.runner import Run

FORMS = ("json", "slack")
_TOGETHER = 100
"""Lines that are written before it is written down that they were."""


@click.command("actions", short_help="Give out what has to be done, each action once.")
@click.argument("agreements", metavar="AGREEMENT…", nargs=-1, required=True, shell_complete=completing.files)
@click.option(
    "--ledger",
    required=True,
    metavar="FILE|postgres://…",
    shell_complete=completing.files,
    help="What was given out already: an SQLite file, or a table of a Postgres (`postgres://host/db#schema.table`). Made where there is "
    "none.",
)
@data_option
@as_of_option
@click.option(
    "--since",
    metavar="T",
    help="Leave out for good what follows since before this: a date, a local time, an instant with Z.",
)
@click.option("--all", "everything", is_flag=True, help="Give out everything that follows, however old.")
@click.option(
    "--post",
    metavar="URL",
    help="Post each action there, instead of writing lines of JSON. Put a URL with a secret into the environment: SLA_ACTIONS_POST.",
)
@click.option(
    "--as",
    "form",
    type=click.Choice(FORMS),
    help="What is posted: the action as JSON, or a message for Slack.",
)
@click.option(
    "--header",
    "headers",
    multiple=True,
    metavar="NAME=FROM",
    help="Send this header with each request, such as the receiver's token: its value is read from a file, or with `env:VARIABLE` from the "
    "environment (`--header Authorization=env:CRM_TOKEN`), and never shown. Repeat it.",
)
@click.option(
    "--shrunk",
    is_flag=True,
    help="Go on though far fewer rows were read than by the last run, or much of what was given out would be withdrawn at once: the data "
    "are meant to be so.",
)
@click.option(
    "--dry-run",
    is_flag=True,
    help="Show what would be given out, as lines of JSON; nothing is posted or written down.",
)
def command(  # noqa: PLR0913, PLR0917 - one argument an option
    agreements: tuple[str, ...],
    ledger: str,
    data: tuple[str, ...],
    as_of: str | None,
    since: str | None,
    everything: bool,
    post: str | None,
    form: str | None,
    headers: tuple[str, ...],
    shrunk: bool,
    dry_run: bool,
) -> int:
    """Give out what has to be done: the actions that follow and were not given out before, each once.

    Lines of JSON on standard output, or requests with --post. What was given out is written down in the ledger after it was taken, so that
    nothing is lost however a run ends; what is repeated then has the same id. What was given out and no longer follows is given out once
    more, as withdrawn. The first run on a ledger needs --since or --all. Where the data look as if they had not come whole, nothing is
    given out or withdrawn without --shrunk. Exit status 2 where not everything was taken.
    """
    from sladsl.giving.posting import Receiver, is_url
    from sladsl.reports.given import line, slack

    if since is not None and everything:
        raise click.UsageError("`--since` leaves out what `--all` asks for: give one of them")
    if form is not None and post is None:
        raise click.UsageError("`--as` says what is posted, and nothing is: add `--post URL`")
    if post is not None and not is_url(post):
        raise click.BadParameter("that is no address to post to: expected `https://…`", param_hint="--post")
    if headers and post is None:
        raise click.UsageError("`--header` goes with what is posted, and nothing is: add `--post URL`")
    sent = dict(map(_header, headers))
    meant = several.plans_meant(agreements)
    _refuse_twice(meant)
    _refuse_ledger_over(ledger, meant, data)
    found = [_seen(*x) for x in _runs(meant, data, as_of)]
    after = None if since is None else _instant(since, meant)
    receiver = None if post is None else Receiver(post, slack if form == "slack" else line, sent)
    return give(found, Address(ledger), after, everything, receiver, dry_run, shrunk)


def give(
    found: Sequence[Seen],
    ledger: Address,
    since: int | None,
    everything: bool,
    receiver: Receiver | None,
    dry_run: bool = False,
    shrunk: bool = False,
) -> int:
    """Gives out what is new of what follows; the arguments are those of the command, of which it gives the exit status."""
    from sladsl.data import DataError
    from sladsl.data.ledger import opened
    from sladsl.giving import choose

    try:
        with opened(ledger, write=not dry_run) as book:
            chosen = choose(book, found, since, everything)
            if shrunk:
                chosen = replace(chosen, shrunk=())
            if dry_run:
                return _show(chosen)
            if chosen.shrunk:
                raise click.ClickException(_doubt(chosen))
            if chosen.asked:
                raise click.ClickException(_question(chosen))
            return _give(book, chosen, receiver)
    except DataError as error:
        raise click.ClickException(str(error)) from None


_ENVIRONMENT = "env:"


def _header(text: str) -> tuple[str, str]:
    """A header's name, and its value from where it is kept. No error repeats what may be the value itself."""
    from sladsl.giving.posting import OWN_HEADERS, is_header, is_value
    from sladsl.workspace import Unreadable, contents

    name, equals, place = text.partition("=")
    if not equals or not is_header(name) or not place:
        raise _no_header(
            "expected a name and where its value is, such as `Authorization=env:CRM_TOKEN` or `X-Api-Key=secrets/crm`"
        )
    if name.lower() in OWN_HEADERS:
        raise _no_header(f"`{name}` is said by the request itself: leave it out")
    if place.startswith(_ENVIRONMENT):
        value, where = (
            os.environ.get(place.removeprefix(_ENVIRONMENT), ""),
            "that variable of the environment",
        )
        if not value:
            raise _no_header(f"the value of `{name}` is not there: {where} is not set, or empty")
    else:
        where = "that file"
        try:
            value = contents(place).decode("ascii", "replace").strip()
        except Unreadable as error:
            raise _no_header(
                f"the value of `{name}` is read from a file, and {where} {error.reason}; from the environment it is read with "
                f"`{name}=env:VARIABLE`"
            ) from None
    if not is_value(value):
        raise _no_header(f"what {where} has for `{name}` is no line of plain text, as headers are")
    return name, value


def _no_header(reason: str) -> click.BadParameter:
    return click.BadParameter(reason, param_hint="--header")


def _refuse_twice(meant: Sequence[Planned]) -> None:
    """Two agreements of one name would have the same ids."""
    names = [several.plan_of(c).name for c in meant]
    for n, name in enumerate(names):
        if name in names[:n]:
            first = meant[names.index(name)].source.name
            raise click.ClickException(
                f"`{first}` and `{meant[n].source.name}` are both called “{name}”, and actions are told apart by the names of their "
                "agreements: give them different ones, or a ledger and a command each"
            )


def _refuse_ledger_over(ledger: str, meant: Sequence[Planned], data: Sequence[str]) -> None:
    from sladsl.cli.files import refuse_over
    from sladsl.cli.reading import files_read

    if "://" not in ledger:
        for c in meant:
            refuse_over(ledger, files_read(c, data), "--ledger")


def _runs(meant: Sequence[Planned], data: Sequence[str], as_of: str | None) -> Iterator[tuple[Planned, Run]]:
    from sladsl.calendars import zone
    from sladsl.cli.progress import on_data
    from sladsl.cli.reading import as_of_of, binding
    from sladsl.present import now
    from sladsl.reports.words import as_of_doubts
    from sladsl.runner import Reads, run

    reads = Reads()
    bindings = several.bindings_of([binding(text) for text in data], meant)
    for compilation, named in zip(meant, bindings, strict=True):
        with several.about(compilation, meant), on_data() as tell:
            asked = as_of_of(compilation, as_of)
            plan = several.plan_of(compilation)
            made = run(plan, named, as_of=asked, now=now(), progress=tell, reads=reads)
        for doubt in as_of_doubts(made.outcomes.as_of, zone(plan.zone)):
            echo(doubt, err=True)
        yield compilation, made


def _seen(compilation: Planned, run: Run) -> Seen:
    from sladsl.digest import promised
    from sladsl.giving import Following, Seen
    from sladsl.reports.given import content_of
    from sladsl.runner import rows_read

    plan = run.plan
    base = {c.commitment.id: c.commitment.base for c in run.commitments}
    following = [Following(x.id, base[x.commitment], x.at, content_of(plan.name, x)) for x in run.due()]
    return Seen(
        plan.name,
        run.outcomes.as_of.instant,
        promised(compilation.sources.values()),
        [c.id for c in plan.commitments],
        following,
        rows_read(run),
    )


def _instant(since: str, meant: Sequence[Planned]) -> int:
    from sladsl.runner import RunError, parse_as_of

    zones = dict.fromkeys(several.plan_of(c).zone for c in meant)
    try:
        read = {parse_as_of(since, zone) for zone in zones}
    except RunError as error:
        raise click.BadParameter(str(error), param_hint="--since") from None
    if len(read) > 1:
        raise click.BadParameter(
            f"`{since}` is another instant in each of {', '.join(zones)}: give one with Z",
            param_hint="--since",
        )
    return read.pop()


def _question(chosen: Chosen) -> str:
    return (
        f"{'; '.join(chosen.asked)}.\n  Nothing was given out. Say from when on with `--since 2026-11-01` (what follows since before is "
        "left out for good), or `--all`"
    )


def _doubt(chosen: Chosen) -> str:
    return (
        f"{'; '.join(chosen.shrunk)}.\n  Nothing was given out or withdrawn. If an export came empty or cut off, give all of it; if the "
        "data are meant to be so, say `--shrunk`"
    )


def _show(chosen: Chosen) -> int:
    from sladsl.reports.given import line

    for g in chosen.giving:
        echo(line(g))
    for shrunk in chosen.shrunk:
        echo(f"{shrunk}: a run asks for `--shrunk`", err=True)
    for asked in chosen.asked:
        echo(f"{asked}: a run asks for `--since` or `--all`", err=True)
    return 0


def _give(book: Ledger, chosen: Chosen, receiver: Receiver | None) -> int:
    from sladsl.calendars import iso
    from sladsl.present import now

    at = iso(now())
    book.write(chosen.first, at, chosen.seen, chosen.rows)
    if chosen.skipped:
        echo(f"{chosen.skipped:,} left out for good: they follow since before `--since`", err=True)
    if receiver is None:
        return _write(chosen.giving, lambda some: book.write([g.written for g in some], at))
    return _post(chosen.giving, lambda g: book.write([g.written], at), receiver)


def _write(giving: Sequence[Giving], taken: Callable[[Sequence[Giving]], None]) -> int:
    """Lines on standard output; that some were written is written down once they are out of our hands."""
    import sys

    from sladsl.reports.given import line

    rest = iter(giving)
    while some := list(islice(rest, _TOGETHER)):
        sys.stdout.write("".join(f"{line(g)}\n" for g in some))
        sys.stdout.flush()
        taken(some)
    return 0


def _post(giving: Sequence[Giving], taken: Callable[[Giving], None], receiver: Receiver) -> int:
    from sladsl.giving.posting import host_of

    posted = receiver.post(giving, taken)
    where = host_of(receiver.url)
    echo(f"gave {posted.taken:,} of {len(giving):,} to {where}" if giving else "nothing new to give out")
    if posted.left:
        reasons = "; ".join(posted.reasons[:3])
        raise click.ClickException(
            f"{where} did not take {posted.left:,} of {len(giving):,}: {reasons}. They are given out again by the next run"
        )
    return 0
