"""Scores, definitions, calendars, sources, tests and the rest with one mistake: its place, code and message, and its help."""

MISTAKES = [
    (
        "define SAL:\n  MQL since 2 business days after mql_at",
        "2:13 SLA103 `2 business days after mql_at` cannot stand after `since`: a moment that is reckoned from another has a name",
        "declare it with `event …: 2 business days after mql_at`, and write its name here",
    ),
    (
        "score fit of lead:\n  add 40 whn a = 1",
        "2:10 SLA103 expected `when` or `for each` after `40`, found `whn`",
        "did you mean `when`?",
    ),
    (
        "score fit of lead:\n  add when a = 1",
        "2:7 SLA103 expected a number after `add`, found `when`",
        "points are such as `add 40 when company_size >= 200`",
    ),
    (
        "score fit of lead:\n  add 40 when a == 1",
        "2:17 SLA103 two values are compared with one `=`",
        "write `=`",
    ),
    (
        "score fit of lead:\n  add 40 when a 1",
        "2:17 SLA103 expected a comparison such as `=` or `is known`, `add`, `subtract`, `and` or `or` after `a`, found `1`",
        'a condition is such as `country = "US"`, `company_size >= 200`, `email is known` or `country in {"US", "CA"}`',
    ),
    (
        "score fit of lead:\n  add 40 when a is null",
        "2:17 SLA103 whether there is a value is asked by `is known` and `is missing`",
        "write `is missing`",
    ),
    (
        "score fit of lead:\n  add 40 when a = 1 = b",
        "2:21 SLA103 a comparison cannot be compared again, found `=`",
        "join two comparisons with `and`, or use `between … and …`",
    ),
    (
        "score fit of lead:\n  add 1,000 when a = 1",
        "2:7 SLA103 thousands are set apart by `_`",
        "write `1_000`",
    ),
    (
        'score fit of lead:\n  add 4 when country in {"US", "CA"',
        '2:32 SLA104 expected `,` or `}` after `"CA"`, but the declaration ends there',
        'add `}` after `"CA"`',
    ),
    (
        "score fit of lead:\n  add 4 when (a = 1",
        "2:19 SLA104 expected `and`, `or`, `else` or `)` after `1`, but the declaration ends there",
        "add `)` after `1`",
    ),
    (
        "score fit of lead:\n  add 4 when a = 1)",
        "2:19 SLA103 `)` closes no bracket",
        "remove it, or write the `(` it belongs to",
    ),
    (
        "score fit of lead:\n  add 4 when email is known and any activity where a = 1",
        "2:46 SLA103 a test of child records with a `where` stands alone or in parentheses: `where` runs to the end of it",
        "put parentheses around it: `(any activity where …)`",
    ),
    (
        "score fit of lead:\n  add 4 when email is known and at least 3 activity in the last 2 days where a = 1",
        "2:72 SLA103 a test of child records with a `where` stands alone or in parentheses: `where` runs to the end of it",
        "put parentheses around it: `(any activity where …)`",
    ),
    (
        "score fit of lead:\n  add 4 when name = “x”",
        "2:21 SLA109 `“` is not a quote of the language",
        'texts stand in straight quotes: `"`',
    ),
    (
        'score fit of lead:\n  add 4 when name = "x',
        "2:21 SLA105 this text has no closing quote on its line",
        'end it with `"` before the line ends; a quote inside a text is written `\\"`',
    ),
    (
        "score fit of lead:\n  add 4 when name = 'x'",
        "2:21 SLA103 texts stand in double quotes",
        'write `"x"`',
    ),
    (
        "define X: lead wehn a = 1",
        "1:16 SLA103 expected `when` or `since` after `lead`, found `wehn`",
        "did you mean `when`?",
    ),
    (
        "define X: lead when a = 1 sinse b",
        "1:27 SLA103 expected `since`, `and` or `or` after `1`, found `sinse`",
        "did you mean `since`?",
    ),
    (
        "define X lead when a = 1",
        "1:10 SLA103 expected a text in quotes, `from` or `:` after `X`, found `lead`",
        "add `:` after `X`",
    ),
    (
        "define X:",
        "1:9 SLA104 expected a name after `:`, but the declaration ends there",
        "what belongs to a declaration is indented; a line that begins in column 0 begins another: "
        "a definition is such as `define SAL: MQL when accepted_at is known since accepted_at`",
    ),
    (
        "calendar c:\n  open mondy to friday 09:00 to 17:00",
        "2:8 SLA103 expected a date such as `2026-03-07`, a day such as `monday` or `every day` after `open`, found `mondy`",
        "did you mean `monday`?",
    ),
    (
        "calendar c:\n  open monday to friday 9:00 to 17:00",
        "2:25 SLA107 `9:00` is written `09:00`",
        "write `09:00`",
    ),
    (
        "calendar c:\n  open monday to friday 09:00 - 17:00",
        "2:25 SLA103 from one time of day to another is written with `to`",
        "write `09:00 to 17:00`",
    ),
    (
        "calendar c:\n  open monday to friday 09:00 to 25:00",
        "2:34 SLA107 there is no time `25:00`",
        "times run from `00:00` to `24:00`",
    ),
    (
        "calendar c:\n  closed 2026-02-31",
        "2:10 SLA107 there is no date `2026-02-31`",
        "February 2026 has 28 days",
    ),
    (
        'calendar c:\n  closed holidys "US"',
        "2:10 SLA103 expected a date such as `2026-03-07` after `closed`, found `holidys`",
        "did you mean `closed holidays`?",
    ),
    (
        'agreement "x":\n  efective 2026-01-01 to 2026-12-31',
        "2:3 SLA103 expected something like `between`, `goal`, `effective`, `zone` or `hours` after `:`, found `efective`",
        "did you mean `effective`?",
    ),
    (
        'agreement "x":\n  effective from 2026-01-01 to 2026-12-31',
        "2:3 SLA103 a term with an end has no `from`",
        "write `effective 2026-01-01 to 2026-12-31`",
    ),
    (
        'agreement "x":\n  zone America/New_York',
        "2:8 SLA103 expected a text in quotes after `zone`, found `America`",
        'write it in quotes: `"America/New_York"`',
    ),
    (
        'agreement x:\n  zone "a"',
        "1:11 SLA103 expected a text in quotes after `agreement`, found `x`",
        'write it in quotes: `"x"`',
    ),
    (
        'route MQL:\n  to "a" if a = 1\n  to "b" otherwise',
        "2:10 SLA103 a condition follows `when`",
        "write `when`",
    ),
    (
        'route MQL:\n  to "a" when a = 1\n  to "b" otherwize',
        '3:10 SLA103 expected `otherwise` or `when` after `"b"`, found `otherwize`',
        "did you mean `otherwise`?",
    ),
    (
        'route MQL:\n  to "a" when a = 1\n  to "b"',
        '3:6 SLA104 expected `otherwise` or `when` after `"b"`, but the declaration ends there',
        'add `otherwise` after `"b"`',
    ),
    (
        'route MQL:\n  to "a" when a = 1\n  to "b" else',
        "3:10 SLA103 the last choice is `otherwise`",
        "write `otherwise`",
    ),
    (
        'source s for lead from "x.csv":\n  id = Record',
        "2:8 SLA103 expected a text in quotes after `=`, found `Record`",
        'write it in quotes: `"Record"`',
    ),
    (
        'source s for lead from "x.csv":\n  id "Record"',
        '2:6 SLA103 expected `always` or `=` after `id`, found `"Record"`',
        "add `=` after `id`",
    ),
    (
        'source s for lead form "x.csv":\n  id = "Record"',
        "1:19 SLA103 expected `from` after `lead`, found `form`",
        "did you mean `from`?",
    ),
    (
        'source s for lead from "x.csv":\n  t = "T" wher "a" means "b"',
        '2:16 SLA103 expected `always` or `=` after `wher`, found `"a"`',
        "did you mean `where`?",
    ),
    (
        'source s for lead from "x.csv":\n  t = "T" where "a" mean "b"',
        '2:21 SLA103 expected `means` after `"a"`, found `mean`',
        "did you mean `means`?",
    ),
    (
        'source s for lead from "x.csv":\n  t alwys "T"',
        "2:5 SLA103 expected `always` or `=` after `t`, found `alwys`",
        "did you mean `always`?",
    ),
    (
        'test "t":\n  givn lead: a 1\n  expect X',
        "2:3 SLA103 expected `given`, `as of` or `expect` after `:`, found `givn`",
        "did you mean `given`?",
    ),
    (
        'test "t":\n  given lead a 1\n  expect X',
        "2:14 SLA103 expected `given`, `as of`, `expect` or `:` after `lead`, found `a`",
        "add `:` after `lead`",
    ),
    (
        'test "t":\n  given lead: a 1\n  expct X',
        "3:3 SLA103 expected `given`, `as of`, `expect` or `,` after `1`, found `expct`",
        "did you mean `expect`?",
    ),
    (
        'test "t":\n  given lead: a = 1\n  expect X',
        "2:17 SLA103 a value follows its word at once",
        "write it without the `=`",
    ),
    (
        "event e:\n  frist activity",
        "2:3 SLA103 expected a place such as `first`, `5th` or `last of` or a length of time such as `2 days` after `:`, found `frist`",
        "did you mean `first`?",
    ),
    (
        "event e:\n  first activity were a = 1",
        "2:18 SLA103 expected `by` or `where` after `activity`, found `were`",
        "did you mean `where`?",
    ),
    (
        "lifecycle lead: A > B",
        "1:19 SLA103 one state and the next are joined by `->`",
        "write `->`",
    ),
    (
        "let x = 5 hors",
        "1:11 SLA103 expected a comparison such as `=` or `is known`, `and`, `or` or `,` after `5`, found `hors`",
        "did you mean `hours`?",
    ),
    (
        "let x = {}",
        "1:10 SLA103 expected a value after `{`, found `}`",
        'a constant is such as `let quota = 120` or `let free_mail = {"gmail.com", "yahoo.com"}`',
    ),
    (
        "let x = prévu",
        "1:9 SLA109 names cannot hold `é`",
        "names are made of the letters a to z, digits and `_`; a label may hold any letter",
    ),
    (
        "let x =",
        "1:7 SLA104 expected a value after `=`, but the declaration ends there",
        'a constant is such as `let quota = 120` or `let free_mail = {"gmail.com", "yahoo.com"}`',
    ),
    (
        "import calendars",
        "1:1 SLA103 what is imported is a file, in quotes",
        'did you mean `import "calendars.sla"`?',
    ),
    (
        "kpi x = count of A; kpi y = count of B",
        "1:19 SLA109 `;` is not a sign of the language",
        "a declaration needs no end mark: it ends where the next line in column 0 begins",
    ),
    (
        "kpi x = count of A $",
        "1:20 SLA109 `$` is not a sign of the language",
        'a unit belongs to the field: `number in "USD"`',
    ),
    (
        "if x then y",
        "1:1 SLA101 no declaration begins with `if`",
        "a declaration begins with a word such as `record`, `define` or `kpi`, or says who owes whom; "
        "what belongs to the one above is indented",
    ),
    (
        "Kpi x = count of A",
        "1:1 SLA101 no declaration begins with `Kpi`",
        "did you mean `kpi`?",
    ),
    (
        "  kpi x = count of A",
        "1:3 SLA102 no declaration stands above `kpi`",
        "a declaration begins in column 0; what belongs to it is indented below",
    ),
    (
        "let x = 1.5 hours",
        "1:9 SLA108 a duration is a whole number of hours, not `1.5`",
        "use a smaller unit: `90 minutes` for one and a half hours",
    ),
    (
        "kpi x = mean of a over B",
        "1:9 SLA103 a mean is an `average of`",
        "write `average of`",
    ),
    (
        "kpi x = p90 of a ovr B",
        "1:18 SLA103 expected `over` after `a`, found `ovr`",
        "did you mean `over`?",
    ),
    (
        "kpi x = share of P whos a = 1",
        "1:20 SLA103 expected `at period end`, `that become`, `whose` or `where` after `P`, found `whos`",
        "did you mean `whose`?",
    ),
]
