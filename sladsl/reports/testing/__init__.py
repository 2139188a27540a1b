"""What became of tests (`sladsl.testing`) for people and programs: text, JSON."""
