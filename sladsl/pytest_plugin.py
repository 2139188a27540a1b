"""pytest collects the tests in `.sla` files."""
