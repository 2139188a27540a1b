"""Every example of the language reference and of the tutorial as a whole agreement, and a link that opens it in the studio.

A block that declares an agreement stands by itself; any other is read as if it stood below the first block, the whole agreement. A block
with a file's name is that file, beside those that are named before it.
"""

from __future__ import annotations

import base64
import json
import re
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

CALENDARS = {"calendars.sla": "calendar nights:\n  open every day 22:00 to 06:00\n"}
"""What the reference's example of an import imports."""
_BLOCK = re.compile(r"^```sla(?: (\S+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_IMPORTED = re.compile(r'^import "([^"]+)"', re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Example:
    """`line` is the block's first in the page, from 1; `end` the offset behind it; `files` are agreements by name, the whole one first."""

    line: int
    end: int
    text: str
    files: Mapping[str, str]

    @property
    def whole(self) -> str:
        return next(iter(self.files.values()))


def examples(page: str) -> Iterator[Example]:
    """The `sla` blocks of a page."""
    first, named = None, dict(CALENDARS)
    for found in _BLOCK.finditer(page):
        name, text = found[1], found[2]
        first = text if first is None else first
        whole = text if name is not None or text.startswith("agreement ") else f"{first}\n{text}"
        beside = {each: named[each] for each in _IMPORTED.findall(whole) if each in named}
        if name is not None:
            named[name] = text
        line = page.count("\n", 0, found.start(2)) + 1
        yield Example(line, found.end(), text, {name or "example.sla": whole, **beside})


def fragment(files: Mapping[str, str]) -> str:
    """What the studio reads behind an address: `#a=` and base64url(deflate-raw(JSON)), without data."""
    text = json.dumps({"files": dict(files)}, ensure_ascii=False, separators=(",", ":")).encode()
    packing = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = packing.compress(text) + packing.flush()
    return "#a=" + base64.urlsafe_b64encode(packed).decode().rstrip("=")


def linked(page: str, studio: str) -> str:
    """The page with a link below each of its blocks; `studio` is the studio's address, seen from the page."""
    parts, at = [], 0
    for each in examples(page):
        link = f'<p class="live"><a href="{studio}{fragment(each.files)}">Open in the studio</a></p>'
        parts += [page[at : each.end], f"\n\n{link}\n"]
        at = each.end
    return "".join([*parts, page[at:]])
