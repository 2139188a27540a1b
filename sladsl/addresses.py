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
_NAME = re.compile(r"""(?<![\w.-])([\w.-]+)(?:\s*=\s*|["']\s*[:=]\s*)""")
_SECRET_NAME = re.compile(
    rf"(?:{_WORD}|{_KEY}|(?<![A-Za-z0-9])(?:pass|pw|sig|auth|sas|code))\Z", re.IGNORECASE
)
_LONGEST_WORD = 64
"""Characters at the end of a name that say what it names."""
_VALUE = re.compile(r"""'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|[^\s&;`]+""")
_HARMLESS = """application_name catalog charset client_encoding connect_timeout database dbname encoding host hostaddr http_path port role
saas_mode schema service sslmode target_session_attrs timezone user warehouse"""
_KNOWN_TO_BE_HARMLESS = frozenset(_HARMLESS.split())
_LITERAL = re.compile(r"(?<=\")[^\"]+(?=\")")
_PARAMETER = re.compile(r"([?&;])([^=&;?#`\s]*)=([^&;`]*)")
# What is looked for in long texts begins where no letter before could begin it too: else each of n letters would look at all that follow.
_URL_BEGINS = re.compile(r"(?<![\w+.:-])[\w+.:-]*[\w+.-]{2}:/+")
_URL_IN_TEXT = re.compile(rf"{_URL_BEGINS.pattern}[^\s`]*")
_LINE, _TOKEN = re.compile(r"[^`\n]+"), re.compile(r"[^\s`]+")
_USER = re.compile(rf"(?<![\w+.%-])(?![A-Z]:[\\/])[\w+.%-]+:(?![\\/]*{HIDDEN})[^:].*@", re.DOTALL)


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
    return _without_named(_PARAMETER.sub(_parameter, text) if scheme else text)


def without_secrets(text: str) -> str:
    """What somebody says, without what may be secret in the addresses in it."""
    if ":" not in text and "=" not in text:
        return text
    text = _LINE.sub(_without_user_of_url, text)
    text = _URL_IN_TEXT.sub(lambda url: _PARAMETER.sub(_parameter, url[0]), text)
    return _without_named(_TOKEN.sub(_without_user, text))


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


def _without_user_of_url(line: re.Match[str]) -> str:
    """A line without what stands between its first URL's beginning and its last `@`."""
    text, at = line[0], line[0].rfind("@")
    url = _URL_BEGINS.search(text, 0, at) if at >= 0 else None
    return text if url is None else f"{text[: url.end()]}{HIDDEN}{text[at:]}"


def _without_user(token: re.Match[str]) -> str:
    end = token[0].rfind("@") + 1
    return _USER.sub(f"{HIDDEN}@", token[0][:end]) + token[0][end:]


def _without_named(text: str) -> str:
    """A text without what is said to be a secret by the name before it."""
    kept, done, at = [], 0, 0
    while (name := _NAME.search(text, at)) is not None:
        at = name.end()
        if _SECRET_NAME.search(name[1][-_LONGEST_WORD:]) and (value := _VALUE.match(text, at)):
            kept += [text[done:at], HIDDEN]
            done = at = value.end()
    return "".join([*kept, text[done:]])
