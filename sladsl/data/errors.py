"""What is said when data cannot be read at all. What can be read in part is a `Problem` instead, and the run goes on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sladsl.addresses import without_secrets


class DataError(Exception):
    """Data that cannot be read: `message` names the file, the place, what is wrong and what to do; nothing of it is read."""

    def __init__(self, message: str) -> None:
        self.message = without_secrets(message)
        super().__init__(self.message)


def listed(words: Iterable[str], most: int = 12) -> str:
    """`` `a`, `b`, `c` ``, and how many more there are."""
    all_words = list(words)
    shown = ", ".join(f"`{word}`" for word in all_words[:most])
    return shown if len(all_words) <= most else f"{shown} and {len(all_words) - most} more"


def did_you_mean(word: str, options: Sequence[str]) -> str:
    """``; did you mean `x`?`` when one of the options is close to the word, else nothing."""
    from difflib import get_close_matches

    by_folded = {option.casefold(): option for option in reversed(options)}
    near = get_close_matches(word.casefold(), list(by_folded), n=1, cutoff=0.6)
    return f"; did you mean `{by_folded[near[0]]}`?" if near else ""
