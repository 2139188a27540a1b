"""Run by `build.mjs` in the Python that the browser will have: wheels become one file of compiled modules, so that none is compiled there.

The file, before it is compressed: the length of its head (4 bytes, little-endian), the head, which is a JSON list of names and sizes, and
the contents one after another.
"""

from __future__ import annotations

import gzip
import json
import py_compile
import re
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path

_LEFT_OUT = re.compile(
    r"/$|\.pyi$|\.exe$|/py\.typed$|\.dist-info/(RECORD|WHEEL|INSTALLER)$"
    r"|^sladsl/py(gments_lexer|test_plugin)\.py$"  # for programs that are not there
    r"|^wcwidth/table_grapheme_overrides/_known_"  # of particular terminals
    r"|^dateutil/zoneinfo/.*\.tar\.gz$|^tzdata/zoneinfo/tzdata\.zi$"  # zones a second and a third time
)


def pack(wheels: Iterable[str], out: str) -> None:
    files = dict(each for wheel in sorted(wheels) for each in _files(wheel))
    head = json.dumps([[name, len(files[name])] for name in sorted(files)], separators=(",", ":")).encode()
    body = b"".join([len(head).to_bytes(4, "little"), head, *(files[name] for name in sorted(files))])
    Path(out).write_bytes(gzip.compress(body, 9, mtime=0))


def _files(wheel: str) -> Iterator[tuple[str, bytes]]:
    with zipfile.ZipFile(wheel) as archive:
        for name in archive.namelist():
            if _LEFT_OUT.search(name):
                continue
            content = archive.read(name)
            if name.endswith(".py"):
                yield name + "c", _compiled(name, content)
            else:
                yield name, content


def _compiled(name: str, source: bytes) -> bytes:
    """A module that needs no source beside it; its places are those of the wheel."""
    place = Path("/tmp/module.py")
    place.write_bytes(source)
    unchecked = py_compile.PycInvalidationMode.UNCHECKED_HASH
    made = py_compile.compile(str(place), "/tmp/module.pyc", name, doraise=True, invalidation_mode=unchecked)
    assert made is not None, "it raises where it cannot"
    return Path(made).read_bytes()
