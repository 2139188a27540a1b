"""Where inputs come from: what the repository has of each kind, what was found before, and changes of them at random."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

from fuzzing.targets import TARGETS

CORPUS = Path(__file__).parent / "corpus"
_STRANGE = (
    b"\x00", b"\r", b"\r\n", b"\n", b"\xef\xbb\xbf", b"\xff\xfe", b"\xc3\x28", b"\xed\xa0\x80", b"\xe2\x80\xae", b"\x1b[2J", b'"',
    b"'", b"`", b"\\", b"{", b"}", b"(", b")", b"[", b"]", b"%", b"#", b",", b";", b":", b"\t", b"-", b"0", b"9", b"1e999", b"-0",
    b"NaN", b"9" * 40, b"0001-01-01", b"9999-12-31T23:59:59.999999Z", b"\xc2\xa0", b"\xe2\x88\x92",
    b"\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x91\xa7", b"::error::", b"##[x]", b"=1+1", b"a" * 300,
)  # fmt: skip


@cache
def seeds(name: str) -> tuple[bytes, ...]:
    """What a target's inputs begin with."""
    kept = sorted(p for p in (CORPUS / name).glob("*") if p.is_file())
    return (*TARGETS[name].seeds(), *(p.read_bytes() for p in kept))


def inputs(name: str, seed: int) -> Iterator[bytes]:
    """Every seed as it is, then changes of them without end; the same for the same number."""
    begun = seeds(name)
    yield from begun
    chance = random.Random(f"{name} {seed}")
    while True:
        yield changed(chance, begun)


def changed(chance: random.Random, begun: Sequence[bytes]) -> bytes:
    """One input, changed in a few places, by parts of others too."""
    data = bytearray(chance.choice(begun))
    for _ in range(chance.choice((1, 1, 2, 3, 8))):
        at = chance.randint(0, len(data))
        length = chance.choice((1, 1, 2, 4, 16, 64))
        match chance.randrange(7):
            case 0:
                del data[at : at + length]
            case 1:
                data[at:at] = chance.choice(_STRANGE)
            case 2:
                data[at : at + length] = chance.choice(_STRANGE)
            case 3:
                data[at:at] = chance.randbytes(length)
            case 4:
                data[at:at] = data[at : at + length] * chance.choice((1, 2, 50))
            case 5:  # lines of another one
                lines = chance.choice(begun).split(b"\n")
                start = chance.randrange(len(lines))
                end = data.find(b"\n", at)
                data[end + 1 : end + 1] = b"\n".join(lines[start : start + chance.randint(1, 4)]) + b"\n"
            case _:
                for place in range(at, min(at + length, len(data))):
                    data[place] ^= 1 << chance.randrange(8)
    return bytes(data)
