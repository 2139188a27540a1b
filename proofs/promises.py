"""Random KPIs, and commitments on them."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from proofs.conditions import Declared, Speaker
from proofs.records import CALLS, INDUSTRIES, KEYS, PARENTS

PERIODS = ("day", "day", "week", "month", "quarter", "year")
TIMES = {
    "lead": (("created_at", "mql_at"), ("accepted_at", "won_at")),
    "call": (("call", "call.at"), ("lead.accepted_at", "call.planned_on")),
    "note": (("note",), ("lead.won_at", "call.planned_on")),
    "deal": (("deal.signed_at",), ("deal.closed_on", "lead.won_at")),
}
"""What may start a clock of a record's rows, and what may stop it, beside what is declared."""
DATES = {"call.planned_on", "deal.closed_on"}
WHOSE_PLAN = {
    "lead": "keeper.leaves_at",
    "call": "lead.keeper.boss.leaves_at",
    "note": "call.lead.keeper.leaves_at",
    "deal": "lead.keeper.leaves_at",
}
"""Plans of a rep, to which a record's rows are held."""
GROUPS = {"industry": INDUSTRIES, "kind": CALLS, "account": ("a1",), "keeper": (), "by": ()}
"""By record fields that promises are judged by: some of the values, none where they are keys of a rep."""
SHARES = ("0%", "50%", "66.67%", "95%", "100%")
DATED = {"few": ("1", "2"), "part": ("50%", "95%"), "soon": ("2 hours", "1 day")}
"""Values that change on a date: of a count, of a share, of a deadline."""
PAUSES = {
    "lead": (
        "call from at to over_at",
        "lead from mql_at to accepted_at",
        "keeper.rep from hired_at to leaves_at",
    ),
    "call": ("call from at to over_at", "lead from mql_at to won_at", "by.rep from hired_at to leaves_at"),
    "note": ("call from at to over_at", "lead from mql_at to accepted_at"),
    "deal": ("call from at to over_at", "lead from mql_at to accepted_at"),
}
"""What may pause a clock of a record's rows, beside the spells of these."""
SHARES_OF_WAY = ("at 50%", "at 33%")
LATE = ("if 1 hour late", "if 1 business day late", "if 1 day late")
BY_CLOCK = ("at 20 minutes", "10 minutes before due", "if 1 hour late", "if 1 day late")
IN_HOURS = ("at 1 business hour", "30 business minutes before due", "if 1 business day late")
"""What follows a row on its way, by what a deadline is counted in."""


@dataclass(frozen=True, slots=True)
class Kpi:
    """A KPI's declaration, and what kind of target suits it: `count`, `share`, `number`, `span` or `clock`."""

    name: str
    kind: str
    record: str
    text: str


class Promises:
    """Says KPIs and commitments about what was declared."""

    def __init__(self, chance: Random, declared: Declared) -> None:
        self.chance, self.declared = chance, declared
        self.say = Speaker(chance, declared)
        self.standing: list[Kpi] = []  # KPIs on which a commitment may stand

    # ------------------------------------------------------------------------------------------------------------ KPIs

    def kpi(self, name: str) -> Kpi:
        record = self.chance.choice(("lead", "lead", "lead", "lead", "call", "note", "deal"))
        if record == "deal" and not self.declared.definitions[record]:
            record = "lead"  # nothing else dates a deal
        made = self._kpi(name, record)
        if made.kind in {"count", "share", "number"}:
            self.standing.append(made)
        return made

    def _kpi(self, name: str, record: str) -> Kpi:
        kind = self.chance.choice(
            ("count", "become", "become", "whose", "clock", "clock", "statistic", "statistic")
        )
        if kind == "clock":
            return self.clock(name, record)
        each = f" for each {self._by(record)}"
        population = self._population(record)
        match kind:
            case "become" if self.declared.definitions[record]:
                goal = self.chance.choice(self.declared.definitions[record])
                window = f" within {self.say.budget()}" if self.chance.random() < 0.6 else ""
                return Kpi(name, "share", record, f"share of {population} that become {goal}{window}{each}")
            case "whose":
                return Kpi(
                    name, "share", record, f"share of {population} whose {self.say.condition(record)}{each}"
                )
            case "statistic":
                return self._statistic(name, record, population, each)
            case _:
                return Kpi(name, "count", record, f"count of {population}{each}")

    def clock(self, name: str, record: str) -> Kpi:
        """A `time` KPI about rows of a record."""
        starts, stops = TIMES[record]
        start = self.chance.choice((*self.declared.definitions[record], *starts))
        stop = self.chance.choice((*self.say.events(record) * 2, *self.declared.definitions[record], *stops))
        own = f" in business minutes of {self.chance.choice(self.declared.calendars)}"
        unit = self.chance.choice(("", "", " in hours", " in business hours", " in minutes", own))
        if DATES & {start, stop}:
            unit = ""
        return Kpi(name, "clock", record, f"time from {start} to {stop}{unit} for each {self._by(record)}")

    def _by(self, record: str) -> str:
        others: dict[str, tuple[str, ...]] = {
            "lead": ("industry", "good", "born", "size", "keeper", "keeper.level", "keeper.boss.quota"),
            "call": ("kind", "fine", "by.born", "by"),
            "note": ("checked",),
            "deal": ("stage",),
        }
        if self.chance.random() < 0.35:
            return f"world, {self.chance.choice(others[record])}"
        derived = [name for r in (record, *PARENTS[record]) for name, _ in self.declared.derived[r]]
        own = Random(f"by one of {derived}")
        if derived and own.random() < 0.7:
            return f"world, {own.choice(derived)}"
        return "world"

    def _population(self, record: str) -> str:
        definitions = self.declared.definitions[record]
        dated = record != "deal"  # a deal has no moment of its own
        name = (
            self.chance.choice(definitions)
            if definitions and (self.chance.random() < 0.75 or not dated)
            else record
        )
        return f"{name} where {self.say.joined(record, 1)}" if self.chance.random() < 0.3 else name

    def _statistic(self, name: str, record: str, population: str, each: str) -> Kpi:
        function = self.chance.choice(("sum", "average", "median", "least", "greatest", "p90", "p10", "p67"))
        clocks = self.declared.clocks[record]
        if clocks and function in {"median", "p90", "p10", "p67"} and self.chance.random() < 0.5:
            clock = self.chance.choice(clocks)
            return Kpi(name, "span", record, f"{function} of {clock} over {population}{each}")
        if self.chance.random() < 0.2:
            return Kpi(name, "span", record, f"{function} of {self.say.span(record)} over {population}{each}")
        money = [f.name for f in self.declared.schema.fields[record] if f.kind == "money"]
        what = money[0] if money and self.chance.random() < 0.3 else self.say.number(record, 1)
        return Kpi(name, "number", record, f"{function} of {what} over {population}{each}")

    # ------------------------------------------------------------------------------------------------------ commitments

    def commitment(self, kpi: Kpi) -> str:
        definitions = self.declared.definitions[kpi.record]
        narrowed = (
            f" of {self.chance.choice(definitions)}" if definitions and self.chance.random() < 0.2 else ""
        )
        if kpi.kind == "clock":
            said = self._deadline(kpi, narrowed)
        else:
            limit, group = self._limit(kpi.kind), self._group(kpi)
            limit = self._limit_of_group(kpi, group, limit) if group else limit
            changes = limit.split()[-1] in DATED
            period = "day" if changes else self.chance.choice(PERIODS)  # a target changes between two periods
            each = f" for each {group}" if group else ""
            said = f"{kpi.name}{narrowed}{each} {limit} per {period}\n" + self._clauses(kpi, kpi.kind, limit)
        return f"{self.chance.choice(('marketing owes sales', 'sales owes marketing'))}:\n  {said}"

    def _group(self, kpi: Kpi) -> str:
        """The field by whose values a promise is judged, where it is: by the KPI, so that what else is said stays what it was."""
        fields = {f.name for f in self.declared.schema.fields[kpi.record]} & set(GROUPS)
        chance = Random(f"group {kpi.text}")
        return chance.choice(sorted(fields)) if fields and chance.random() < 0.4 else ""

    def _limit_of_group(self, kpi: Kpi, group: str, limit: str) -> str:
        """One for all groups, one by the group's value, or one that is read from the row that names it."""
        chance, kind = Random(f"limit {kpi.text}"), kpi.kind
        low, high = chance.sample(self._amounts(kind), 2)
        side = chance.choice(("at least", "at most"))
        named = GROUPS[group]
        quota = f"{group}.quota" if not named and kind in {"count", "number"} else low
        when = f'{group}.level = "retail"' if not named else f'{group} = "{named[0]}"'
        return chance.choice(
            (
                limit,
                f"{side} {low} when {when}, {high} otherwise",
                f"{side} {quota} when not ({when}), {high} otherwise",
                f"{side} {quota}",
            )
        )

    def _deadline(self, kpi: Kpi, narrowed: str) -> str:
        if self.chance.random() < 0.15:
            due = self.chance.choice(
                ("by promised", "by shown_on", f"by promised when {self.say.joined(kpi.record, 1)}, by shown_on otherwise",
                 f"within {self.say.budget(kpi.record)} when {self.say.joined(kpi.record, 1)}, by promised otherwise")
            )  # fmt: skip
            if Random(f"whose {kpi.text}").random() < 0.4:
                due = due.replace("by promised", f"by {WHOSE_PLAN[kpi.record]}")
        elif self.chance.random() < 0.45:
            due = f"within {'soon' if self.chance.random() < 0.15 else self.say.budget(kpi.record)}"
        else:
            tiers = [
                f"within {self.say.budget(kpi.record)} when {self.say.joined(kpi.record, 1)}"
                for _ in range(self.chance.randint(1, 2))
            ]
            due = ", ".join([*tiers, f"within {self.say.budget(kpi.record)} otherwise"])
        share = (
            f" for {self.chance.choice(SHARES)}{narrowed}" if narrowed or self.chance.random() < 0.7 else ""
        )
        if (group := self._group(kpi)) and share:
            share += f" for each {group}"
        late = f"    if late {self._follows(kpi.record, due)}\n" if self.chance.random() < 0.6 else ""
        out = [
            f'    except when {self.say.joined(kpi.record, 1)} because "reason {n}"\n'
            for n in range(self.chance.choice((0, 0, 0, 1, 2)))
        ]
        late += "".join(out) + self.stands(kpi.record, due)
        return f"{kpi.name} {due}{share} per {self.chance.choice(PERIODS)}\n{late}" + self._clauses(
            kpi, "share", "at least"
        )

    def stands(self, record: str, due: str, above: str = "") -> str:
        """What is said of a clock beside its deadline: when it stands still, and what follows on its way. `above` leads from its rows to
        those of the record."""
        pauses = self._pauses(record, due)
        return self._ladder(record, due, "at most" in pauses, above) + pauses

    def _ladder(self, record: str, due: str, capped: bool, above: str) -> str:
        """In the hours of all the deadline's branches; of an instant that a row says, what comes before and after it."""
        kinds = {"business" in x for x in due.replace(", by close", "").split(", ")}
        own = IN_HOURS if kinds == {True} else BY_CLOCK if kinds == {False} else ()
        rungs = [*SHARES_OF_WAY, *own, *(() if capped else LATE)]
        if _is_by_field(due):
            rungs = ["10 minutes before due", *LATE]
        chosen = self.chance.sample(sorted(set(rungs)), self.chance.choice((0, 0, 1, 2)))
        return "".join(f"    {rung} {self._follows(record, rung + due, above)}\n" for rung in chosen)

    def _pauses(self, record: str, due: str) -> str:
        """Not of a deadline that the row holds, which nothing can pause."""
        if _is_by_field(due) or self.chance.random() < 0.4:
            return ""
        fields = {f.name for f in self.declared.schema.fields["rep"]}
        spells = [w for r in (record, *PARENTS[record]) for w in self.declared.spells[r]]
        pauses = [*(x for x in PAUSES[record] if "hired_at" not in x or "hired_at" in fields), *spells]
        kinds = {"business" in x for x in due.replace(", by close", "").split(", ")}
        limits = {True: "90 business minutes", False: "2 hours"}
        most = f" at most {', '.join(limits[kind] for kind in sorted(kinds))}"
        lines = [
            f"    pause during {x}{most if self.chance.random() < 0.3 else ''}\n"
            for x in self.chance.sample(pauses, min(len(pauses), self.chance.choice((1, 1, 2))))
        ]
        return "".join(lines)

    def _limit(self, kind: str) -> str:
        amounts = self._amounts(kind)
        if kind in {"count", "share"} and self.chance.random() < 0.2:
            return f"{self.chance.choice(('at least', 'at most'))} {'part' if kind == 'share' else 'few'}"
        low, high = (amounts[n] for n in sorted(self.chance.sample(range(len(amounts)), 2)))
        return self.chance.choice(
            (
                f"at least {low}",
                f"at least {high}",
                f"at most {low}",
                f"at most {high}",
                f"between {low} and {high}",
            )
        )

    def _amounts(self, kind: str) -> tuple[str, ...]:
        match kind:
            case "share":
                return SHARES
            case "span":
                return ("1 hour", "4 hours", "2 days")
            case _:
                return ("0", "1", "2", "3", "10")

    def _clauses(self, own: Kpi, kind: str, limit: str) -> str:
        lines = []
        others = [x for x in self.standing if x is not own]
        if others and self.chance.random() < 0.3:
            on = self.chance.choice(others)
            lines.append(f"only while {on.name} {self._limit(on.kind)}")
        if self.chance.random() < 0.25:
            lines.append(f"if missed {self.chance.choice((2, 2, 3))} in a row {self._actions()}")
        if self.chance.random() < 0.3 and kind != "count":
            lines.append(f"needs at least {self.chance.choice(('1', '2', '3'))}")
        if self.chance.random() < 0.5:
            lines.append(f"none counts as {self.chance.choice(('met', 'missed'))}")
            if self.chance.random() < 0.6:
                lines.append(f"if missed {self._actions()}")
        side, near = ("above", 0) if limit.startswith("at most") else ("below", -1)
        if kind in {"share", "number"} and self.chance.random() < 0.5:
            lines.append(f"if {side} {self._amounts(kind)[1]} {self._actions()}")
        if self.chance.random() < 0.3:
            lines.append(self._choice(side, kind))
        if not limit.startswith("between") and self.chance.random() < 0.2:
            lines.append(f"warn {side} {self._amounts(kind)[near]}")
        return "".join(f"    {line}\n" for line in lines)

    def _choice(self, side: str, kind: str) -> str:
        """Steps of which the last one passed counts."""
        amounts = self._amounts(kind)
        chosen = sorted(self.chance.sample(range(len(amounts)), self.chance.randint(2, 3)))
        chosen = chosen if side == "above" else chosen[::-1]
        return "if " + ", ".join(f"{side} {amounts[n]} {self._actions()}" for n in chosen)

    def _follows(self, record: str, said: str, above: str = "") -> str:
        """What follows a row: it may name who is told by a field of it, by what else is said of its promise."""
        plainly, chance = self._actions(), Random(f"{record} {said}")
        names = [name for name, kind in self.declared.derived[record] if kind == "text"]
        names += [KEYS[record], f"{KEYS[record]}.boss"] if record in KEYS else []
        return f"notify {above}{chance.choice(sorted(names))}" if names and chance.random() < 0.4 else plainly

    def _actions(self) -> str:
        return self.chance.choice(
            (
                'notify "boss"',
                'tag "late", escalate to "head"',
                'reassign to "pool"',
                'do "credit"',
                'do "x" and tag "y"',
            )
        )


def _is_by_field(due: str) -> bool:
    return "by " in due.replace(", by close", "")
