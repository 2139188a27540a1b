"""From text to the tree of what was written and where."""
