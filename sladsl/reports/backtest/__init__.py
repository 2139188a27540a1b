"""What would have been with other values, as `sla backtest` gives it: a document, and what is drawn of it."""
