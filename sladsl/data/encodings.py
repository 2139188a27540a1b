"""How the text of a file is encoded: UTF-8, unless its byte order mark or its source says otherwise. Nothing is guessed.

Every reader gets UTF-8 bytes: a file in another encoding is decoded and encoded again while it is read.
"""

from __future__ import annotations

import codecs
import io
from pathlib import Path
from typing import Any, BinaryIO, cast

from sladsl.data.errors import DataError

UTF_8 = "utf-8"
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
    (codecs.BOM_UTF8, UTF_8),
)
_BLOCK = 1 << 20


def encoding_of(path: Path, shown: str, said: str | None) -> str:
    """The encoding that the byte order mark says, else the one that the source says (`said`), else UTF-8."""
    with path.open("rb") as raw:
        start = raw.read(4)
    marked = next((name for mark, name in _MARKS if start.startswith(mark)), None)
    if said is None or marked is None:
        return marked or (UTF_8 if said is None else codecs.lookup(said).name)
    if not codecs.lookup(said).name.replace("_", "-").startswith(marked):
        raise DataError(
            f'`{shown}` begins with the byte order mark of {marked.upper()}, and its source says `encoding "{said}"`: leave that out'
        )
    return marked


def is_utf(path: Path) -> bool:
    """Whether nothing has to be said of how a text is encoded: it has a byte order mark, or is UTF-8 to its end."""
    decoder = codecs.getincrementaldecoder(UTF_8)()
    with path.open("rb") as raw:
        start = raw.read(4)
        if any(start.startswith(mark) for mark, _ in _MARKS):
            return True
        block = start + raw.read(_BLOCK)
        try:
            while block:
                if b"\0" in block:
                    return False
                decoder.decode(block)
                block = raw.read(_BLOCK)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return False
    return True


def open_utf8(path: Path, encoding: str) -> BinaryIO:
    """The file's bytes, as UTF-8; a `UnicodeError` while reading where the text is not in its encoding."""
    raw = path.open("rb")
    if encoding == UTF_8:
        return raw
    return cast(BinaryIO, io.BufferedReader(_Recoded(raw, encoding), _BLOCK))


class _Recoded(io.RawIOBase):
    """A file in another encoding, read as UTF-8."""

    def __init__(self, raw: io.BufferedReader, encoding: str) -> None:
        self._raw, self._decoder = raw, codecs.getincrementaldecoder(encoding)()
        self._left = b""
        self._ended = False

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        view = memoryview(buffer)
        while not self._left and not self._ended:
            block = self._raw.read(_BLOCK)
            self._ended = not block
            self._left = self._decoder.decode(block, final=self._ended).encode()
        taken = self._left[: len(view)]
        view[: len(taken)] = taken
        self._left = self._left[len(taken) :]
        return len(taken)

    def close(self) -> None:
        self._raw.close()
        super().close()


def wrong_encoding(path: Path, shown: str, encoding: str) -> str:
    """Says where the text is not in its encoding, and what to write."""
    how = (
        'say how the file is encoded, as in `encoding "windows-1252"` in its source (`sla init --encoding windows-1252`), or save it as '
        "UTF-8 (in Excel, `CSV UTF-8`)"
        if encoding == UTF_8
        else f"it was read as {encoding}: say in its source how it is encoded, or save it as UTF-8"
    )
    with path.open("rb") as raw:
        for number, line in enumerate(raw, start=1):
            if encoding != UTF_8 and encoding.startswith("utf"):
                break
            try:
                line.decode(encoding)
            except UnicodeDecodeError as error:
                seen = line[max(0, error.start - 12) : error.start + 12].decode("latin-1").strip()
                return f"`{shown}`, line {number}: `{seen}` is not {_named(encoding)} text; {how}"
    return f"`{shown}` is not {_named(encoding)} text; {how}"


def _named(encoding: str) -> str:
    return encoding.upper() if encoding.startswith("utf") else encoding
