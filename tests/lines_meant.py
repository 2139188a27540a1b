"""Lines of which every word is known and the order or the form is not: a line of `AGREEMENT`, what somebody writes for it, and what is to write.

With an `EXACT` one the agreement checks; in a `NOTED` one something is an example, and it parses.
"""

AGREEMENT = """\
agreement "Pipeline handover 2026":
  between marketing "Demand gen" and sales "Inside sales"
  goal "No inbound lead waits overnight"
  effective 2026-01-01 to 2026-12-31
  zone "America/New_York"
  hours office
  review monthly by "RevOps" over region
  reviewed 2026-02-03

calendar office "New York desk":
  open monday to friday 09:00 to 18:00
  closed holidays "US"
  closed 2026-11-27

calendar rep_hours of rep:
  zone time_zone
  open monday to friday 09:00 to 17:00

record rep "Sales development reps":
  id         key text
  name       text
  time_zone  text
  manager    optional key of rep
  quota      optional number
  joined     time

record absence of rep:
  id      key text
  starts  planned time
  ends    optional planned time

record lead "Inbound leads":
  id            key text
  email         optional text
  region        one of "NA", "EMEA", "APAC"
  lead_source   optional text
  company_size  optional number
  amount        optional number in "USD"
  owner         accountable key of rep
  created_at    time
  mql_at        optional time
  sal_at        optional time
  demo_at       optional planned time
  won_at        optional time

record touch "Calls and emails" of lead:
  id         key text
  channel    one of "call", "email", "linkedin"
  direction  one of "in", "out"
  at         time

record hold of lead:
  id       key text
  began    time
  resumed  optional time

let big = 500
let monthly_goal = 100, 120 from 2026-07-01
let free_mail = {"gmail.com", "yahoo.com"}

score fit of lead:
  add 30 when company_size >= 200
  add 20 when region = "NA"
  add 5 for each touch where direction = "in" at most 20
  subtract 25 when domain(email) in free_mail

define MQL "Marketing qualified":
  lead when fit >= 50 and email is known
  since mql_at

define SAL "Sales accepted":
  MQL when sal_at is known
  since sal_at

define Won:
  SAL when won_at is known
  since won_at

define Enterprise:
  MQL when company_size >= 1_000

lifecycle lead: MQL -> SAL -> Won

event first_call:
  first touch where channel = "call" and direction = "out"

event third_touch:
  3rd touch where direction = "out"

event accepted:
  first of sal_at, 2 business days after MQL

spell away of rep:
  each absence from starts to ends

spell untouched of lead:
  while mql_at is known and first_call is missing

kpi mqls = count of MQL
kpi speed = time from MQL to first_call in business hours
kpi acceptance = share of MQL that become SAL within 3 business days
kpi win_rate = share of SAL that become Won within 90 days for each region
kpi pipeline = sum of amount over SAL
kpi backlog = count of untouched at period end

marketing owes sales:
  mqls at least monthly_goal per month
    warn below 130
    if below 90 do "review the budget", below 60 do "stop the campaign"

sales owes marketing:
  speed within 1 business hour when company_size >= 500,
        within 4 business hours otherwise
    for 90% of MQL per month
    needs at least 10
    pause during hold from began to resumed at most 8 business hours
    except when demo_at is known because "a demo was booked"
    at 75% notify owner
    if late notify "team lead"
    if 2 business hours late escalate to "director"
    if missed 2 in a row escalate to "CRO"
  acceptance at least 60% per quarter
    none counts as met
    only while mqls at most 200

route MQL:
  to "enterprise" when company_size >= 1_000
  to "pool" otherwise

never "a free address is an MQL":
  MQL when domain(email) in free_mail

test "a call in time":
  given rep: id "r1", name "Ana", time_zone "America/New_York", joined 2026-01-05 09:00
  given lead: id "L1", email "b@acme.com", company_size 400, region "NA", owner "r1", mql_at 2026-03-03 10:00
  given touch: channel "call", direction "out", at 2026-03-03 10:30
  as of 2026-03-10
  expect speed met, due 2026-03-03 14:00

source crm for lead from "leads.csv":
  id           = "Lead ID"
  email        = "Email"
  region       = "Region" where "North America" means "NA", "Europe" means "EMEA"
  mql_at       = "MQL Date" as "MM/DD/YYYY HH:mm"
  times in "America/New_York"
  missing "", "N/A"
  skip when "Is Test" in {"true"}

source calls for touch from "touches.csv":
  lead       = "Lead ID"
  channel    = "Type"
  direction  always "out"
  at         = "Date" as "YYYY-MM-DD HH:mm"
  times in "America/New_York"
"""

EXACT = [
    ('effective 2026-01-01 to 2026-12-31', 'effective for FY2026', 'effective 2026-01-01 to 2026-12-31'),
    ('goal "No inbound lead waits overnight"', 'goal: No inbound lead waits overnight', 'goal "No inbound lead waits overnight"'),
    ('reviewed 2026-02-03', 'reviewed on Feb 3 2026', 'reviewed 2026-02-03'),
    ('closed 2026-11-27', 'closed 12/24/2026 from 12:00', 'closed 2026-12-24 12:00 to 24:00'),
    ('closed 2026-11-27', 'closed 2026-11-27 "day after Thanksgiving"', 'closed 2026-11-27 because "day after Thanksgiving"'),
    ('open monday to friday 09:00 to 18:00\n  closed holidays', 'open monday to friday 09:00 to 18:00 except 12:00 to 13:00\n  closed holidays', 'open monday to friday 09:00 to 12:00, 13:00 to 18:00'),
    ('region        one of "NA", "EMEA", "APAC"', 'region        one of NA, EMEA or APAC', 'region one of "NA", "EMEA", "APAC"'),
    ('amount        optional number in "USD"', 'amount        $', 'amount number in "USD"'),
    ('mql_at        optional time', 'mql_at        optional datetime utc', 'mql_at optional time'),
    ('mql_at        optional time', 'mql_at        time (may be empty)', 'mql_at optional time'),
    ('let monthly_goal = 100, 120 from 2026-07-01', 'let monthly_goal = 100 until 2026-06-30, 120 from 2026-07-01', 'let monthly_goal = 100, 120 from 2026-07-01'),
    ('add 30 when company_size >= 200', '30 points if company_size >= 200', 'add 30 when company_size >= 200'),
    ('add 30 when company_size >= 200', 'company_size >= 200: +30', 'add 30 when company_size >= 200'),
    ('add 5 for each touch where direction = "in" at most 20', 'add 5 per touch where direction = "in", max 20', 'add 5 for each touch where direction = "in" at most 20'),
    ('lead when fit >= 50 and email is known\n  since mql_at', 'lead when fit >= 50 and email is known\n  at mql_at', 'since'),
    ('lead when fit >= 50 and email is known\n  since mql_at', 'lead\n  when fit >= 50,\n  email is known\n  since mql_at', 'lead when fit >= 50 and email is known since mql_at'),
    ('lead when fit >= 50 and email is known\n  since mql_at', 'lead with fit of at least 50 and an email\n  since mql_at', 'lead when fit >= 50 and email is known since mql_at'),
    ('lifecycle lead: MQL -> SAL -> Won', 'lifecycle lead:\n  1. MQL\n  2. SAL\n  3. Won', 'MQL -> SAL -> Won'),
    ('first touch where channel = "call" and direction = "out"', 'touch where channel = "call" order by at limit 1', 'first touch where channel = "call"'),
    ('while mql_at is known and first_call is missing', 'from mql_at until first_call', 'while mql_at is known and first_call is missing'),
    ('while mql_at is known and first_call is missing', 'mql_at is known and first_call is missing', 'while mql_at is known and first_call is missing'),
    ('kpi speed = time from MQL to first_call in business hours', 'kpi speed = average time from MQL to first_call (business hours)', 'kpi speed = time from MQL to first_call in business hours'),
    ('kpi speed = time from MQL to first_call in business hours', 'kpi speed = business hours between MQL and first_call', 'time from MQL to first_call in business hours'),
    ('kpi acceptance = share of MQL that become SAL within 3 business days', 'kpi acceptance = SAL / MQL within 3 business days', 'kpi acceptance = share of MQL that become SAL within 3 business days'),
    ('kpi pipeline = sum of amount over SAL', 'kpi pipeline = SUM(amount) WHERE SAL', 'kpi pipeline = sum of amount over SAL'),
    ('kpi pipeline = sum of amount over SAL', 'kpi pipeline = sum of amount for SAL by region', 'kpi pipeline = sum of amount over SAL for each region'),
    ('kpi backlog = count of untouched at period end', 'kpi backlog = count of untouched at month end', 'at period end'),
    ('mqls at least monthly_goal per month', '100 mqls per month', 'mqls at least 100 per month'),
    ('mqls at least monthly_goal per month', 'mqls: 100/month', 'mqls at least 100 per month'),
    ('mqls at least monthly_goal per month', 'mqls at least 100 in every month of the term', 'mqls at least 100 per month'),
    ('warn below 130', 'warn sales if below 130', 'warn below 130'),
    ('if below 90 do "review the budget", below 60 do "stop the campaign"', 'if mqls < 90 then do "review the budget"', 'if below 90 do "review the budget"'),
    ('needs at least 10', 'min sample size 10 leads', 'needs at least 10'),
    ('if late notify "team lead"', 'if late then notify team lead by email', 'if late notify "team lead"'),
    ('at 75% notify owner', 'reminder to owner 15 minutes before due', '15 minutes before due notify owner'),
    ('if missed 2 in a row escalate to "CRO"', 'credit 10% of the fee per missed month', 'if missed do "credit 10% of the fee"'),
    ('only while mqls at most 200', 'unless mqls above 200', 'only while mqls at most 200'),
    ('to "pool" otherwise', 'else round robin', 'to "round robin" otherwise'),
    ('to "enterprise" when company_size >= 1_000', 'company_size >= 1000 => enterprise', 'to "enterprise" when company_size >= 1000'),
    ('skip when "Is Test" in {"true"}', 'skip when "Is Test" = true', 'skip when "Is Test" in {"true"}'),
    ('email        = "Email"', 'email        = Email (column C)', 'email = "Email"'),
    ('mql_at       = "MQL Date" as "MM/DD/YYYY HH:mm"', 'mql_at       = "MQL Date" in "MM/DD/YYYY HH:mm" (UTC)', 'mql_at = "MQL Date" as "MM/DD/YYYY HH:mm"'),
    ('effective 2026-01-01 to 2026-12-31', 'effective: January 2026 - December 2026', 'effective 2026-01-01 to 2026-12-31'),
    ('effective 2026-01-01 to 2026-12-31', 'effective from 2026-01-01 for 12 months', 'effective 2026-01-01 to 2026-12-31'),
    ('review monthly by "RevOps" over region', 'review monthly by RevOps team over region and lead_source', 'review monthly by "RevOps team" over region, lead_source'),
    ('between marketing "Demand gen" and sales "Inside sales"', 'parties: marketing (Demand gen), sales (Inside sales)', 'between marketing "Demand gen" and sales "Inside sales"'),
    ('closed 2026-11-27', 'half day 2026-12-24 09:00-13:00', 'open 2026-12-24 09:00 to 13:00'),
    ('open monday to friday 09:00 to 18:00\n  closed holidays', 'open mo-fr 9-18 Uhr\n  closed holidays', 'open monday to friday 09:00 to 18:00'),
    ('closed holidays "US"\n  closed', 'us federal holidays off\n  closed', 'closed holidays "US"'),
    ('lead_source   optional text', 'lead source   text, optional', 'lead_source optional text'),
    ('region        one of "NA", "EMEA", "APAC"', 'region        "NA" | "EMEA" | "APAC"', 'one of "NA", "EMEA", "APAC"'),
    ('company_size  optional number', 'company_size  optional number (employees)', 'company_size "employees" optional number'),
    ('email         optional text', 'email         optional email address', 'email optional text'),
    ('record hold of lead:', 'record hold belongs to lead', 'record hold of lead:'),
    ('record hold of lead:', 'record hold (child of lead):', 'record hold of lead:'),
    ('let big = 500', 'let big = 500 employees', '500'),
    ('add 20 when region = "NA"', 'region = "NA" adds 20 points', 'add 20 when region = "NA"'),
    ('lead when fit >= 50 and email is known\n  since mql_at', 'lead when fit >= 50 since mql_at date', 'lead when fit >= 50 since mql_at'),
    ('first touch where channel = "call" and direction = "out"', 'min(touch.at) where channel = "call"', 'first touch'),
    ('first touch where channel = "call" and direction = "out"', 'first touch with channel call', 'first touch where channel = "call"'),
    ('first of sal_at, 2 business days after MQL', 'sal_at or 2 business days after MQL, whichever is earlier', 'first of sal_at, 2 business days after MQL'),
    ('kpi acceptance = share of MQL that become SAL within 3 business days', 'kpi acceptance = count of SAL / count of MQL', 'share of MQL that become SAL'),
    ('kpi acceptance = share of MQL that become SAL within 3 business days', 'kpi acceptance = MQL to SAL conversion rate', 'kpi acceptance = share of MQL that become SAL'),
    ('kpi win_rate = share of SAL that become Won within 90 days for each region', 'kpi win_rate = share of SAL that become Won within one quarter', 'kpi win_rate = share of SAL that become Won within 3 months'),
    ('kpi pipeline = sum of amount over SAL', 'kpi pipeline = total pipeline amount of SAL', 'kpi pipeline = sum of amount over SAL'),
    ('kpi mqls = count of MQL', 'kpi mqls = count of lead where MQL per region', 'for each'),
    ('warn below 130', 'amber: 130', 'warn below 130'),
    ('for 90% of MQL per month', 'at least 90% of the time, monthly', 'for 90% per month'),
    ('pause during hold from began to resumed at most 8 business hours', 'pause clock from hold.began until hold.resumed', 'pause during hold from began to resumed'),
    ('pause during hold from began to resumed at most 8 business hours', 'pause if owner away', 'pause during owner.away'),
    ('at 75% notify owner', 'remind owner at 75%', 'at 75% notify owner'),
    ('at 75% notify owner', 'notify owner when 75% of the time has passed', 'at 75% notify owner'),
    ('if missed 2 in a row escalate to "CRO"', 'escalate to "CRO" if missed twice', 'if missed 2 in a row escalate to "CRO"'),
    ('only while mqls at most 200', 'only applies if mqls <= 200', 'only while mqls at most 200'),
    ('only while mqls at most 200', 'only while mqls is below 200', 'only while mqls at most 200'),
    ('expect speed met, due 2026-03-03 14:00', 'expect speed met by 2026-03-03 14:00', 'expect speed met, due 2026-03-03 14:00'),
    ('expect speed met, due 2026-03-03 14:00', 'expect lead to be MQL', 'expect MQL'),
    ('missing "", "N/A"', 'treat "N/A" as missing', 'missing "N/A"'),
    ('times in "America/New_York"\n  missing', 'timezone: EST\n  missing', 'times in "America/New_York"'),
    ('region       = "Region" where "North America" means "NA", "Europe" means "EMEA"', 'region       = "Region" map "North America" -> "NA", "Europe" -> "EMEA"', 'region = "Region" where "North America" means "NA", "Europe" means "EMEA"'),
    ('mqls at least monthly_goal per month', 'mqls at least 100 per month starting in July 2026', 'mqls at least 100 per month from 2026-07-01'),
    ('let monthly_goal = 100, 120 from 2026-07-01', 'let monthly_goal = 100, 120 starting in July 2026', 'let monthly_goal = 100, 120 from 2026-07-01'),
    ('effective 2026-01-01 to 2026-12-31', 'effective from January 2026 to December 2026', 'effective 2026-01-01 to 2026-12-31'),
    ('acceptance at least 60% per quarter', '3/4 acceptance per quarter', 'acceptance at least 75% per quarter'),
    ('at 75% notify owner', 'at 3/4 of the time notify owner', 'at 75% notify owner'),
    ('if 2 business hours late escalate to "director"', 'an hour and a half before due escalate to "director"', '90 minutes before due escalate to "director"'),
    ('closed holidays "US"\n  closed', 'closed holidays US and Canada\n  closed', 'closed holidays "CA"'),
    ('region        one of "NA", "EMEA", "APAC"', 'region        picklist values NA, EMEA, APAC', 'region one of "NA", "EMEA", "APAC"'),
    ('region        one of "NA", "EMEA", "APAC"', 'region        text in {"NA", "EMEA", "APAC"}', 'region one of "NA", "EMEA", "APAC"'),
    ('region        one of "NA", "EMEA", "APAC"', 'region        (NA, EMEA, APAC)', 'region one of "NA", "EMEA", "APAC"'),
    ('kpi acceptance = share of MQL that become SAL within 3 business days', 'kpi acceptance = COUNTIF(SAL)/COUNTIF(MQL)', 'kpi acceptance = share of MQL that become SAL'),
    ('lead when fit >= 50 and email is known\n  since mql_at', 'lead when fit >= 50 but email is known\n  since mql_at', 'and'),
    ('lead when fit >= 50 and email is known\n  since mql_at', 'lead when fit >= 50 and email is known\n  since when mql_at', 'since'),
]  # fmt: skip

NOTED = [
    ('review monthly by "RevOps" over region', 'review on the first monday of every month by "RevOps"', 'review monthly by "RevOps"'),
    ('review monthly by "RevOps" over region', 'review on the 5th', 'review monthly'),
    ('hours office', 'hours 9-18', 'hours office'),
    ('closed 2026-11-27', 'closed every december 25', 'closed 2026-12-25'),
    ('closed 2026-11-27', 'closed 24.12. - 31.12.', 'closed 2026-12-24 to 2026-12-31'),
    ('closed 2026-11-27', 'open saturday 10:00 to 14:00 in december', 'open saturday 10:00 to 14:00 from 2026-12-01 until 2026-12-31'),
    ('let monthly_goal = 100, 120 from 2026-07-01', 'let monthly_goal = 100 (H1), 120 (H2)', 'let monthly_goal = 100, 120 from 2026-07-01'),
    ('MQL when sal_at is known\n  since sal_at', 'MQL accepted by sales\n  since sal_at', 'MQL when accepted_at is known since sal_at'),
    ('3rd touch where direction = "out"', 'third outbound touch', '3rd touch where type = "outbound"'),
    ('kpi acceptance = share of MQL that become SAL within 3 business days', 'kpi acceptance = % of MQL accepted within 3 business days', 'kpi acceptance = share of MQL that become Accepted within 3 business days'),
    ('warn below 130', 'warn below 130\n    bonus 5% if exceeded', 'if above 150 do "bonus 5%"'),
    ('pause during hold from began to resumed at most 8 business hours', 'pause while on hold (max 8 business hours)', 'pause during waiting at most 8 business hours'),
    ('if missed 2 in a row escalate to "CRO"', 'if missed 3 times in a quarter escalate to "CRO"', 'if missed 3 in a row escalate to "CRO"'),
    ('never "a free address is an MQL":\n  MQL when domain(email) in free_mail', 'never MQL when domain(email) in free_mail', 'never "no such MQL": MQL when domain(email) in free_mail'),
    ('as of 2026-03-10', 'as of March 10', 'as of 2026-03-10'),
    ('source calls for touch from "touches.csv":', 'source calls from salesforce Task:', 'source calls for lead from "calls.csv":'),
    ('review monthly by "RevOps" over region', 'review every 2 weeks by "RevOps"', 'review weekly by "RevOps"'),
    ('hours office', 'hours: Mon-Fri 9am-6pm EST', 'hours office'),
    ('closed 2026-11-27', 'closed between Dec 24 and Jan 1', 'closed 2026-12-24 to 2027-01-01'),
    ('closed 2026-11-27', 'closed 2026-12-24 afternoon', 'closed 2026-12-24 12:00 to 24:00'),
    ('owner         accountable key of rep', 'owner         rep', 'owner key of rep'),
    ('lead when fit >= 50 and email is known\n  since mql_at', 'when fit >= 50 and email is known\n  since mql_at', 'lead when fit >= 50 and email is known since mql_at'),
    ('MQL when company_size >= 1_000', 'MQL with more than 1000 employees', 'MQL when employees > 1000'),
    ('first touch where channel = "call" and direction = "out"', 'first outbound call', 'first call where type = "outbound"'),
    ('kpi acceptance = share of MQL that become SAL within 3 business days', 'kpi acceptance = share of MQL accepted by sales within 3 business days', 'kpi acceptance = share of MQL that become Accepted within 3 business days'),
    ('kpi speed = time from MQL to first_call in business hours', 'kpi speed = time to first_call', 'kpi speed = time from lead to first_call'),
    ('kpi speed = time from MQL to first_call in business hours', 'kpi speed = response time in business hours', 'kpi speed = time from lead to first_call in business hours'),
    ('warn below 130', 'warning at 10% below target', 'warn below 130'),
    ('if below 90 do "review the budget", below 60 do "stop the campaign"', 'if missed by more than 10% do "review the budget"', 'if below 90% do "review the budget"'),
    ('except when demo_at is known because "a demo was booked"', 'exclude leads with a demo booked', 'except when demo_at is known because "a demo booked"'),
    ('if 2 business hours late escalate to "director"', 'after 2 more business hours escalate to "director"', 'at 2 business hours escalate to "director"'),
    ('if 2 business hours late escalate to "director"', 'escalate to "director" after 2 business hours', 'at 2 business hours escalate to "director"'),
    ('MQL when domain(email) in free_mail', 'domain(email) in free_mail', 'MQL when domain(email) in free_mail'),
    ('given touch: channel "call", direction "out", at 2026-03-03 10:30', 'given a call by sales at 2026-03-03 10:30', 'given call: at 2026-03-03 10:30'),
    ('open monday to friday 09:00 to 18:00', 'open mon-fri 9-6', 'open monday to friday 09:00 to 17:00'),
    ('open monday to friday 09:00 to 18:00', 'open monday to friday 9am to 6pm except friday until 3pm', 'open monday to friday 09:00 to 18:00'),
    ('mqls at least monthly_goal per month', 'mqls at least 100 per month starting in July', 'mqls at least 100 per month from 2026-07-01'),
    ('let monthly_goal = 100, 120 from 2026-07-01', 'let monthly_goal = 100, 120 starting in July', 'let monthly_goal = 100, 120 from 2026-07-01'),
    ('speed within 1 business hour when company_size >= 500,\n        within 4 business hours otherwise\n    for 90% of MQL per month', 'speed within half a day for 90% of MQL per month', 'speed within 12 hours for 90% of MQL per month'),
]  # fmt: skip
