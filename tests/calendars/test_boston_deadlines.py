"""Business days against deadlines that a city set itself (see the data's README for its hours and the
holidays it had loaded)."""

from __future__ import annotations

import csv
import os
import re
from datetime import datetime
from pathlib import Path

import pytest

from sladsl.calendars import MINUTE, CalendarRules, OpenTime, day_number, local_time, zone

SHARED = Path(os.environ.get("SLADSL_SHARED_DATA", Path(__file__).parents[3] / "shared" / "data"))
CASES = SHARED / "boston311" / "cases.csv"

HOLIDAYS = """
2014-01-01, 01-20, 02-17, 04-21, 05-26, 07-04, 09-01, 10-13, 11-11, 11-27, 12-25
2015-01-01, 01-19, 02-16, 04-20, 05-25, 09-07, 10-12, 11-11, 11-26, 12-25
2016-01-01, 01-18, 02-15, 04-18, 05-30, 07-04, 09-05, 10-10, 11-11, 11-24, 12-26
2017-01-02, 01-16, 02-20, 04-17, 05-29, 07-04, 09-04, 10-09, 11-10, 11-23, 12-25
2018-12-25
2019-01-01, 01-21, 02-18, 04-15, 05-27, 07-04, 09-02, 10-14, 11-11, 11-28, 12-25
2020-01-01
"""


def city_desk() -> OpenTime:
    hours = ((8 * 60 + 30) * MINUTE, 17 * 60 * MINUTE)
    weekday = (hours,)
    days = [
        day_number(datetime.fromisoformat(f"{line[:4]}-{date}"))
        for line in HOLIDAYS.split("\n")
        for date in re.findall(r"\d{2}-\d{2}(?=,|$)", line)
    ]
    return OpenTime(
        CalendarRules(
            name="city",
            zone="America/New_York",
            weekly=(weekday, weekday, weekday, weekday, weekday, (), ()),
            closed=tuple((day, day) for day in days),
        )
    )


@pytest.mark.skipif(not CASES.exists(), reason="the Boston cases are not beside the project")
def test_one_business_day_is_what_the_city_promised() -> None:
    desk, city = city_desk(), zone("America/New_York")
    judged = agreeing = 0
    with CASES.open(newline="", encoding="utf-8") as file:
        for case in csv.DictReader(file):
            if case["type"] == "Pick up Dead Animal" and case["target"]:
                opened, target = (
                    city.to_instant(local_time(datetime.fromisoformat(case[column])))[0]
                    for column in ("opened", "target")
                )
                judged += 1
                agreeing += abs(desk.add_business_days(opened, 1) - target) <= MINUTE
    assert (agreeing, judged) == (19_373, 19_440)
