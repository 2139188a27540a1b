"""A row's story (`sladsl.explaining`) for people and programs: text, Markdown, JSON."""
