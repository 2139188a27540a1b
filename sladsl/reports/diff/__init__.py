"""What differs between two agreements, as text, Markdown and JSON."""
