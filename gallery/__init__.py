"""Policies in plain English, each with a right agreement and what any right agreement must give on small data; and who scores one.

    python -m gallery list
    python -m gallery score speed-to-lead draft.sla

A policy is a folder: `policy.md`, `reference.sla`, the data as CSV files, `outcomes.toml` (worked out by hand from the policy) and
`wrong.diff`, an edit of the reference by which one rule of it becomes another.
"""
