"""What becomes of rows beside what another report says of them, as `sla reconcile` gives it: a document, and what is drawn of it."""
