"""A test of the tests: each rule of the language, broken in one place, is caught by the cases that are about it."""

from __future__ import annotations

import pytest
import test_verdict_cases as verdicts
from mutations import MUTATIONS, Mutation
from mutations_of_promises import OF_PROMISES

ENGINES = {"rows": verdicts.rows, "tables": verdicts.tables}


@pytest.mark.parametrize("mutation", [*MUTATIONS, *OF_PROMISES], ids=lambda m: m.rule)
def test_a_broken_rule_is_caught(mutation: Mutation, monkeypatch: pytest.MonkeyPatch) -> None:
    """That the cases pass as long as nothing is broken is `test_verdict_cases`' to say."""
    mutation.broken(monkeypatch)
    for case in mutation.cases:
        with pytest.raises(
            AssertionError, match=r"line \d+: (.* is not |nothing is known of )|not claimed: "
        ):
            verdicts.test_every_claim_holds(case, ENGINES[mutation.engine])
