"""The modules of `sladsl.ide`, each imported when it is first asked for: a client waits for the answer to `initialize`, which needs none
of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

__all__ = [
    "actions",
    "completion",
    "formatting",
    "hover",
    "inlay_hints",
    "lenses",
    "navigation",
    "outline",
    "proofs",
    "renaming",
    "signature_help",
    "tokens",
    "view",
    "workspace",
]

if TYPE_CHECKING:
    from sladsl.ide import (
        actions,
        completion,
        formatting,
        hover,
        inlay_hints,
        lenses,
        navigation,
        outline,
        proofs,
        renaming,
        signature_help,
        tokens,
        view,
        workspace,
    )
else:

    def __getattr__(name: str) -> object:
        from importlib import import_module

        return import_module(f"sladsl.ide.{name}")
