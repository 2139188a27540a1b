"""Where something is, as somebody wrote it, and what of that may be shown.

An address of a server may hold a password, a token or a signature, and it is repeated in errors, in documents and by drivers. So it is kept
as an `Address`, whose text has what is secret left out, and what others say of it goes through `without_secrets`. Both leave out too much
rather than too little: of parameters whose names are not known to be harmless, only the names are shown.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

HIDDEN = "…"
_SCHEME = re.compile(r"\s*(?:[A-Za-z][\w+.-]+:)+[/\\]+|\s*//")
_DRIVE = re.compile(r"[A-Z]:[\\/]")
_WORD = "password|passwd|pwd|passcode|passphrase|token|secret|signature|credentials?|authorization"
_KEY = "(?:api|access|account|private|secret|shared|session|encryption|master|storage)[_-]?key(?:[_-]?id)?"
_NAMED = re.compile(
    rf"""(?<![A-Za-z0-9])
    ([\w.-]*(?:{_WORD}|{_KEY})|(?:[\w.-]*[_.-])?(?:pass|pw|sig|auth|sas|code))
    (\s*=\s*|["']\s*[:=]\s*)
    ('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|[^\s&;`]+)""",
    re.IGNORECASE | re.VERBOSE,
)
_HARMLESS = """application_name catalog charset client_encoding connect_timeout database dbname encoding host hostaddr http_path port role
saas_mode schema service sslmode target_session_attrs timezone user warehouse"""
_KNOWN_TO_BE_HARMLESS = frozenset(_HARMLESS.split())
_LITERAL = re.compile(r"(?<=\")[^\"]+(?=\")")
_PARAMETER = re.compile(r"([?&;])([^=&;?#`\s]*)=([^&;`]*)")
_URL_IN_TEXT = re.compile(r"(?:[A-Za-z][\w+.-]+:)+/+[^\s`]*")
_USER_OF_URL = re.compile(r"((?:[A-Za-z][\w+.-]+:)+/+)[^`\n]*@")
_USER = re.compile(rf"(?<![\w+.%-])(?![A-Z]:[\\/])[\w+.%-]+:(?![\\/]*{HIDDEN})[^\s`:][^\s`]*@")


@dataclass(frozen=True, slots=True, repr=False)
class Address:
    """Where something is: a file's path, a URL, what a driver connects by. Its text is what may be shown; `written` is all of it."""

    written: str

    def __str__(self) -> str:
        return shown(self.written)

    def __repr__(self) -> str:
        return f"Address({shown(self.written)!r})"


def shown(where: str) -> str:
    """An address without what may be secret in it: who one is, and the values of parameters."""
    text, at = where, where.rfind("@")
    scheme = _SCHEME.match(text)
    if at >= 0 and scheme is not None and scheme.end() <= at:
        text = f"{text[: scheme.end()]}{HIDDEN}{text[at:]}"
    elif at >= 0 and ":" in text[2 if _DRIVE.match(text) else 0 : at]:
        text = f"{HIDDEN}{text[at:]}"
    return _NAMED.sub(_left_out, _PARAMETER.sub(_parameter, text) if scheme else text)


def without_secrets(text: str) -> str:
    """What somebody says, without what may be secret in the addresses in it."""
    if ":" not in text and "=" not in text:
        return text
    text = _USER_OF_URL.sub(rf"\1{HIDDEN}@", text)
    text = _URL_IN_TEXT.sub(lambda url: _PARAMETER.sub(_parameter, url[0]), text)
    return _NAMED.sub(_left_out, _USER.sub(f"{HIDDEN}@", text))


def masked(line: str) -> str:
    """A line of an agreement as long as it is, without what may be secret in the addresses in its texts."""
    return (
        _LITERAL.sub(lambda literal: _as_long(literal[0], shown(literal[0])), line) if '"' in line else line
    )


def _as_long(text: str, shown: str) -> str:
    if shown == text:
        return text
    return shown.replace(HIDDEN, HIDDEN * (1 + max(0, len(text) - len(shown))), 1)[: len(text)]


def _parameter(parameter: re.Match[str]) -> str:
    before, name, _ = parameter.groups()
    return parameter[0] if name.lower() in _KNOWN_TO_BE_HARMLESS else f"{before}{name}={HIDDEN}"


def _left_out(secret: re.Match[str]) -> str:
    return f"{secret[1]}{secret[2]}{HIDDEN}"
