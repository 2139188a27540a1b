"""Text in Markdown: nothing of an agreement or of its data becomes markup, a link or a mention."""

from __future__ import annotations

import re

from sladsl.reports.terminal import safe

_MARKUP = re.compile(r"[\\`*\[\]|~#!$]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])")
_AT_THE_START = re.compile(r"^(\d+)([.)])|^([-+])(?=\s|$)")


def escaped(text: str) -> str:
    """Text as Markdown shows it unchanged, in a table's cell too."""
    plain = safe(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    plain = _MARKUP.sub(lambda m: "\\" + m[0], plain)
    plain = re.sub(r"(?<![A-Za-z0-9])@", "&#64;", plain)
    return _AT_THE_START.sub(lambda m: f"{m[1]}\\{m[2]}" if m[1] else f"\\{m[3]}", plain)
