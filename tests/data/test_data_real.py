"""Real exports, through plans written by hand: what other readers of the same files find."""

from __future__ import annotations

import csv
from collections import Counter
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from data_cases import BOOLEAN, DATE, NUMBER, ONE_OF, TIME, Read, field, mapped, read, shared_data

from sladsl.data import Binding, load
from sladsl.plan import Link, Mapping, Record, RowTest, Source

NEW_YORK = ZoneInfo("America/New_York")


def cells(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def seconds(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=NEW_YORK).timestamp())


def test_boston() -> None:
    folder = shared_data("boston311")
    times = (field("opened", TIME), field("closed", TIME, optional=True))
    fields = (field("case_id", key=True), *times, field("on_time", ONE_OF, "ONTIME", "OVERDUE"))
    found = read("cases.csv", folder, *fields, source={"zone": "America/New_York"})
    rows = {row["case_id"]: row for row in cells(folder / "cases.csv")}
    assert len(found.rows) == len(rows) == 40_414
    assert all(row["opened"] == seconds(rows[row["case_id"]]["opened"]) * 1_000_000 for row in found.rows)
    assert sum(row["closed"] is None for row in found.rows) == sum(not row["closed"] for row in rows.values())
    assert found.listed() == [("ambiguous local time", "closed", 3)]


def test_olist_months() -> None:
    folder = shared_data("olist")
    fields = (field("mql_id", key=True), field("first_contact_date", DATE), field("origin", optional=True))
    found = read("olist_marketing_qualified_leads_dataset.csv", folder, *fields)
    dates = [
        date.fromordinal(date(1970, 1, 1).toordinal() + day) for day in found.column("first_contact_date")
    ]
    by_month = Counter(day.strftime("%Y-%m") for day in dates)
    assert (by_month["2017-06"], by_month["2018-01"], by_month["2018-05"]) == (4, 1_141, 1_303)
    origins = Counter(found.column("origin"))
    assert (origins["organic_search"], origins[None], origins["unknown"]) == (2_296, 60, 1_099)


def hubspot_contacts(folder: Path, **source: Any) -> Read:
    fields = (
        field("id", key=True),
        field("created_at", TIME),
        field("revenue", NUMBER),
        field("deleted", BOOLEAN),
    )
    mappings = mapped(
        id="id",
        created_at="property_createdate",
        revenue="property_annualrevenue",
        deleted="_fivetran_deleted",
    )
    return read("contact_data.csv", folder, *fields, source={"mappings": mappings, "zone": "UTC", **source})


def test_hubspot_contacts() -> None:
    folder = shared_data("crm_tables") / "hubspot"
    rows = cells(folder / "contact_data.csv")
    found = hubspot_contacts(folder)
    assert found.problems == ()
    assert sorted(found.column("id")) == sorted(row["id"] for row in rows)
    assert sum(found.column("revenue")) == sum(int(row["property_annualrevenue"]) for row in rows)
    kept = hubspot_contacts(folder, tests=(RowTest("property_jobtitle", ("",), only=False),))
    assert len(kept.rows) + sum(p.count for p in kept.problems) == len(rows)


def test_marketo_activities_join_their_leads_by_name() -> None:
    folder = shared_data("crm_tables") / "marketo"
    lead = Record("lead", "", (field("id", key=True), field("created_at", TIME)))
    change = Record(
        "change",
        "",
        (field("id", key=True), field("at", TIME), field("lead", optional=True)),
        Link("lead", "lead", "id"),
    )
    leads = Source("leads", "lead", "marketo_lead_data.csv", str(folder), (), "UTC")
    mappings = mapped(id="id", at="activity_date", lead="lead_id")
    changes = Source(
        "changes", "change", "marketo_activity_change_data_value_data.csv", str(folder), mappings, "UTC"
    )
    from data_cases import plan, rows_of, shared_connection

    found = load(
        plan(lead, change, sources=[leads, changes]), [], base=folder, connection=shared_connection()
    )
    assert found.problems == ()
    activities = cells(folder / "marketo_activity_change_data_value_data.csv")
    assert Counter(row["lead"] for row in rows_of(found, "change")) == Counter(
        row["lead_id"] for row in activities
    )


def test_salesforce_leads_as_csv_and_json() -> None:
    folder = shared_data("salesforce_sample")
    fields = (field("email"), field("city"), field("company"))
    mappings = mapped(email="Email", city="City", company="Company")
    from_csv = read("easy_spaces_Lead_Data.csv", folder, *fields, source={"mappings": mappings})
    from_json = read("easy_spaces_Leads.json", folder, *fields, source={"mappings": mappings})
    assert len(from_json.rows) == len(from_csv.rows) > 0
    assert set(from_csv.column("email")) == set(from_json.column("email"))


def test_salesforce_history_ends_in_the_year_9999() -> None:
    folder = shared_data("crm_tables") / "salesforce"
    fields = (field("id"), field("since", TIME), field("until", TIME), field("active", BOOLEAN))
    mappings = mapped(
        id="id", since=Mapping("since", "_fivetran_start"), until="_fivetran_end", active="_fivetran_active"
    )
    found = read(
        "sf_account_history_data.csv",
        folder,
        *fields,
        source={"mappings": mappings, "zone": "America/New_York"},
    )
    assert found.problems == ()
    assert len(found.rows) == len(cells(folder / "sf_account_history_data.csv"))
    assert max(found.column("until")) == 253_402_318_799_000_000


def test_one_column_bound_to_a_record_reads_the_whole_export() -> None:
    """`--data` without a source: names of columns that are names of fields."""
    folder = shared_data("crm_tables") / "salesforce"
    from data_cases import plan, shared_connection

    task = Record(
        "task",
        "",
        (field("id", key=True), field("who_id", optional=True), field("is_closed", BOOLEAN, optional=True)),
    )
    found = load(
        plan(task), [Binding("task", "sf_task_data.csv")], base=folder, connection=shared_connection()
    )
    assert found.tables["task"].count().to_pyarrow().as_py() == len(cells(folder / "sf_task_data.csv"))
