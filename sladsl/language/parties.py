"""`between marketing "Growth" and sales`, `between marketing, sdr and sales`: who agrees."""

from __future__ import annotations

from dataclasses import dataclass, replace

from sladsl import model as m
from sladsl.checker.scope import Scope
from sladsl.clauses import AgreementClause, AgreementKind
from sladsl.diagnostics import Label
from sladsl.nouns import joined
from sladsl.source import Span
from sladsl.syntax import ast
from sladsl.wording.names import spoken


@dataclass(frozen=True, slots=True)
class Parties(AgreementClause):
    parties: tuple[m.Party, ...]
    span: Span

    fact = "Between"

    def model(self, made: m.Agreement) -> m.Agreement:
        return replace(made, parties=self.parties)

    def said(self, a: m.Agreement) -> str:
        return joined(f"{p.label} ({spoken(p.name)})" if p.label else spoken(p.name) for p in self.parties)


def _check(scope: Scope, made: m.Agreement, node: ast.Clause) -> Parties:
    parties: dict[str, m.Party] = {}
    for party in node.parts:
        name = party.name.text
        if name in parties:
            scope.report(
                "SLA207",
                party.name.span,
                f"an agreement is between different parties, and two of these are `{name}`",
                labels=(Label(parties[name].span, "the first party"),),
                help="give each party a name of its own: `between marketing and sales`",
            )
        parties.setdefault(name, m.Party(name, party.label.value if party.label else "", party.name.span))
    return Parties(tuple(parties.values()), node.span)


KIND = AgreementKind(
    rule="parties",
    words="between",
    clause=Parties,
    check=_check,
    help={"between": "the parties, two or more, each with a label if you like"},
)
