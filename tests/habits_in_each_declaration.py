"""An agreement with every kind of declaration, and what people write for parts of it: what stands there, and what somebody writes instead.

`CERTAIN` has one meaning, and its fix makes the agreement what it was; `ASKED` may be meant otherwise.
"""

AGREEMENT = """\
agreement "Marketing to sales":
  between marketing "Demand generation" and sales "Field sales"
  effective 2026-01-01 to 2026-12-31
  zone "America/New_York"
  hours office
  year starts february
  week starts sunday
  review monthly by "RevOps" over country
  reviewed 2026-02-03

calendar office:
  zone "America/New_York"
  open monday to friday 09:00 to 12:30, 13:30 to 18:00
  closed holidays "US" except "Columbus Day"
  closed 2026-11-27
  closed 2026-03-03 09:00 to 13:00 because "CRM outage"
  open 2026-12-24 09:00 to 13:00

calendar rep_hours of rep:
  zone time_zone
  open monday to friday 09:00 to 17:00
  closed holidays "US"

record rep "People who sell":
  id         key text
  name       text
  time_zone  text
  manager    optional text
  joined     time
  quota      optional number

record lead "One row per lead":
  id                         key text
  email                      optional text
  company_size  "Employees"  optional number
  country                    optional text
  industry                   one of "software", "finance", "other"
  amount                     optional number in "USD"
  newsletter                 optional boolean
  owner                      accountable key of rep
  created_at                 time
  mql_at                     optional time
  accepted_at                optional time
  won_at                     optional time
  renews_at                  optional planned time

record activity of lead:
  id         key text
  type       one of "call", "email", "meeting", "page_view"
  direction  one of "inbound", "outbound"
  at         time

record absence "Days off" of rep:
  id      key text
  starts  planned time
  ends    optional planned time

record status_change of lead:
  id      key text
  status  one of "New", "MQL", "Accepted", "Recycle"
  at      time

record quote of lead:
  id           key text
  sent_at      time
  answered_at  optional time

let free_mail = {"gmail.com", "yahoo.com"}
let volume_target = 120, 150 from 2026-04-01
let answer_time = 8 business hours, 4 business hours from 2026-07-01
let stage "Lead status" of lead = (status of last status_change else "New")

score fit of lead:
  add 40 when company_size between 200 and 5_000
  add 25 when country in {"US", "CA"}
  add 5 for each activity where type = "page_view" at most 30
  subtract 40 when domain(email) in free_mail

define MQL "Marketing qualified lead":
  lead when fit >= 50 and email is known
  since mql_at

define SAL:
  MQL when accepted_at is known
  since accepted_at

define Customer:
  SAL when won_at is known
  since won_at

define Enterprise:
  MQL when company_size >= 1_000

define Neglected:
  lead when stage = "MQL" and (no activity within 14 days before mql_at where type = "call")
  since mql_at

define Fit:
  lead when fit >= 50
  since mql_at

define Fit from 2026-07-01:
  lead when fit >= 70
  since mql_at

lifecycle lead: MQL -> SAL -> Customer

spell away of rep:
  each absence from starts to ends

spell waiting "A quote that waits" of quote:
  while sent_at is known and answered_at is missing

spell turn of lead:
  while stage = "MQL"
  for each accountable stage

event first_touch "First outbound contact":
  first activity where type in {"call", "email", "meeting"} and direction = "outbound"

event third_call:
  3rd activity where type = "call"

event settled:
  first of accepted_at, 2 business days after MQL

kpi mql_volume = count of MQL
kpi response_time = time from MQL to first_touch in business hours
kpi acceptance = share of MQL that become SAL within 5 business days
kpi conversion = share of MQL that become Customer within 90 days for each industry
kpi typical_fit = median of fit over MQL
kpi revenue = sum of amount over Customer
kpi wait = time from waiting to waiting.ended in business hours
kpi backlog = count of waiting at period end
kpi renewal = time from created_at to won_at
kpi neglected = count of Neglected
kpi turns = count of turn
kpi settling = time from MQL to settled
kpi third = time from MQL to third_call

marketing owes sales:
  mql_volume at least volume_target per month
    warn below 160
    if missed notify "CMO"
    if missed 2 in a row escalate to "board"
  mql_volume of Enterprise at least 12 per month until 2026-06-30
  mql_volume of Enterprise at least 15 per month from 2026-07-01

sales owes marketing:
  response_time within 1 business hour when fit >= 80,
                within 4 business hours otherwise
    for 95% of MQL per month
    pause during owner.away at most 16 business hours
    except when industry = "other" because "not our market"
    at 75% notify owner
    30 minutes before due notify "team lead"
    if late reassign to "inbound pool", notify owner.manager
    if 1 business day late escalate to "head of sales"
    if missed escalate to "VP sales"
    none counts as met
    only while mql_volume at most 500
  acceptance at least 60% per quarter
    needs at least 20
    warn below 65%
    if below 60% do "credit 5%", below 50% do "credit 10%"
  wait within answer_time for 80% of waiting per month
  third within 2 business days of owner.rep_hours for 50% per month
  renewal by renews_at for 90% per quarter

route MQL:
  to "enterprise" when company_size >= 1_000
  to "inbound pool" otherwise

test "a lead answered in time":
  given rep: id "r1", name "Ana", time_zone "America/New_York", joined 2025-01-01 09:00
  given lead: email "ana@acme.com", company_size 400, country "US", industry "software", owner "r1",
    created_at 2026-03-09 10:00, mql_at 2026-03-09 10:00
  given activity: type "call", direction "outbound", at 2026-03-09 12:00
  as of 2026-03-10 09:00
  expect MQL
  expect fit = 65
  expect response_time met, due 2026-03-09 15:00
  expect MQL routed to "inbound pool"

source contacts for lead from newest of "contacts-*.csv":
  id           = "Record ID"
  email        = "Email"
  company_size = "Number of Employees"
  industry     = "Industry" where "COMPUTER_SOFTWARE" means "software", "BANKING" means "finance"
  owner        = "Owner ID"
  created_at   = "Create Date"
  mql_at       = "Became MQL" as "YYYY-MM-DD HH:mm"
  times in "America/Chicago"
  numbers "1,234.56"
  missing "", "N/A"
  skip when "Is Test" in {"true"}
  fresh within 2 days
  readable at least 95%

source calls for activity from "calls.csv":
  id        = "Call ID"
  lead      = "Contact ID"
  type      always "call"
  direction = "Call Direction" where "INBOUND" means "inbound", "OUTBOUND" means "outbound"
  at        = "Activity date"
  times in "America/Chicago"

source status_log for status_change from "log.csv":
  id     = "History ID"
  lead   = "Contact ID"
  status = "Status"
  at     = "Changed"
  times in "UTC"
  keep latest by "Updated"
"""

CERTAIN = [
    ('fit >= 70', 'fit => 70'),
    ('fit >= 70', 'fit ≥ 70'),
    ('country in {"US", "CA"}', 'country in ["US", "CA"]'),
    ('company_size between 200 and 5_000', 'company_size between 200-5_000'),
    ('{"gmail.com", "yahoo.com"}', '("gmail.com", "yahoo.com")'),
    ('lead when fit >= 50 and email is known', 'lead where fit >= 50 and email is known'),
    ('(status of last status_change else "New")', 'coalesce(status of last status_change, "New")'),
    ('closed 2026-11-27', 'closed 27 November 2026'),
    ('hours office', 'business hours office'),
    ('effective 2026-01-01 to 2026-12-31', 'effective from 2026-01-01 until 2026-12-31'),
    ('review monthly by "RevOps" over country', 'review every month by "RevOps" over country'),
    ('year starts february', 'fiscal year starts february'),
    ('year starts february', 'year starts 2'),
    ('year starts february', 'year starts Feb'),
    ('open monday to friday 09:00 to 12:30', 'open mon to fri 09:00 to 12:30'),
    ('open monday to friday 09:00 to 12:30', 'open mondays to fridays 09:00 to 12:30'),
    ('09:00 to 12:30, 13:30', '09:00-12:30, 13:30'),
    ('open monday to friday 09:00 to 12:30', 'open monday to friday from 09:00 to 12:30'),
    ('open monday to friday 09:00 to 12:30', 'open monday to friday: 09:00 to 12:30'),
    ('closed holidays "US" except', 'closed on public holidays in "US" except'),
    ('because "CRM outage"', 'reason "CRM outage"'),
    ('13:30 to 18:00', '13:30 to 6pm'),
    ('email                      optional text', 'email                      optional varchar(255)'),
    ('email                      optional text', 'email                      text null'),
    ('quota      optional number', 'quota      number optional'),
    ('name       text', 'name       required text'),
    ('one of "software", "finance", "other"', 'enum("software", "finance", "other")'),
    ('one of "software", "finance", "other"', 'one of {"software", "finance", "other"}'),
    ('name       text', 'name:      text'),
    ('name       text', 'name       text,'),
    ('won_at                     optional time', 'won_at                     optional timestamp'),
    ('won_at                     optional time', 'won_at                     optional date time'),
    ('newsletter                 optional boolean', 'newsletter                 optional bool'),
    ('owner                      accountable key of rep', 'owner                      accountable references rep'),
    ('record quote of lead:', 'record quote belongs to lead:'),
    ('record quote of lead:', 'record quote for lead:'),
    ('renews_at                  optional planned time', 'renews_at                  planned optional time'),
    ('let answer_time = 8', 'let answer_time := 8'),
    ('let stage "Lead status" of lead = ', 'let stage "Lead status" for lead = '),
    ('(status of last status_change else "New")', '(status of latest status_change else "New")'),
    ('(status of last status_change else "New")', 'status of last status_change else "New"'),
    ('4 business hours from 2026-07-01', '4 business hours since 2026-07-01'),
    ('150 from 2026-04-01', '150 starting 2026-04-01'),
    ('define Fit from 2026-07-01:', 'define Fit since 2026-07-01:'),
    ('add 25 when', '+25 when'),
    ('add 25 when', 'add 25 points when'),
    ('add 25 when', 'add 25 if'),
    ('subtract 40 when', 'add -40 when'),
    ('score fit of lead:', 'score fit for lead:'),
    ('SAL when won_at is known', 'SAL if won_at is known'),
    ('3rd activity where', 'third activity where'),
    ('first of accepted_at, 2', 'earliest of accepted_at, 2'),
    ('3rd activity where type', '3rd activity when type'),
    ('2 business days after MQL', 'MQL + 2 business days'),
    ('each absence from starts to ends', 'each absence from starts until ends'),
    ('while sent_at is known and', 'when sent_at is known and'),
    ('each absence from starts to ends', 'each absence between starts and ends'),
    ('for each accountable stage', 'accountable for each stage'),
    ('each absence from', 'every absence from'),
    ('MQL -> SAL -> Customer', 'MQL > SAL > Customer'),
    ('MQL -> SAL -> Customer', 'MQL => SAL => Customer'),
    ('MQL -> SAL -> Customer', 'MQL → SAL → Customer'),
    ('count of MQL', 'number of MQL'),
    ('count of MQL', 'count(MQL)'),
    ('count of MQL', 'COUNT(*) of MQL'),
    ('share of MQL that become SAL', 'share of MQL which become SAL'),
    ('time from MQL to first_touch', 'time between MQL and first_touch'),
    ('time from MQL to first_touch', 'time from MQL until first_touch'),
    ('first_touch in business hours', 'first_touch during business hours'),
    ('sales owes marketing:', 'sales owes to marketing:'),
    ('sales owes marketing:', 'sales promises marketing:'),
    ('at least 60% per quarter', 'minimum 60% per quarter'),
    ('at least 60% per quarter', 'at least 60 percent per quarter'),
    ('at least 60% per quarter', 'at least 60% each quarter'),
    ('at least 60% per quarter', 'at least 60% every quarter'),
    ('at least 60% per quarter', 'at least 60%/quarter'),
    ('    for 95% of MQL per month', '    for 95 percent of MQL per month'),
    ('within 2 business days of owner', 'within 2bd of owner'),
    ('within 2 business days of owner', 'within 2 working days of owner'),
    ('within 2 business days of owner', 'within 2-business-days of owner'),
    ('within 4 business hours otherwise', 'within 4 business hours else'),
    ('within 4 business hours otherwise', 'otherwise within 4 business hours'),
    ('within 1 business hour when fit >= 80', 'within 1 business hour if fit >= 80'),
    ('when fit >= 80,', 'when fit >= 80'),
    ('until 2026-06-30', 'to 2026-06-30'),
    ('mql_volume of Enterprise at least 12 per month until 2026-06-30', 'mql_volume of Enterprise at least 12 until 2026-06-30 per month'),
    ('if late reassign to', 'if late: reassign to'),
    ('if late reassign to', 'if late then reassign to'),
    ('if late reassign to', 'when late reassign to'),
    ('if missed notify "CMO"', 'if missed notify to "CMO"'),
    ('escalate to "board"', 'escalate "board"'),
    ('reassign to "inbound pool"', 'reassign "inbound pool"'),
    ('reassign to "inbound pool", notify', 'reassign to "inbound pool"; notify'),
    ('if missed 2 in a row escalate', 'if missed twice in a row escalate'),
    ('if missed 2 in a row escalate', 'if missed 2 consecutive months escalate'),
    ('if missed 2 in a row escalate', 'if missed 2 months in a row escalate'),
    ('if 1 business day late escalate', 'if late by 1 business day escalate'),
    ('if 1 business day late escalate', 'if more than 1 business day late escalate'),
    ('at 75% notify owner', 'at 75% of time notify owner'),
    ('at 75% notify owner', 'after 75% notify owner'),
    ('30 minutes before due notify', '30 minutes before deadline notify'),
    ('30 minutes before due notify', 'at 30 minutes before due notify'),
    ('pause during owner.away at', 'pause while owner.away at'),
    ('pause during owner.away at', 'pause when owner.away at'),
    ('owner.away at most 16 business hours', 'owner.away up to 16 business hours'),
    ('owner.away at most 16 business hours', 'owner.away max 16 business hours'),
    ('owner.away at most 16 business hours', 'owner.away for at most 16 business hours'),
    ('because "not our market"', 'reason "not our market"'),
    ('needs at least 20', 'needs 20'),
    ('needs at least 20', 'minimum sample 20'),
    ('needs at least 20', 'needs at least 20 MQL'),
    ('warn below 65%', 'warn if below 65%'),
    ('none counts as met', 'empty counts as met'),
    ('none counts as met', 'no data counts as met'),
    ('none counts as met', 'none count as met'),
    ('only while mql_volume at most', 'only if mql_volume at most'),
    ('only while mql_volume at most 500', 'only while mql_volume <= 500'),
    ('do "credit 5%", below 50% do', 'do "credit 5%", if below 50% do'),
    ('if below 60% do', 'if under 60% do'),
    ('if below 60% do', 'if < 60% do'),
    ('to "enterprise" when', 'send to "enterprise" when'),
    ('to "enterprise" when', 'to "enterprise" if'),
    ('to "inbound pool" otherwise', 'default "inbound pool"'),
    ('to "inbound pool" otherwise', 'else "inbound pool"'),
    ('route MQL:', 'route of MQL:'),
    ('email "ana@acme.com", company_size 400', 'email = "ana@acme.com", company_size 400'),
    ('email "ana@acme.com", company_size 400', 'email: "ana@acme.com", company_size 400'),
    ('given activity:', 'given an activity:'),
    ('given activity:', 'given activity with'),
    ('as of 2026-03-10 09:00', 'at 2026-03-10 09:00'),
    ('as of 2026-03-10 09:00', 'now 2026-03-10 09:00'),
    ('as of 2026-03-10 09:00', 'as-of 2026-03-10 09:00'),
    ('expect response_time met', 'expect response_time is met'),
    ('expect response_time met', 'expect response_time = met'),
    ('expect fit = 65', 'expect fit == 65'),
    ('expect fit = 65', 'expect fit to be 65'),
    ('due 2026-03-09 15:00', 'due at 2026-03-09 15:00'),
    ('expect MQL', 'then MQL'),
    ('source calls for activity from', 'source calls of activity from'),
    ('email        = "Email"', '"Email" -> email'),
    ('type      always "call"', 'type      = always "call"'),
    ('type      always "call"', 'type      is "call"'),
    ('where "INBOUND" means "inbound"', 'where "INBOUND" -> "inbound"'),
    ('where "INBOUND" means "inbound"', 'where "INBOUND" = "inbound"'),
    ('as "YYYY-MM-DD HH:mm"', 'format "YYYY-MM-DD HH:mm"'),
    ('missing "", "N/A"', 'missing {"", "N/A"}'),
    ('missing "", "N/A"', 'null "", "N/A"'),
    ('skip when "Is Test" in {"true"}', 'skip when "Is Test" = "true"'),
    ('skip when "Is Test" in {"true"}', 'skip if "Is Test" in {"true"}'),
    ('fresh within 2 days', 'fresh for 2 days'),
    ('fresh within 2 days', 'max age 2 days'),
    ('readable at least 95%', 'readable 95%'),
    ('keep latest by "Updated"', 'keep last by "Updated"'),
    ('keep latest by "Updated"', 'keep latest "Updated"'),
    ('from newest of "contacts-*.csv"', 'from latest "contacts-*.csv"'),
    ('from newest of "contacts-*.csv"', 'from newest "contacts-*.csv"'),
    ('kpi mql_volume = count of MQL', 'kpi mql_volume = count of MQL;'),
]  # fmt: skip

ASKED = [
    ('answered_at is missing', 'answered_at is empty'),
    ('hours office', 'hours "office"'),
    ('review monthly by "RevOps" over country', 'review monthly by RevOps over country'),
    ('agreement "Marketing to sales":', 'agreement Marketing to sales:'),
    ('open monday to friday 09:00 to 12:30', 'open weekdays 09:00 to 12:30'),
    ('closed holidays "US" except', 'closed holidays US except'),
    ('one of "software", "finance", "other"', 'one of software, finance, other'),
    ('optional number in "USD"', 'optional currency'),
    ('optional number in "USD"', 'optional number in USD'),
    ('mql_at                     optional time', 'mql-at                     optional time'),
    ('quota      optional number', 'quota      optional percentage'),
    ('let answer_time = 8', 'const answer_time = 8'),
    ('(status of last status_change else "New")', '(last status_change.status else "New")'),
    ('add 5 for each activity', 'add 5 per activity'),
    ('add 5 for each activity', 'add 5 for every activity'),
    ('since won_at', 'from won_at'),
    ('first activity where type in', 'the first activity where type in'),
    ('for each accountable stage', 'per accountable stage'),
    ('median of fit over MQL', 'median of fit for MQL'),
    ('share of MQL that become SAL', 'conversion from MQL to SAL'),
    ('for each industry', 'group by industry'),
    ('for each industry', 'by industry'),
    ('count of waiting at period end', 'count of waiting at end of month'),
    ('count of waiting at period end', 'count of waiting at the end of the period'),
    ('kpi renewal = time from created_at to won_at', 'kpi renewal = average time from created_at to won_at'),
    ('within 2 business days of owner', 'under 2 business days of owner'),
    ('within 2 business days of owner', '< 2 business days of owner'),
    ('within 2 business days of owner', 'in 2 business days of owner'),
    ('if missed notify "CMO"', 'if missed email "CMO"'),
    ('if missed notify "CMO"', 'if missed alert "CMO"'),
    ('reassign to "inbound pool"', 'assign to "inbound pool"'),
    ('if 1 business day late escalate', 'after 1 business day escalate'),
    ('at 75% notify owner', 'at 0.75 notify owner'),
    ('pause during owner.away', 'stop clock during owner.away'),
    ('except when industry', 'except if industry'),
    ('except when industry', 'unless industry'),
    ('except when industry', 'exclude when industry'),
    ('warn below 65%', 'warn at 65%'),
    ('none counts as met', 'none counts as ok'),
    ('do "credit 5%", below', 'credit 5%, below'),
    ('to "enterprise" when company_size >= 1_000', 'company_size >= 1_000 -> "enterprise"'),
    ('to "enterprise" when', 'to enterprise when'),
    ('type "call", direction', 'type call, direction'),
    ('expect response_time met, due', 'expect response_time passed, due'),
    ('expect MQL', 'expect is MQL'),
    ('expect MQL', 'expect lead to be MQL'),
    ('test "a lead answered in time":', 'test a lead answered in time:'),
    ('from "calls.csv":', 'from calls.csv:'),
    ('email        = "Email"', 'email        = Email'),
    ('readable at least 95%', 'readable at least 0.95'),
    ('keep latest by "Updated"', 'dedupe by "Updated"'),
    ('kpi mql_volume =', 'metric mql_volume ='),
    ('define Customer:', 'definition Customer:'),
    ('record quote of lead:', 'table quote of lead:'),
    ('kpi mql_volume =', 'KPI mql_volume ='),
    ('define Customer:', 'Define Customer:'),
    ('(no activity within 14 days before mql_at where type = "call")', '(no activity within 14 days before mql_at where type = "call"'),
    ('where type = "call")', 'where type = "call"))'),
]  # fmt: skip
