"""What was found, as something to read: results go in, text or JSON comes out; no figure is computed here."""
