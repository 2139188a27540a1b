"""What holds of all rows that there could be: conditions as formulas of a solver, and rows that answer a question."""
