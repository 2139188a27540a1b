"""Engines: a plan and data in, what was counted out. They judge nothing."""
