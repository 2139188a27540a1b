"""Mistakes out of habit from elsewhere: a line of `AGREEMENT`, what somebody writes for it, and what is plainly meant.

`CERTAIN` has one meaning; `ASKED` may be meant otherwise; of `TOLD` nobody knows, and the third column is the help.
"""

CONDITION = 'when country = "US"'
ZONE = 'zone "Europe/Berlin"'
TERM = "effective 2026-01-01 to 2026-12-31"
OPEN = "open monday to friday 09:00 to 17:00"
CLOSED = "closed 2026-05-05"
EMAIL = "email optional text"
SIZE = "size optional number"
STAGE = 'stage one of "new", "won"'
VOLUME = "volume at least 120 per month"
WON = "won at least 60% per quarter"
ANSWER = "answer within 4 business hours for 95% of Fit per month"
LATE = 'if late notify "sales managers", escalate to "head"'
COUNT = "kpi volume = count of Fit"
SHARE = "kpi won = share of Fit that become Won within 5 business days"
HOURS = "hours office"
OWES = "marketing owes sales:"
TIME = "kpi answer = time from Fit to answered_at in business hours"
DEFINE = "define Fit:"
SINCE = "since asked_at"
SOURCE = 'source crm for lead from "leads.csv":'
COLUMN = 'id = "Id"'

AGREEMENT = f"""agreement "Handover":
  between marketing and sales
  {TERM}
  {ZONE}
  {HOURS}

calendar office:
  {OPEN}
  {CLOSED}

record lead:
  id key text
  {EMAIL}
  {SIZE}
  country optional text
  {STAGE}
  asked_at optional time
  answered_at optional time
  won_at optional time

{DEFINE}
  lead {CONDITION}
  {SINCE}

define Won:
  Fit since won_at

{COUNT}
{SHARE}
{TIME}

{OWES}
  {VOLUME}

sales owes marketing:
  {ANSWER}
    {LATE}
  {WON}

{SOURCE}
  {COLUMN}
"""

CERTAIN = [
    (HOURS, "calendar office", HOURS),
    (HOURS, "business hours office", HOURS),
    (TERM, "period 2026-01-01 to 2026-12-31", TERM),
    (OPEN, "hours monday to friday 09:00 to 17:00", OPEN),
    (LATE, 'when late notify "head"', 'if late notify "head"'),
    (OWES, "marketing promises sales:", OWES),
    (OWES, "marketing must deliver to sales:", OWES),
    ("id key text", "id primary key text", "id key text"),
    (CONDITION, 'when country == "US"', 'when country = "US"'),
    (CONDITION, 'when country <> "US"', 'when country != "US"'),
    (CONDITION, 'when country = "US" && size > 3', 'when country = "US" and size > 3'),
    (CONDITION, 'when country = "US" || size > 3', 'when country = "US" or size > 3'),
    (CONDITION, 'when country = "US" AND size > 3', 'when country = "US" and size > 3'),
    (CONDITION, 'When country = "US"', 'when country = "US"'),
    (CONDITION, 'where country = "US"', 'when country = "US"'),
    (CONDITION, "when country = 'US'", 'when country = "US"'),
    (CONDITION, "when country = “US”", 'when country = "US"'),
    (CONDITION, 'when country is "US"', 'when country = "US"'),
    (CONDITION, 'when country is not "US"', 'when country != "US"'),
    (CONDITION, "when email is null", "when email is missing"),
    (CONDITION, "when email IS NOT NULL", "when email is known"),
    (CONDITION, "when email is not missing", "when email is known"),
    (CONDITION, "when size greater than 50", "when size > 50"),
    (CONDITION, "when size is less than or equal to 50", "when size <= 50"),
    (CONDITION, "when size at least 50", "when size >= 50"),
    (CONDITION, 'when country in ("US", "CA")', 'when country in {"US", "CA"}'),
    (CONDITION, 'when country not in ["US", "CA"]', 'when country not in {"US", "CA"}'),
    (CONDITION, 'when country in {"US" "CA"}', 'when country in {"US", "CA"}'),
    (CONDITION, "when size > 2k", "when size > 2_000"),
    (CONDITION, "when size > 1,200", "when size > 1_200"),
    (CONDITION, 'when country = "US" // at home', 'when country = "US"'),
    (ZONE, 'timezone "Europe/Berlin"', ZONE),
    (ZONE, 'zone: "Europe/Berlin"', ZONE),
    (ZONE, 'zone = "Europe/Berlin"', ZONE),
    (TERM, "effective 31/12/2025 to 30/12/2026", "effective 2025-12-31 to 2026-12-30"),
    (TERM, "effective 1/3/2026 to 12/31/2026", "effective 2026-01-03 to 2026-12-31"),
    (TERM, "effective January 1, 2026 to 31 Dec 2026", TERM),
    (TERM, "effective from 2026-01-01 until 2026-12-31", TERM),
    (TERM, f"{TERM}\n  review every month", f"{TERM}\n  review monthly"),
    (CLOSED, "closed 2026-05-05 and 2026-05-12", "closed 2026-05-05, 2026-05-12"),
    (VOLUME, "volume must be at least 120 per month", VOLUME),
    (CONDITION, "when won_at within 3 days from asked_at", "when won_at within 3 days after asked_at"),
    (OPEN, "open Mon-Fri 09:00 to 17:00", OPEN),
    (OPEN, "open Monday, Tue & Wed 09:00 to 17:00", "open monday, tuesday, wednesday 09:00 to 17:00"),
    (OPEN, "open monday to friday 9am to 5.30pm", "open monday to friday 09:00 to 17:30"),
    (OPEN, "open monday to friday 12am-12pm", "open monday to friday 00:00 to 12:00"),
    (OPEN, "open monday to friday 09:00-17:00", OPEN),
    (EMAIL, "email: optional text", EMAIL),
    (EMAIL, "email text optional", EMAIL),
    (EMAIL, "email optional string", EMAIL),
    (EMAIL, "email text?", EMAIL),
    (EMAIL, "email text required", "email text"),
    (SIZE, "size number optional", SIZE),
    (SIZE, "size optional integer", SIZE),
    (STAGE, 'stage one of "new" "won"', STAGE),
    (STAGE, 'stage enum("new", "won")', STAGE),
    (VOLUME, "volume >= 120 per month", VOLUME),
    (VOLUME, "volume no more than 120 per month", "volume at most 120 per month"),
    (VOLUME, "volume at least 120 monthly", VOLUME),
    (VOLUME, "volume at least 120 per month from 2026-01-01 to 2026-06-30", "volume at least 120 per month from 2026-01-01 until 2026-06-30"),
    (VOLUME, "volume at least 120 a month", VOLUME),
    (VOLUME, "volume at least 120/month", VOLUME),
    (VOLUME, "volume at least 2.5k per month", "volume at least 2_500 per month"),
    (WON, "won at least 60 percent per quarter", WON),
    (WON, "at least 60% won per quarter", WON),
    (ANSWER, "answer within 4 hrs for 95% of Fit per month", "answer within 4 hours for 95% of Fit per month"),
    (ANSWER, "answer within 4 working hours for 95% of Fit per month", ANSWER),
    (ANSWER, "answer at most 4 business hours for 95% of Fit per month", ANSWER),
    (ANSWER, "answer within 4 business hours for at least 95% of Fit per month", ANSWER),
    (
        ANSWER,
        "answer within 1 business hour if size > 5, else within 4 business hours for 95% of Fit per month",
        "answer within 1 business hour when size > 5, within 4 business hours otherwise for 95% of Fit per month",
    ),
    (LATE, 'if late, notify "sales managers", escalate to "head"', LATE),
    (LATE, 'if late then notify "sales managers", escalate to "head"', LATE),
    (LATE, 'If late notify "sales managers", escalate "head"', LATE),
    (COUNT, "kpi volume: count of Fit", COUNT),
    (COUNT, "kpi volume = count Fit", COUNT),
    (COUNT, "kpi volume = number of Fit", COUNT),
    (COUNT, "  kpi volume = count of Fit", COUNT),
    (SHARE, "kpi won = percentage of Fit that becomes Won within 5 business days", SHARE),
    (TIME, "kpi answer = time between Fit and answered_at in business hours", TIME),
    (DEFINE, "define Fit =", DEFINE),
    (DEFINE, "// who fits\ndefine Fit:", DEFINE),
    (SINCE, "since: asked_at", SINCE),
    (SOURCE, 'source crm for lead: "leads.csv"', SOURCE),
    (SOURCE, 'source crm from "leads.csv" for lead:', SOURCE),
    (COLUMN, 'id: "Id"', COLUMN),
    (COLUMN, '"Id" = id', COLUMN),
]  # fmt: skip

ASKED = [
    (SINCE, "from asked_at", SINCE),
    (SINCE, "entered at asked_at", SINCE),
    (TERM, "effective 2026", TERM),
    (COUNT, "kpi volume = Fit count", COUNT),
    (
        ANSWER,
        "95% of answer within 4 business hours per month",
        "answer within 4 business hours for 95% per month",
    ),
    (CONDITION, 'when email like "%@acme.com"', 'when email ends with "@acme.com"'),
    (CONDITION, 'when email like "info@%"', 'when email starts with "info@"'),
    (CONDITION, 'when email like "%acme%"', 'when email contains "acme"'),
    (CONDITION, 'when !(country = "US")', 'when not (country = "US")'),
    (CONDITION, "when email is not empty", "when email is known"),
    (CONDITION, "when size over 50", "when size > 50"),
    (ZONE, "zone Europe/Berlin", ZONE),
    (STAGE, "stage one of new, won", STAGE),
    (VOLUME, "volume at least 120 leads per month", VOLUME),
    (ANSWER, "answer in 4 business hours for 95% of Fit per month", ANSWER),
    (SHARE, "kpi won = rate of Fit that become Won within 5 business days", SHARE),
    (
        ANSWER,
        "answer within 4 calendar hours for 95% of Fit per month",
        "answer within 4 hours for 95% of Fit per month",
    ),
    (LATE, "if late notify sales managers", 'if late notify "sales managers"'),
    (LATE, 'if late email "sales managers"', 'if late notify "sales managers"'),
    (DEFINE, "define Fit", DEFINE),
    (SOURCE, 'source for lead: "leads.csv"', 'source lead for lead from "leads.csv":'),
    (SOURCE, "source crm for lead from leads.csv:", SOURCE),
]

_TOLD = (
    'say after what: `if late notify "…"` follows each row that is late, `if missed notify "…"` a period that is missed, '
    '`at 75% notify "…"` a row that soon will be'
)
_DATES = "write `2026-1-3` or `2026-3-1`, each number with two digits"
_UNLESS = "write `when not (…)`, or `and not (…)` behind another condition, with all of it in the parentheses"
TOLD = [
    (COUNT, "kpi volume of Fit: count", "write `kpi volume = count of Fit`, `kpi volume = time from Fit to …` or another measure"),
    (VOLUME, "deliver 100 Fit per month", "declare what is counted, such as `kpi volume = count of Fit`, and promise `volume at least 100`"),
    (CONDITION, 'when email like "%a_b%"', 'write `starts with "…"`, `ends with "…"`, `contains "…"`, or a pattern after `matches`'),
    (CONDITION, 'unless country = "US"', _UNLESS),
    (CONDITION, 'when country = "US" unless size > 3', _UNLESS),
    (CONDITION, "when 5 < size < 10", "join two comparisons with `and`, or use `between … and …`"),
    (TERM, "effective 1/3/2026 to 1/4/2027", _DATES),
    (OPEN, "open monday to friday 9 to 5", "write it as `open monday to friday 09:00 to 17:00`, with the hours that are meant"),
    (VOLUME, "volume more than 120 per month", "write `at least` and the least number that is enough: with `at least 120`, 120 itself is enough"),
    (CONDITION, "when size in (1,200, 3)", 'a condition is such as `country = "US"`, `company_size >= 200`, `email is known` or `country in {"US", "CA"}`'),
    (ANSWER, "answer within 5m for 95% of Fit per month", "write `5 minutes` or `5 months`"),
    (VOLUME, "volume at least 120", "say how often it is asked: for example `per month`"),
    (ANSWER, "answer within 4 for 95% of Fit per month", "say what it counts: for example `4 hours` or `4 business hours`"),
    (TIME, 'kpi answer = time from Fit to first call where kind = "phone" in business hours', "give it a name on a line of its own, `event first_call: first call where …`, and write `first_call` here"),
    (LATE, 'if breached notify "head"', "write `if late`, which follows each row, or `if missed`, which follows a period"),
    (LATE, 'notify "head"', _TOLD),
]  # fmt: skip
