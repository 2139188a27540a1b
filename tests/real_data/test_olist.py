"""Olist: 8,000 leads and 842 won deals; volumes and conversions against a count in pandas, and against the figures on record."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from judged import commitment, judged, kpi, problem, shared_data

LEADS, DEALS = "olist_marketing_qualified_leads_dataset.csv", "olist_closed_deals_dataset.csv"
WON = {30: 554, 60: 646, 90: 691}
BY_ORIGIN = {
    "organic_search": 2296, "paid_search": 1586, "social": 1350, "unknown": 1099, "direct_traffic": 499, "email": 493,
    "referral": 284, "other": 150, "display": 118, "other_publicities": 65, None: 60,
}  # fmt: skip


@pytest.fixture(scope="module")
def folder() -> Path:
    return shared_data("olist")


@pytest.fixture(scope="module")
def result(folder: Path) -> dict[str, Any]:
    return judged("olist.sla", "2019-01-01", lead=folder / LEADS, deal=folder / DEALS)


@pytest.fixture(scope="module")
def leads(folder: Path) -> pd.DataFrame:
    """One row per lead: its month, and the days from first contact to its deal."""
    leads = pd.read_csv(folder / LEADS, dtype=str, keep_default_na=False)
    deals = pd.read_csv(folder / DEALS, dtype=str, keep_default_na=False)
    both = leads.merge(deals[["mql_id", "won_date"]], how="left", on="mql_id")
    both["month"] = both["first_contact_date"].str[:7]
    both["days"] = (
        pd.to_datetime(both["won_date"]).dt.normalize() - pd.to_datetime(both["first_contact_date"])
    ).dt.days
    return both


def test_volume_per_month(result: dict[str, Any], leads: pd.DataFrame) -> None:
    found = {period: cell["value"] for period, cell in commitment(result, "marketing.volume").items()}
    assert found == leads.groupby("month").size().to_dict()


def test_volume_by_origin(result: dict[str, Any]) -> None:
    found: Counter[str | None] = Counter()
    for key, cell in kpi(result, "volume").items():
        if len(key) == 2:
            found[key[1]] += cell["value"]
    assert found == BY_ORIGIN


@pytest.mark.parametrize(("days", "name"), [(30, "won_30"), (60, "won_60")])
def test_won_within_days_of_first_contact(
    days: int, name: str, result: dict[str, Any], leads: pd.DataFrame
) -> None:
    hits = {key[0]: cell["numerator"] for key, cell in kpi(result, name).items() if cell["numerator"]}
    assert hits == leads[leads["days"].between(0, days)].groupby("month").size().to_dict()
    assert sum(hits.values()) == WON[days]


def test_response_within_ninety_days_and_the_one_that_cannot_be_decided(result: dict[str, Any]) -> None:
    cells = commitment(result, "sales.time_to_win").values()
    assert sum(cell["numerator"] for cell in cells) == WON[90]
    assert sum(cell["undecided"] for cell in cells) == 1
    assert problem(result, "lead", "undecided") == 1


def test_a_lead_that_was_won_before_its_first_contact_has_become_won(result: dict[str, Any]) -> None:
    found = sum(cell["numerator"] or 0 for key, cell in kpi(result, "become_90").items() if len(key) == 1)
    assert found == WON[90] + 1


def test_every_lead_and_deal_is_read(result: dict[str, Any]) -> None:
    assert result["rows"] == {"lead": 8000, "deal": 842}
