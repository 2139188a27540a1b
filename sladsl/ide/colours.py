"""The kinds of coloured words, in the order in which a client is told them."""

from __future__ import annotations

TYPES = (
    "keyword", "string", "number", "comment", "operator", "class", "property", "variable", "function", "event", "type", "namespace",
)  # fmt: skip
MODIFIERS = ("declaration", "readonly")
