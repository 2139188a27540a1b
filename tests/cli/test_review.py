"""`sla review`: every figure is that of `sla run --format json`, every text is text, and the page needs nothing but itself."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from command_line import Sla, runner

from sladsl.calendars import day_number, zone
from sladsl.compiler import Compilation, compile_text
from sladsl.reviewing import asked, review
from sladsl.reviewing.pack import Pack
from sladsl.runner import RunError, as_known

ROOT = Path(__file__).parents[2]
HANDOFF = ROOT / "examples" / "handoff" / "handoff.sla"
AS_OF = "2026-10-15"


@pytest.fixture
def sla(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Sla:
    return runner(tmp_path, monkeypatch, capsys)


@pytest.fixture(scope="module")
def pack() -> Pack:
    return packed(HANDOFF, "2026-08")


def packed(path: Path, period: str | None, by: tuple[str, ...] = ()) -> Pack:
    def compiled(more: str = "") -> Compilation:
        text = path.read_text(encoding="utf-8") + more
        return compile_text(text, str(path), read=lambda p: Path(p).read_text(encoding="utf-8"))

    model = compiled().model
    extra = asked(model)
    plan = compiled(extra.text).plan
    assert plan is not None
    return review(plan, model, period, extra, by, as_of=AS_OF)


@pytest.fixture
def found(sla: Sla) -> Any:
    if not _DOCUMENTS:
        line = ("run", HANDOFF, "--as-of", AS_OF, "--fail-on", "never", "--format", "json", "--leads")
        _DOCUMENTS.append(sla(*line).json)
    return _DOCUMENTS[0]


_DOCUMENTS: list[Any] = []


def test_headlines_and_trends_are_the_runs(pack: Pack, found: Any) -> None:
    cells = {c["id"]: {p["period"]: p for p in c["periods"]} for c in found["commitments"]}
    assert [(h.commitment.id, h.now.measured.period.label) for h in pack.headlines] == [
        ("marketing.mql_volume", "2026-08"),
        ("marketing.reachable", "2026-08"),
        ("sales.response_time", "2026-08"),
        ("sales.acceptance", "2026-Q3"),
    ]
    for h in pack.headlines:
        assert str(h.now.verdict) == cells[h.commitment.id][h.now.measured.period.label]["verdict"]
        assert h.before is not None
        assert (
            h.before.measured.period.label
            == {"2026-08": "2026-07", "2026-Q3": "2026-Q2"}[h.now.measured.period.label]
        )
    for t in pack.trends:
        assert [p.label for p in t.points] == [
            p for p in cells[t.commitment.id] if p <= "2026-08" or ("Q" in p and p <= "2026-Q3")
        ]
        for p in t.points:
            cell = cells[t.commitment.id][p.label]
            assert (p.value, p.verdict) == (cell["value"], cell["verdict"])
            assert [p.low, p.high] == (cell["interval"] or [None, None])


def test_a_month_builds_up_as_it_was_known_day_by_day(pack: Pack) -> None:
    """At the end of a day it is what a run as of then says, and at last what the run says that is reviewed."""
    built = {x.commitment.id: x for x in pack.build_ups}
    assert list(built) == ["marketing.mql_volume", "sales.response_time", "sales.acceptance"]
    middle = zone(pack.run.plan.zone).midnight(day_number(dt.date(2026, 8, 15)))
    then = as_known(pack.run, middle)
    for id, x in built.items():
        days = [day for day in x.days if day.low is not None]
        (friday,) = [day for day in days if day.label == "Aug 14"]
        for run, day in ((then, friday), (pack.run, days[-1])):
            (c,) = [c for c in run.commitments if c.commitment.id == id]
            (m,) = [j.measured for j in c.periods if j.measured.period.label in {"2026-08", "2026-Q3"}]
            assert m.now is not None
            assert m.now.low is not None
            assert m.now.high is not None
            assert (day.low, day.high) == pytest.approx((float(m.now.low), float(m.now.high)))
    volume = built["marketing.mql_volume"]
    assert [x.line for x in volume.days][-1] == volume.target
    assert len(volume.days) == 21, "weekends are no business days"


def test_breakdowns_and_late_rows_add_up(pack: Pack, found: Any) -> None:
    cells = {(c["id"], p["period"]): p for c in found["commitments"] for p in c["periods"]}
    period_of = {h.commitment.id: h.now.measured.period.label for h in pack.headlines}
    seen = set()
    for b in pack.breakdowns:
        cell = cells[b.commitment.id, period_of[b.commitment.id]]
        assert sum(s.rows for s in b.shares) == cell["rows"]
        assert sum(s.met for s in b.shares) == cell["numerator"]
        seen.add((b.commitment.id, b.by))
    assert ("sales.response_time", "owner") in seen
    late = {(x["commitment"], x["key"]) for x in found["breaches"]}
    rows = {
        (x["commitment"], x["key"]) for x in found["leads"] if x["period"] == period_of.get(x["commitment"])
    }
    assert {(x.commitment, x.key) for x in pack.late} == late & rows
    [d] = pack.distributions
    took = [
        x["elapsed"]
        for x in found["leads"]
        if (x["commitment"], x["period"]) == ("sales.response_time", "2026-08")
    ]
    assert sorted(d.seconds) == sorted(x for x in took if x is not None)
    assert d.unanswered == sum(x is None for x in took)
    assert d.deadlines == (("1 business hour", 3600.0), ("4 business hours", 14400.0))


def test_breakdowns_by_the_reviews_fields_add_up_too(pack: Pack, found: Any) -> None:
    cells = {(c["id"], p["period"]): p for c in found["commitments"] for p in c["periods"]}
    assert {b.by for b in pack.breakdowns} == {"owner", "country"}
    for b in pack.breakdowns:
        now = next(h for h in pack.headlines if h.commitment.id == b.commitment.id)
        assert now.before is not None
        cell = cells[b.commitment.id, now.before.measured.period.label]
        before = [s.before for s in b.shares if s.before is not None]
        assert sum(s.met for s in before) <= cell["numerator"]  # who had no row since is not among them
        assert sum(s.rows for s in before) <= cell["rows"]
    more = packed(HANDOFF, "2026-08", ("industry",))
    assert {b.by for b in more.breakdowns} == {"owner", "country", "industry"}
    with pytest.raises(RunError, match="no record has a field `contry`; did you mean `country`"):
        packed(HANDOFF, "2026-08", ("contry",))
    with pytest.raises(RunError, match="`mql_at` is a time, which hardly two rows share"):
        packed(HANDOFF, "2026-08", ("mql_at",))


def test_the_funnel_begins_with_what_the_volume_counts(pack: Pack, found: Any) -> None:
    [funnel] = pack.funnels
    volume = next(h for h in pack.headlines if h.commitment.kpi == "mql_volume")
    assert [s.name for s in funnel.steps] == ["MQL", "SAL", "Customer"]
    assert funnel.steps[0].reached == volume.now.measured.value
    reached = [s.reached for s in funnel.steps]
    assert reached == sorted(reached, reverse=True)
    # Nobody of the funnel's KPIs, which the agreement does not have, is in what is listed.
    assert not [x for x in pack.run.outcomes.listings if x.subject.startswith("review_")]


def test_a_review_by_whoever_has_a_spell(sla: Sla, tmp_path: Path) -> None:
    """The rows of a spell are in no file: which of them met a promise is asked where they are, and reps are told by their names."""
    (tmp_path / "reps.csv").write_text("id,name\nr1,Ana Lopez\nr2,Ben Ode\n")
    (tmp_path / "leads.csv").write_text(
        "id,rep,at,done\nL1,r1,2026-01-05T10:00Z,2026-01-05T11:00Z\nL2,r2,2026-01-06T10:00Z,2026-01-06T20:00Z\n"
    )
    (tmp_path / "a.sla").write_text(
        'agreement "A":\n  between marketing and sales\n  zone "UTC"\n  review monthly over holder\n\n'
        "record rep:\n  id key text\n  name text\n\n"
        "record lead:\n  id key text\n  rep key of rep\n  at time\n  done optional time\n\n"
        "let holder of lead = rep\n\n"
        "spell turn of lead:\n  while at is known and done is missing\n  for each accountable holder\n\n"
        "kpi handling = time from turn to turn.ended\n\n"
        "sales owes marketing:\n  handling within 4 hours for 50% of turn per month\n"
    )
    data = ("--data", "lead=leads.csv", "--data", "rep=reps.csv")
    done = sla("review", "a.sla", *data, "--as-of", "2026-02-10", "--out", "-")
    assert (done.status, done.err) == (0, "")
    page = read(done.out)
    assert [text for text in page.texts if "(" in text and "r1" in text] == ["r1 (Ana Lopez)"]
    assert "handling by holder" in page.texts


MONTHS_AND_QUARTERS = """agreement "Handoff":
  between marketing and sales
  effective 2026-01-01 to 2026-12-31
  zone "America/New_York"
  review monthly by "RevOps"

record lead:
  id  key text
  at  time

kpi volume = count of lead
kpi supply = count of lead

marketing owes sales:
  volume at least 1 per month
  supply at least 3 per quarter

source leads for lead from "leads.csv"
"""


def test_the_last_complete_month_is_reviewed_unless_another_is_asked_for(tmp_path: Path) -> None:
    agreement = tmp_path / "a.sla"
    agreement.write_text(MONTHS_AND_QUARTERS)
    (tmp_path / "leads.csv").write_text("id,at\na,2026-05-05 10:00Z\nb,2026-09-05 10:00Z\n")
    assert packed(agreement, None).period.label == "2026-09"
    assert packed(agreement, "2026-Q2").headlines[-1].now.measured.period.label == "2026-Q2"
    with pytest.raises(RunError, match="no commitment has a period"):
        packed(agreement, "2031-01")


class Reading(HTMLParser):
    """Tags with their attributes, and the texts."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


def read(html: str) -> Reading:
    reading = Reading()
    reading.feed(html)
    return reading


def headings(page: Reading) -> Iterator[str]:
    return (tag for tag, _ in page.tags if re.fullmatch("h[1-6]", tag))


def test_the_page_needs_nothing_but_itself(sla: Sla, tmp_path: Path) -> None:
    done = sla("review", HANDOFF, "--as-of", AS_OF, "--period", "2026-08")
    assert (done.status, done.out) == (0, "wrote review.html\n")
    html = (tmp_path / "review.html").read_text(encoding="utf-8")
    page = read(html)
    assert not {"script", "link", "iframe", "img"} & {tag for tag, _ in page.tags}
    names = {name for _, attrs in page.tags for name in attrs}
    assert not {"src", "srcset", "action"} & names
    assert not [name for name in names if name.startswith("on")]
    assert "@import" not in html
    assert not re.search(r"url\((?!['\"]?#)", html)
    pictures = [attrs for tag, attrs in page.tags if tag == "svg"]
    assert len(pictures) == 10
    assert all(each["role"] == "img" and each["aria-label"] for each in pictures)
    levels = [int(tag[1]) for tag in headings(page)]
    assert levels[0] == 1
    assert all(b - a <= 1 for a, b in pairwise(levels))
    assert len(html) < 5_000_000


def test_a_lead_called_script_is_text(sla: Sla, tmp_path: Path) -> None:
    evil = "<script>alert(1)</script>\"'&"
    (tmp_path / "leads.csv").write_text(
        "id,owner,at\n"
        + f'"{evil.replace(chr(34), chr(34) * 2)}","<b>",2026-01-05T10:00:00Z\nL2,"<b>",2026-01-06T10:00:00Z\n'
    )
    (tmp_path / "calls.csv").write_text("lead,at\nL2,2026-01-06T10:30:00Z\n")
    (tmp_path / "a.sla").write_text(
        'agreement "<i>A</i>":\n  between marketing and sales\n  zone "UTC"\n\n'
        "record lead:\n  id key text\n  owner accountable text\n  at time\n\nrecord call of lead:\n  at time\n\n"
        "event answer:\n  first call\n\nkpi reply = time from at to answer\n\n"
        'sales owes marketing:\n  reply within 4 hours for 50% per month\n    if late reassign to "<u>"\n'
    )
    data = ("--data", "lead=leads.csv", "--data", "call=calls.csv")
    assert sla("review", "a.sla", *data, "--as-of", "2026-02-10", "--out", "-").status == 0
    page = read(sla("review", "a.sla", *data, "--as-of", "2026-02-10", "--out", "-").out)
    assert not {"script", "i", "b", "u"} & {tag for tag, _ in page.tags}
    assert evil in page.texts
    assert "<b>" in page.texts
