"""The clocks that run, as `sla due` gives them: a document, and what is drawn of it."""
