"""Tables as a connector lands them from HubSpot: an agreement runs on them, and its figures are pandas'."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from judged import commitment, judged, problem, shared_data


@pytest.fixture(scope="module")
def folder() -> Path:
    return shared_data("crm_tables") / "hubspot"


@pytest.fixture(scope="module")
def result(folder: Path) -> dict[str, Any]:
    return judged(
        "hubspot.sla", "2026-01-01", contact=folder / "contact_data.csv", ticket=folder / "ticket_data.csv"
    )


def by_month(column: pd.Series) -> dict[str, int]:
    return dict(Counter(str(at)[:7] for at in column))


def test_contacts_per_month(result: dict[str, Any], folder: Path) -> None:
    contacts = pd.read_csv(folder / "contact_data.csv", dtype=str, keep_default_na=False)
    found = {period: cell["value"] for period, cell in commitment(result, "support.contacts").items()}
    assert found == by_month(contacts["property_createdate"])
    rich = {period: cell["numerator"] for period, cell in commitment(result, "support.revenue_known").items()}
    assert rich == by_month(
        contacts.loc[contacts["property_annualrevenue"].astype(int) > 100_000, "property_createdate"]
    )


def test_replies_and_closings_of_tickets(result: dict[str, Any], folder: Path) -> None:
    tickets = pd.read_csv(folder / "ticket_data.csv", dtype=str, keep_default_na=False)
    created, closed, replied = (
        pd.to_datetime(tickets[f"property_{name}"])
        for name in ("createdate", "closed_date", "first_agent_reply_date")
    )
    closing = commitment(result, "support.closing")
    assert {period: cell["rows"] for period, cell in closing.items()} == by_month(
        tickets["property_createdate"]
    )
    in_time = (closed >= created) & (closed <= created + pd.Timedelta(days=10))
    assert sum(cell["numerator"] for cell in closing.values()) == in_time.sum()
    # One ticket was closed three months before it was created.
    assert problem(result, "ticket", "undecided", "support.closing") == (closed < created).sum() == 1
    # All four replies came by the next working day, in office hours or after them.
    assert (
        sum(cell["numerator"] for cell in commitment(result, "support.reply").values())
        == replied.notna().sum()
        == 4
    )
