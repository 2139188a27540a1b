"""What an editor asks of an agreement, as plain values: places are spans of a text, and no protocol is known here."""
