"""Leads and activities of any size as Parquet, the same for the same size: made from a hash of each row's number."""

from __future__ import annotations

from pathlib import Path

import duckdb

AS_OF = "2026-12-01T05:00:00Z"

# `h(k)` of the macros below is a uniform number in [0, 1) that depends on the row and on k only.
LEADS = """
COPY (
  WITH base AS (SELECT i,
      TIMESTAMPTZ '2026-01-01 05:00:00+00' + to_microseconds((h(i, 1) * 28857600e6)::BIGINT) AS created_at FROM range({n}) t(i)),
  mql AS (SELECT *, CASE WHEN h(i, 2) < 0.7 THEN created_at + to_microseconds((h(i, 3) * 5 * 86400e6)::BIGINT) END AS mql_at FROM base),
  sal AS (SELECT *, CASE WHEN h(i, 4) < 0.65 THEN mql_at + to_microseconds((h(i, 5) * 8 * 86400e6)::BIGINT) END AS accepted_at FROM mql)
  SELECT
    printf('L%09d', i) AS id,
    CASE WHEN h(i, 6) < 0.95
      THEN 'person' || i || '@' || CASE WHEN h(i, 7) < 0.1 THEN 'gmail.com' ELSE 'company' || (i % 9973) || '.com' END END AS email,
    CASE WHEN h(i, 8) < 0.9 THEN (10 + h(i, 9) * 6000)::BIGINT END AS company_size,
    CASE WHEN h(i, 10) < 0.8 THEN ['US', 'CA', 'DE', 'GB', 'FR'][1 + floor(h(i, 11) * 5)::BIGINT] END AS country,
    ['software', 'finance', 'retail', 'other'][1 + floor(h(i, 12) * 4)::BIGINT] AS industry,
    'rep ' || (i % 211) AS owner,
    created_at, mql_at, accepted_at,
    CASE WHEN h(i, 13) < 0.2 THEN accepted_at + to_microseconds((h(i, 14) * 120 * 86400e6)::BIGINT) END AS won_at
  FROM sal
) TO '{path}' (FORMAT parquet)
"""

ACTIVITIES = """
COPY (
  SELECT
    l.id AS lead,
    ['call', 'email', 'meeting', 'page_view', 'page_view'][1 + floor(h(l.i * 7 + j, 21) * 5)::BIGINT] AS type,
    CASE WHEN h(l.i * 7 + j, 22) < 0.8 THEN 'outbound' ELSE 'inbound' END AS direction,
    coalesce(l.mql_at, l.created_at) + to_microseconds(((h(l.i * 7 + j, 23) - 0.25) * (j + 1) * 0.5 * 86400e6)::BIGINT) AS at
  FROM (SELECT substr(id, 2)::BIGINT AS i, * FROM '{leads}') l, range({per_lead}) t(j)
  WHERE h(l.i, 24) < 0.9
) TO '{path}' (FORMAT parquet)
"""


def make(folder: Path, leads: int, per_lead: int = 2) -> tuple[Path, Path]:
    """Write (or find) `leads` rows and about `per_lead` activities each; returns the two files."""
    folder.mkdir(parents=True, exist_ok=True)
    lead_file, activity_file = (
        folder / f"leads_{leads}.parquet",
        folder / f"activities_{leads}_{per_lead}.parquet",
    )
    with duckdb.connect() as con:
        con.execute("SET memory_limit = '2GB'")
        con.execute("SET preserve_insertion_order = false")
        con.execute(f"SET temp_directory = '{folder / 'spill'}'")
        con.execute("CREATE MACRO h(i, k) AS (hash(i::BIGINT * 64 + k) >> 11) / 9007199254740992.0")
        if not lead_file.exists():
            con.execute(LEADS.format(n=leads, path=lead_file))
        if not activity_file.exists():
            con.execute(ACTIVITIES.format(leads=lead_file, path=activity_file, per_lead=per_lead))
    return lead_file, activity_file
