"""`sla init`: what it writes is checked without an error and gives a first figure."""

from __future__ import annotations

import datetime as dt
import json
import os
import re
from pathlib import Path

import pytest
from command_line import Sla, runner

SHARED = Path(os.environ.get("SLADSL_SHARED_DATA", Path(__file__).parents[3] / "shared" / "data"))

LEADS = (
    "Record ID,Email,Contact owner,Country,Create Date,Became a Marketing Qualified Lead Date\n"
    + "".join(
        f"{900 + n},ana{n}@acme.com,{'Bo' if n % 2 else 'Ida'},{'US' if n % 3 else 'DE'},2026-0{n % 3 + 1}-1{n % 9} 10:00,"
        f"{f'2026-0{n % 3 + 1}-1{n % 9} 12:30' if n % 4 else ''}\n"
        for n in range(40)
    )
)
CALLS = "Call ID,Contact ID,Activity date\n" + "".join(
    f"c{n},{900 + n},2026-0{n % 3 + 1}-1{n % 9} 15:00\n" for n in range(30)
)


@pytest.fixture
def sla(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Sla:
    (tmp_path / "leads.csv").write_text(LEADS)
    (tmp_path / "calls.csv").write_text(CALLS)
    return runner(tmp_path, monkeypatch, capsys)


def test_a_first_agreement(sla: Sla, tmp_path: Path) -> None:
    done = sla("init", "leads.csv", "calls.csv")
    assert (done.status, done.err) == (0, "")
    assert done.out.startswith("wrote agreement.sla\n")
    text = (tmp_path / "agreement.sla").read_text()
    assert "record call of lead:" in text
    assert "define MarketingQualifiedLead:" in text
    assert "contact_owner                           accountable text" in text
    assert "response_time within 4 business hours for 90% of NewLead per month" in text
    assert text.count('times in "UTC"') == 2
    assert sla("fmt", "--check", "agreement.sla").status == 0
    assert text.count("# TODO: the zone your export is written in") == 2
    assert (sla("check", "agreement.sla").status, sla("check", "agreement.sla").out) == (
        0,
        "agreement.sla: ok\n",
    )


def test_it_is_in_the_canonical_layout_however_much_a_line_holds(sla: Sla, tmp_path: Path) -> None:
    sectors = [
        "SOFTWARE",
        "RETAIL",
        "CONSTRUCTION",
        "APPAREL",
        "INSURANCE",
        "HOSPITALS",
        "BANKING",
        "INTERNET",
        "TRAVEL",
    ]
    rows = "".join(f"{n},2026-01-0{n % 9 + 1} 10:00,{sectors[n % 9]}\n" for n in range(200))
    (tmp_path / "wide.csv").write_text("Record ID,Create Date,Industry\n" + rows)
    assert sla("init", "wide.csv").status == 0
    assert '"BANKING"' in (tmp_path / "agreement.sla").read_text()
    assert sla("fmt", "--check", "agreement.sla").status == 0


def test_it_gives_a_first_figure(sla: Sla) -> None:
    sla("init", "leads.csv", "calls.csv", "--zone", "America/New_York")
    found = sla("run", "agreement.sla", "--format", "json", "--fail-on", "never").json
    assert [d["members"] for d in found["definitions"]] == [40, 30]
    counted = {p["period"]: p["value"] for p in found["commitments"][0]["periods"]}
    assert counted == {"2026-01": 14, "2026-02": 13, "2026-03": 13}
    assert found["commitments"][1]["id"] == "sales.response_time"


def test_a_stated_zone_is_no_longer_asked_for(sla: Sla, tmp_path: Path) -> None:
    sla("init", "leads.csv", "--zone", "Europe/Berlin")
    text = (tmp_path / "agreement.sla").read_text()
    assert 'times in "Europe/Berlin"' in text
    assert "zone your export" not in text
    assert sla("init", "leads.csv", "--zone", "EST", "--force").status == 2


def test_into_a_folder_the_sources_are_a_file_of_their_own(sla: Sla, tmp_path: Path) -> None:
    sla("init", "leads.csv", "calls.csv", "--out", "sla/")
    assert 'import "sources.sla"' in (tmp_path / "sla" / "agreement.sla").read_text()
    assert 'from "../leads.csv":' in (tmp_path / "sla" / "sources.sla").read_text()
    assert sla("check", "sla").out == "sla/agreement.sla: ok\n"
    assert sla("run", "sla/agreement.sla", "--fail-on", "never").status == 0


def test_nothing_is_written_over(sla: Sla, tmp_path: Path) -> None:
    (tmp_path / "agreement.sla").write_text("mine\n")
    done = sla("init", "leads.csv")
    assert (done.status, done.err) == (2, "error: `agreement.sla` is there already; --force writes over it\n")
    assert (tmp_path / "agreement.sla").read_text() == "mine\n"
    assert sla("init", "leads.csv", "--force").status == 0


def test_standard_output(sla: Sla, tmp_path: Path) -> None:
    done = sla("init", "leads.csv", "--out", "-")
    assert "\nrecord lead:\n" in done.out
    assert not (tmp_path / "agreement.sla").exists()


def test_data_without_a_date(sla: Sla, tmp_path: Path) -> None:
    (tmp_path / "plain.csv").write_text("id,name\n1,a\n2,b\n")
    done = sla("init", "plain.csv")
    assert (done.status, "`plain.csv` has dates or times" in done.err) == (2, True)


@pytest.mark.parametrize(
    "header",
    [
        "id,at,count,any,source,open,MQL,new_lead,volume,lead,office",
        'id,created at,"a ""quoted"" name",back\\slash,1st,Größe,,Id,first_call,response_time,conversion',
        "created_at",
        "ID;Created;Owner",
    ],
)
def test_odd_names(sla: Sla, tmp_path: Path, header: str) -> None:
    columns = header.count(",") + 1 if ";" not in header else 3
    mark = ";" if ";" in header else ","
    day = dt.date(2026, 1, 5)
    rows = [
        mark.join([f"k{n}", (day + dt.timedelta(n)).isoformat() + " 10:00", *[f"v{n}"] * columns][:columns])
        for n in range(9)
    ]
    if header == "created_at":
        rows = [f"{day + dt.timedelta(n)} 10:00" for n in range(9)]
    (tmp_path / "leads.csv").write_text("\n".join([header, *rows]) + "\n")
    done = sla("init", "leads.csv")
    assert done.status == 0, done.err
    checked = sla("check", "agreement.sla")
    assert checked.status == 0, checked.out + (tmp_path / "agreement.sla").read_text()
    assert sla("run", "agreement.sla", "--fail-on", "never").status == 0


@pytest.mark.parametrize(
    "files",
    [
        ("olist/olist_marketing_qualified_leads_dataset.csv", "olist/olist_closed_deals_dataset.csv"),
        ("boston311/cases.csv",),
        ("crm_tables/hubspot/contact_data.csv", "crm_tables/hubspot/engagement_call_data.csv"),
        ("crm_tables/salesforce/sf_lead_data.csv", "crm_tables/salesforce/sf_task_data.csv"),
    ],
)
def test_real_exports(sla: Sla, files: tuple[str, ...]) -> None:
    if not all((SHARED / file).exists() for file in files):
        pytest.skip("the real data are not here")
    assert sla("init", *(SHARED / file for file in files)).status == 0
    checked = sla("check", "agreement.sla")
    assert checked.status == 0, checked.out
    done = sla("run", "agreement.sla", "--format", "json", "--fail-on", "never")
    assert done.status == 0, done.err
    assert done.json["definitions"][0]["members"] > 0


def test_a_name_that_comes_twice_is_an_error_with_both_columns(sla: Sla, tmp_path: Path) -> None:
    (tmp_path / "leads.csv").write_text("id,kind,kind,at\n1,A,x,2026-01-05 10:00\n")
    done = sla("init", "leads.csv")
    assert (done.status, done.out) == (2, "")
    assert "`leads.csv` has 2 columns named `kind`, columns 2 and 3" in done.err


# ----------------------------------------------------------------------------------------------------- shapes of exports


def drafted(sla: Sla, folder: Path, **files: str) -> str:
    """The draft of these files: it is checked without a word, runs, and what it says of itself is in it."""
    for name, text in files.items():
        (folder / f"{name}.csv").write_text(text)
    done = sla("init", *(f"{name}.csv" for name in files), "--force")
    assert (done.status, done.err) == (0, "")
    assert sla("check", "agreement.sla").out == "agreement.sla: ok\n"
    ran = sla("run", "agreement.sla")
    assert (ran.status in {0, 1}, ran.err) == (True, "")
    return (folder / "agreement.sla").read_text()


def day(n: int) -> str:
    return f"2026-0{n % 3 + 1}-{n % 27 + 1:02}"


def test_a_service_desk_owes_no_leads(sla: Sla, tmp_path: Path) -> None:
    tickets = "Number,Priority,Opened,First reply,Resolved\n" + "".join(
        f"INC{n},P{n % 3},{day(n)} 09:00,{day(n)} 10:00,{f'{day(n)} 12:00' if n % 4 else ''}\n"
        for n in range(40)
    )
    text = drafted(sla, tmp_path, tickets=tickets)
    assert "marketing" not in text
    assert "desk owes customer:" in text
    assert "response_time within 4 business hours for 90% of NewTicket per month" in text
    assert "resolution within 30 days for 90% of NewTicket per month" in text
    assert "kpi volume = count of NewTicket" in text


def test_only_deals_that_were_won_are_won(sla: Sla, tmp_path: Path) -> None:
    leads = "id,created_at\n" + "".join(f"L{n},{day(n)} 09:00\n" for n in range(40))
    deals = "id,lead_id,stage,opened_at\n" + "".join(
        f"D{n},L{n},{'Closed Lost' if n % 3 else 'Closed Won'},{day(n)} 15:00\n" for n in range(30)
    )
    text = drafted(sla, tmp_path, leads=leads, deals=deals)
    assert 'NewLead when any deal where stage = "Closed Won"' in text
    assert 'first deal where stage = "Closed Won"' in text
    unsaid = deals.replace("Closed Lost", "Later").replace("Closed Won", "Now")
    text = drafted(sla, tmp_path, leads=leads, deals=unsaid)
    assert "define WithDeal:" in text
    assert "Won" not in text
    one = "id,created_on,stage,closed_on\n" + "".join(
        f"O{n},{day(n)},{'Lost' if n % 3 else 'Won'},{day(n) if n % 4 else ''}\n" for n in range(40)
    )
    text = drafted(sla, tmp_path, opportunities=one)
    assert 'define Won:\n  NewOpportunity when stage = "Won" and closed_on is known\n' in text


def test_a_row_for_each_event(sla: Sla, tmp_path: Path) -> None:
    log = "case,registered,activity,at\n" + "".join(
        f"C{n // 3},2026-01-{n // 3 + 1:02} 09:00,{['ask', 'call', 'close'][n % 3]},2026-01-{n // 3 + 1:02} 1{n % 3}:00\n"
        for n in range(36)
    )
    text = drafted(sla, tmp_path, log=log)
    assert "record log of case:" in text
    assert '# "case" has several rows; in these columns they are the same, and each counts once' in text
    counted = json.loads(sla("run", "agreement.sla", "--format", "json").out)
    assert [d["members"] for d in counted["definitions"] if d["name"] == "NewCase"] == [12]


def test_a_row_for_each_state(sla: Sla, tmp_path: Path) -> None:
    """The draft keeps the latest, and what it counts are the tickets as they are now."""
    rows = (
        f"T{n // 3},{n // 3 + 1}/1/2026 09:00,{n // 3 + 14}/1/2026 1{n % 3}:00,{['new', 'work', 'done'][n % 3]},"
        f"{f'{n // 3 + 14}/1/2026 12:00' if n % 3 == 2 else ''}"
        for n in range(36)
    )
    log = "number,opened_at,sys_updated_at,state,resolved_at\n" + "\n".join(rows)
    text = drafted(sla, tmp_path, ticket_log=log)
    assert '# "number" has several rows, its states: the latest by "sys_updated_at" counts' in text
    assert '  keep latest by "sys_updated_at" as "D/M/YYYY HH:mm"\n' in text
    assert "number key text" in " ".join(text.split())
    counted = json.loads(sla("run", "agreement.sla", "--format", "json").out)
    assert {d["name"]: d["members"] for d in counted["definitions"]} == {"NewTicket": 12, "Resolved": 12}
    assert [p["count"] for p in counted["data_problems"] if p["kind"] == "other state"] == [24]
    bare = "number,updated_at,state\n" + "".join(f"T{n // 3},{day(n)} 09:00,{n}\n" for n in range(36))
    assert 'a log of states (`keep latest by "updated_at"`), or of events?' in drafted(
        sla, tmp_path, states=bare
    )


def test_an_encoding_is_said_once(sla: Sla, tmp_path: Path) -> None:
    text = "id,created_at,Größe\n" + "".join(f"L{n},{day(n)} 09:00,{n}\n" for n in range(20))
    (tmp_path / "alt.csv").write_bytes(text.encode("windows-1252"))
    assert "`sla init --encoding windows-1252`" in sla("init", "alt.csv").err
    assert "`x` is not an encoding of text files" in sla("init", "alt.csv", "--encoding", "x").err
    sla("init", "alt.csv", "--encoding", "windows-1252", "--force")
    assert '  encoding "windows-1252"\n' in (tmp_path / "agreement.sla").read_text()
    assert "met" in sla("run", "agreement.sla", "--fail-on", "never").out


def test_nobody_is_promised_anything_from_a_birthday_on(sla: Sla, tmp_path: Path) -> None:
    people = "name,Birthdate,ContractExpiration\n" + "".join(
        f"P{n},19{n + 50}-01-05,2031-01-{n + 1:02}\n" for n in range(20)
    )
    (tmp_path / "people.csv").write_text(people)
    assert "has dates or times, and a promise needs a moment" in sla("init", "people.csv").err
    campaigns = "id,EndDate,StartDate\n" + "".join(f"C{n},{day(n + 3)},{day(n)}\n" for n in range(20))
    assert "since start_date" in drafted(sla, tmp_path, campaigns=campaigns)


def test_a_key_that_is_not_called_so_is_asked_for(sla: Sla, tmp_path: Path) -> None:
    offers = "Title,created_at\n" + "".join(f"Offer {n},{day(n)} 09:00\n" for n in range(20))
    asked = '# TODO: no row has the "Title" of another: if it names the row, make its field the `key`'
    assert asked in drafted(sla, tmp_path, offers=offers)


def test_a_file_beside_the_others_is_counted(sla: Sla, tmp_path: Path) -> None:
    leads = "id,created_at\n" + "".join(f"L{n},{day(n)} 09:00\n" for n in range(20))
    visits = "page,seen_at\n" + "".join(f"p{n},{day(n)} 09:00\n" for n in range(20))
    assert "kpi visit_volume = count of NewVisit" in drafted(sla, tmp_path, leads=leads, visits=visits)


def test_numbers_and_offsets_as_they_are_written(sla: Sla, tmp_path: Path) -> None:
    leads = "id;created_at;budget\n" + "".join(f"L{n};{day(n)} 09:00:00+00;1.{n:03},50\n" for n in range(20))
    text = drafted(sla, tmp_path, leads=leads)
    assert '  numbers "1.234,56"\n' in text
    assert "every time here has the offset +00" in text
    assert "number" in next(line for line in text.splitlines() if line.startswith("  budget"))


def test_what_is_planned_is_no_moment(sla: Sla, tmp_path: Path) -> None:
    cases = "case_id,opened,target,closed\n" + "".join(
        f"C{n},{day(n)} 09:00,2026-0{n % 3 + 2}-01 09:00,{f'{day(n)} 15:00' if n % 4 else ''}\n"
        for n in range(40)
    )
    text = drafted(sla, tmp_path, cases=cases)
    assert "target   planned time" in text
    assert "resolution by target for 90% of NewCase per month" in text
    events = "id,created_on,close_date,renewal_date,title\n" + "".join(
        f"O{n},{day(n)},{day(n + 1)},2031-01-01,t{n}\n" for n in range(20)
    )
    assert "planned date" in drafted(sla, tmp_path, contracts=events)


def test_what_a_row_is_can_be_said(sla: Sla, tmp_path: Path) -> None:
    assert sla("init", "mql=leads.csv", "touch=calls.csv").status == 0
    text = (tmp_path / "agreement.sla").read_text()
    assert "record mql:" in text
    assert "record touch of mql:" in text
    assert 'source mql_file for mql from "leads.csv":' in text
    assert sla("run", "agreement.sla").status in {0, 1}


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (("My Lead=leads.csv",), "`My Lead` cannot be what a row is called"),
        (("no=leads.csv",), "`no` cannot be what a row is called"),
        (("lead=leads.csv", "lead=calls.csv"), "two files are called `lead`"),
    ],
)
def test_what_a_row_cannot_be_called(sla: Sla, data: tuple[str, ...], says: str) -> None:
    done = sla("init", *data)
    assert (done.status, says in done.err) == (2, True)


def test_a_history_of_changes(sla: Sla, tmp_path: Path) -> None:
    """What a status was at any instant, and how long each lasted, from the rows that tell of it."""
    leads = "".join(f"L{n:05d},Open,2026-03-{n:02d}T10:00:00Z\n" for n in range(1, 25))
    (tmp_path / "leads.csv").write_text(f"Id,Status,CreatedDate\n{leads}")
    changed = "".join(
        f"h{n}a,L{n:05d},2026-03-{n:02d}T12:00:00Z,Status,New,Working\n"
        f"h{n}b,L{n:05d},2026-03-{n + 2:02d}T12:00:00Z,Status,Working,Open\n"
        f"h{n}c,L{n:05d},2026-03-{n:02d}T12:00:00Z,Phone,,{n}\n"
        for n in range(1, 25)
    )
    (tmp_path / "history.csv").write_text(f"Id,LeadId,CreatedDate,Field,OldValue,NewValue\n{changed}")
    assert sla("init", "leads.csv", "history.csv").status == 0
    text = (tmp_path / "agreement.sla").read_text()
    assert "let status_then of lead = (status of last status_change)" in text
    assert '  only when "Field" in {"Status"}' in text
    assert "# history.csv tells of `Phone` too" in text
    assert sla("check", "agreement.sla").out == "agreement.sla: ok\n"
    ran = sla("run", "agreement.sla", "--as-of", "2026-04-02")
    assert "24   status_change   left out by `skip when` or `only when`" in ran.out
    assert re.search(r"Working +2 days", ran.out)


GALLERY = Path(__file__).parents[2] / "gallery"


def test_an_agreement_of_the_gallery_to_begin_with(sla: Sla, tmp_path: Path) -> None:
    done = sla("init", "--from", "gallery/speed-to-lead")
    assert (done.status, done.err) == (0, "")
    assert done.out.splitlines()[0] == "wrote agreement.sla: Speed to lead"
    assert "  lead.csv: id, owner, requested_at" in done.out.splitlines()
    text = (tmp_path / "agreement.sla").read_text(encoding="utf-8")
    assert text == (GALLERY / "speed-to-lead" / "reference.sla").read_text(encoding="utf-8")
    assert sla("test", "agreement.sla").status == 0


def test_it_writes_over_nothing_unasked(sla: Sla, tmp_path: Path) -> None:
    (tmp_path / "agreement.sla").write_text("mine", encoding="utf-8")
    done = sla("init", "--from", "gallery/speed-to-lead")
    assert (done.status, done.err) == (2, "error: `agreement.sla` is there already; --force writes over it\n")
    assert (tmp_path / "agreement.sla").read_text(encoding="utf-8") == "mine"
    assert sla("init", "--from", "gallery/speed-to-lead", "--force").status == 0
    (tmp_path / "new").mkdir()
    assert sla("init", "--from", "gallery/speed-to-lead", "--out", "new").out.startswith(
        "wrote new/agreement.sla"
    )
    assert sla("init", "--from", "gallery/routing", "--out", "-").out.startswith(
        'agreement "Who gets which lead"'
    )


def test_the_gallery_is_listed_and_a_name_is_guessed(sla: Sla) -> None:
    listed = sla("init", "--from", "gallery").out.splitlines()
    assert [line.split()[0] for line in listed] == sorted(
        each.parent.name for each in GALLERY.glob("*/policy.md")
    )
    done = sla("init", "--from", "gallery/sped-to-lead")
    assert done.status == 2
    assert "did you mean `gallery/speed-to-lead`?" in done.err
    assert "did you mean `gallery/routing`?" in sla("init", "--from", "routing").err
    assert "lists them" in sla("init", "--from", "elsewhere/at-all").err
    assert "without DATA" in sla("init", "leads.csv", "--from", "gallery/routing").err
    assert "Missing argument 'DATA…'" in sla("init").err
