"""Actions, each given out once: what is new beside a ledger, and how it is posted."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from sladsl.calendars import iso
from sladsl.data.ledger import GIVEN, PENDING, SKIPPED, WITHDRAWING, WITHDRAWN, Entry, Known, Ledger


@dataclass(frozen=True, slots=True)
class Following:
    """An action that follows. `commitment` is that of the agreement, also where it follows one of its groups; `at` is an instant;
    `content` is what is given out of it, as values of JSON."""

    id: str
    commitment: str
    at: int
    content: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Seen:
    """What a run found of one agreement: its commitments, what follows, and how many `rows` it read, by source. `promised` are the digits
    of what it promises."""

    agreement: str
    as_of: int
    promised: str
    commitments: Sequence[str]
    following: Sequence[Following]
    rows: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Giving:
    """One thing to give out: an action, or that one no longer follows. `then` is what the ledger says once it was; of what is withdrawn and
    follows again by now, that this is to be given out (`again`)."""

    then: Entry
    content: Mapping[str, object]
    again: Entry | None = None

    @property
    def written(self) -> Entry:
        """What the ledger says once it was given out."""
        return self.again or self.then

    @property
    def withdrawn(self) -> bool:
        return self.then.state == WITHDRAWN

    @property
    def key(self) -> str:
        """What it is known by to whoever must not take it twice: its id; of what is said of it later, with what that is."""
        again = "" if self.then.round == 1 else f".{self.then.round}"
        return f"{self.then.id}{again}{'.withdrawn' if self.withdrawn else ''}"

    @property
    def of(self) -> tuple[object, ...]:
        """The row or period that it is about: what has the same is given out in order."""
        about = ("record", "key") if self.content["record"] is not None else ("commitment", "period")
        return (self.then.agreement, *(self.content[x] for x in about))


@dataclass(frozen=True, slots=True)
class Chosen:
    """What a run gives out, in order; what it writes down `first`, and as `seen`; and what somebody has to decide before (`asked`), a
    sentence each. `shrunk` says why the data may not be whole, so that nothing of this is to be done unasked. `skipped` are left out for
    good."""

    giving: tuple[Giving, ...] = ()
    first: tuple[Entry, ...] = ()
    seen: Mapping[str, tuple[Known, ...]] = field(default_factory=dict)
    asked: tuple[str, ...] = ()
    shrunk: tuple[str, ...] = ()
    skipped: int = 0
    rows: Mapping[str, Mapping[str, int]] = field(default_factory=dict)


def choose(ledger: Ledger, found: Iterable[Seen], since: int | None, everything: bool) -> Chosen:
    """What is to be given out of what follows in some agreements. `since` leaves out for good what follows since before it. Without it, and
    where `everything` is not meant, somebody has to decide about commitments that the ledger does not know, and about what follows, or no
    longer does, because the agreement was changed."""
    decided = everything or since is not None
    chosen = [_of_one(ledger, x, since, decided) for x in found]
    return Chosen(
        tuple(g for c in chosen for g in c.giving),
        tuple(e for c in chosen for e in c.first),
        {name: known for c in chosen for name, known in c.seen.items()},
        tuple(a for c in chosen for a in c.asked),
        tuple(s for c in chosen for s in c.shrunk),
        sum(c.skipped for c in chosen),
        {name: rows for c in chosen for name, rows in c.rows.items()},
    )


def _of_one(ledger: Ledger, seen: Seen, since: int | None, decided: bool) -> Chosen:
    entries, known = ledger.entries(seen.agreement), ledger.known(seen.agreement)
    there = {x.id for x in seen.following}
    begun = {e.id: e for e in entries.values() if e.state == WITHDRAWING}
    waiting = [
        x
        for x in seen.following
        if x.id not in entries or entries[x.id].state in {WITHDRAWN, WITHDRAWING, PENDING}
    ]
    last = max((k.as_of for k in known.values()), default=0)
    # As of an instant before that of an earlier run less is known, and nothing is gone by it. What is pending may have been given out.
    gone = [
        e
        for e in entries.values()
        if e.state in {GIVEN, PENDING} and e.id not in there and seen.as_of >= last
    ]
    new = [x for x in waiting if x.id not in entries or entries[x.id].state != PENDING]
    asked = () if decided else tuple(_asked(ledger, seen, known, new, gone))
    other = {c for c, k in known.items() if c not in seen.commitments or k.promised != seen.promised}
    silent = {e.id for e in gone if since is not None and e.at < since and e.commitment in other}
    undecided = [e for e in gone if not (decided and e.commitment in other)]
    skipped = {x.id for x in waiting if since is not None and x.at < since}
    # Whoever may have been told that one no longer follows is told so again, though by now it does: and then that it does.
    withdrawn = [replace(e, state=WITHDRAWN) for e in (*begun.values(), *gone)]
    made = sorted((_entry(seen, x, entries.get(x.id)) for x in waiting), key=lambda e: e.at)
    pending = {e.id: replace(e, state=PENDING) for e in made}
    told = [Giving(e, json.loads(e.content), pending.get(e.id)) for e in withdrawn]
    told += [Giving(e, json.loads(e.content)) for e in made]
    return Chosen(
        giving=tuple(g for g in told if g.then.id not in silent | skipped),
        first=(
            *(e if e.id in silent else replace(e, state=WITHDRAWING) for e in withdrawn),
            *(e for e in pending.values() if e.id not in begun.keys() | skipped),
            *(replace(e, state=SKIPPED) for e in made if e.id in skipped),
        ),
        seen={
            seen.agreement: tuple(
                Known(c, max(seen.as_of, last), seen.promised) for c in dict.fromkeys(seen.commitments)
            )
        },
        asked=asked,
        shrunk=tuple(_shrunk(ledger, seen, entries.values(), undecided)),
        skipped=len(skipped),
        rows={seen.agreement: seen.rows} if seen.as_of >= last else {},
    )


_FEW, _PART = 9, 10
"""So many rows or actions may be gone since the last run, or one in so many of all, and nobody is asked."""


def _shrunk(ledger: Ledger, seen: Seen, entries: Iterable[Entry], gone: Collection[Entry]) -> Iterator[str]:
    """What looks as if the data had not come whole: far fewer rows than at the last run, of which each may have answered
    for something; and much of what was given out that would be withdrawn."""
    told = [
        f"{name} has {now:,} row{'' if now == 1 else 's'}, and had {were:,} at the last run"
        for name, were in ledger.rows(seen.agreement).items()
        if _is_much(were - (now := seen.rows.get(name, were)), were) or (were and not now)
    ]
    given = sum(e.state in {GIVEN, PENDING} for e in entries)
    if _is_much(len(gone), given):
        told.append(f"of {given:,} actions that were given out {len(gone):,} would be withdrawn at once")
    if told:
        yield f"“{seen.agreement}”: {'; '.join(told)}"


def _is_much(gone: int, of: int) -> bool:
    return gone > max(_FEW, of // _PART)


def _entry(seen: Seen, x: Following, before: Entry | None) -> Entry:
    """The entry of an action once it was given out; one that may have been already is given out as it was."""
    if before is not None and before.state == PENDING:
        return replace(before, state=GIVEN)
    again = 1 if before is None else before.round + 1
    return Entry(x.id, seen.agreement, x.commitment, GIVEN, again, x.at, json.dumps(x.content))


def _asked(
    ledger: Ledger,
    seen: Seen,
    known: Mapping[str, Known],
    new: Collection[Following],
    gone: Collection[Entry],
) -> Iterator[str]:
    """What has to be decided about, a sentence each."""
    if not known:
        if new:
            first = min(x.at for x in new)
            yield f"`{ledger.shown}` knows nothing of “{seen.agreement}” yet, and {_follow(len(new))}, the first since {iso(first)}"
        return
    follow, were = Counter(x.commitment for x in new), Counter(e.commitment for e in gone)
    for c in dict.fromkeys(seen.commitments):
        if c not in known and follow[c]:
            yield f"`{ledger.shown}` does not know `{c}` of “{seen.agreement}” (one that is renamed is a new one), and {_follow(follow[c])}"
    for c in known:
        if c not in seen.commitments and were[c]:
            yield f"“{seen.agreement}” has no `{c}` any more, of which {_were(were[c])}"
    changed = {c for c, k in known.items() if c in seen.commitments and k.promised != seen.promised}
    last = max(k.as_of for k in known.values())
    late = sum(x.commitment in changed and x.at <= last for x in new)
    no_longer = sum(n for c, n in were.items() if c in changed)
    if late or no_longer:
        yield (
            f"“{seen.agreement}” was changed: of the time before the last run {_follow(late)} that did not, and of what follows no longer "
            f"{_were(no_longer)}"
        )


def _follow(count: int) -> str:
    return "1 action follows" if count == 1 else f"{count:,} actions follow"


def _were(count: int) -> str:
    return "1 was given out" if count == 1 else f"{count:,} were given out"
