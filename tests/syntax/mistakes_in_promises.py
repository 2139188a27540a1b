"""Records, KPIs and commitments with one mistake: its place, code and message, and the help it comes with."""

CLAUSES = (
    "`warn below`, `warn above`, `needs at least`, `none counts as`, `except when`, `only while`, "
    "`if late`, `if missed`, `if below`, `if above`, `at 75%`, `if 1 hour late` and `pause during`"
)

MISTAKES = [
    (
        "recrod lead:\n  id key text",
        "1:1 SLA101 no declaration begins with `recrod`",
        "did you mean `record`?",
    ),
    (
        "record lead\n  id key text",
        "2:3 SLA103 expected a text in quotes, `of` or `:` after `lead`, found `id`",
        "add `:` after `lead`",
    ),
    (
        "record lead:\n  id ky text",
        "2:6 SLA103 expected a type such as `text`, `number` or `time` after `id`, found `ky`",
        "did you mean `key`?",
    ),
    (
        "record lead:\n  email optinal text",
        "2:9 SLA103 expected a type such as `text`, `number` or `time` after `email`, found `optinal`",
        "did you mean `optional`?",
    ),
    (
        "record lead:\n  size numbr",
        "2:8 SLA103 expected a type such as `text`, `number` or `time` after `size`, found `numbr`",
        "did you mean `number`?",
    ),
    (
        "record lead:\n  any text",
        "2:3 SLA103 `any` cannot be a name",
        "`any`, `no`, `not`, `true` and `false` are never names; choose another one",
    ),
    (
        "record lead:\n  x string",
        "2:5 SLA103 words and signs are of the type `text`",
        "write `text`",
    ),
    (
        "record lead:",
        "1:12 SLA104 expected a name after `:`, but the declaration ends there",
        "what belongs to a declaration is indented; a line that begins in column 0 begins another: "
        "a field is its name and its type, such as `email optional text`",
    ),
    (
        "record lead:\n  amount number in USD",
        "2:20 SLA103 expected a text in quotes after `in`, found `USD`",
        'write it in quotes: `"USD"`',
    ),
    (
        "record lead:\nid key text\nemail text",
        "2:1 SLA102 `id` belongs to the declaration above and must be indented",
        "a line that begins in column 0 begins a declaration",
    ),
    (
        "kpi v = cuont of MQL",
        "1:9 SLA103 expected a measure such as `count of`, `share of` or `time from` after `=`, found `cuont`",
        "did you mean `count of`?",
    ),
    (
        "kpi v count of MQL",
        "1:7 SLA103 expected a text in quotes or `=` after `v`, found `count`",
        "add `=` after `v`",
    ),
    (
        "kpi a = share of MQL that becom SAL within 5 business days",
        "1:22 SLA103 expected `at period end`, `that become`, `whose` or `where` after `MQL`, found `that`",
        "did you mean `that become`?",
    ),
    (
        "kpi a = share of MQL that become SAL within 5 busines days",
        "1:47 SLA103 expected a unit of time such as `hours` after `5`, found `busines`",
        "did you mean `business`?",
    ),
    (
        "kpi a = share of MQL that become SAL within 5",
        "1:45 SLA104 expected a unit of time such as `hours` after `5`, but the declaration ends there",
        "say what it counts: for example `5 hours` or `5 business hours`",
    ),
    (
        "kpi t = time from MQL too first_touch in business hours",
        "1:23 SLA103 expected `to` after `MQL`, found `too`",
        "did you mean `to`?",
    ),
    (
        "marketing ows sales:\n  v at least 120 per month",
        "1:11 SLA103 expected `owes` after `marketing`, found `ows`",
        "did you mean `owes`?",
    ),
    (
        "marketing owes sales:\n  v at leats 120 per month",
        "2:5 SLA103 expected `of`, `at least`, `at most`, `between`, `within` or `by` after `v`, found `at`",
        "did you mean `at least`?",
    ),
    (
        "marketing owes sales:\n  v least 120 per month",
        "2:5 SLA103 expected `of`, `at least`, `at most`, `between`, `within` or `by` after `v`, found `least`",
        "did you mean `at least`?",
    ),
    (
        "marketing owes sales:\n  v atleast 120 per month",
        "2:5 SLA103 expected `of`, `at least`, `at most`, `between`, `within` or `by` after `v`, found `atleast`",
        "did you mean `at least`?",
    ),
    (
        "marketing owes sales:\n  v at least per month",
        "2:14 SLA103 expected a number, a percentage or a name after `at least`, found `per`",
        "write it as `volume at least 120 per month` or `acceptance at least 60% per quarter`",
    ),
    (
        "marketing owes sales:\n  v at least 120 per mnth",
        "2:22 SLA103 expected `day`, `week`, `month`, `quarter` or `year` after `per`, found `mnth`",
        "did you mean `month`?",
    ),
    (
        "marketing owes sales:\n  v at least 120\n  w at least 5 per month",
        "2:14 SLA104 expected `per` after `120`, but the line ends there",
        "say how often it is asked: for example `per month`",
    ),
    (
        "marketing owes sales:\n  v at least 120 per month\n    wran below 130",
        "3:5 SLA103 no clause of a commitment begins with `wran below`",
        "did you mean `warn below`?",
    ),
    (
        "marketing owes sales:\n  r within 4 hours for 0.95 of MQL per month",
        "2:24 SLA103 a share is written as a percentage",
        "did you mean `95%`?",
    ),
    (
        "marketing owes sales:\n  r within 4 per month",
        "2:14 SLA103 expected a unit of time such as `hours` after `4`, found `per`",
        "say what it counts: for example `4 hours` or `4 business hours`",
    ),
    (
        'marketing owes sales:\n  r within 4 hours per month\n    if lat notify "x"',
        "3:5 SLA103 no clause of a commitment begins with `if lat`",
        "did you mean `if late`?",
    ),
    (
        'marketing owes sales:\n  r within 4 hours per month\n    if late notfy "x"',
        "3:13 SLA103 expected `reassign to`, `notify`, `escalate to`, `tag` or `do` after `if late`, found `notfy`",
        "did you mean `notify`?",
    ),
    (
        "marketing owes sales:\n  r within 4 hours per month\n    if late notify sales managers\n  s at least 1 per month",
        "3:20 SLA103 expected a text in quotes or a field after `notify`, found `sales managers`",
        'write it in quotes: `"sales managers"`',
    ),
    (
        "marketing owes sales:\n  r within 4 hours per month\n    if late notify 5",
        "3:20 SLA103 expected a name or a text in quotes after `notify`, found `5`",
        'write it as `notify "sales managers"`, or `notify owner` with a field',
    ),
    (
        "marketing owes sales:\n  r within 4 hours per month\n  pause while open",
        "3:3 SLA103 the clock stands still during a spell",
        "write `pause during`",
    ),
    (
        'marketing owes sales:\n  r within 4 hours per month\n  if breached notify "x"',
        "3:3 SLA103 what follows a breach follows a row that is late or a period that is missed",
        "write `if late`, which follows each row, or `if missed`, which follows a period",
    ),
    (
        "marketing owes sales:\n  r within 4 hours per month\n  cheer at noon",
        "3:9 SLA103 expected `of`, `at least`, `at most`, `between`, `within` or `by` after `cheer`, found `at`",
        f"a commitment is a KPI with its target, such as `r at least 100 per month`; below one stand {CLAUSES}",
    ),
    (
        "marketing owes sales:\n  r within 4 hours per month\n  escalate after 3 days",
        "3:12 SLA103 expected `of`, `at least`, `at most`, `between`, `within` or `by` after `escalate`, found `after`",
        f"a commitment is a KPI with its target, such as `r at least 100 per month`; below one stand {CLAUSES}",
    ),
    (
        "marketing owes sales:\n  r within 4 hours per month\n    none counts as fine",
        "3:5 SLA103 a period without rows is `met` or `missed`",
        "did you mean `none counts as met`?",
    ),
    (
        'test "a":\n  given lead\n  expect routed to "x"',
        "3:17 SLA103 expected a definition between `expect` and `routed to`",
        'say whose route is meant: `expect MQL routed to "…"`',
    ),
]
