"""A run in each format that `sla run` writes."""
