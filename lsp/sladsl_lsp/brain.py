"""The editor's brain, `sladsl.ide`, loaded when it is first asked: a client waits for the answer to `initialize`, and that needs none
of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

__all__ = [
    "actions",
    "assistance",
    "completion",
    "figures",
    "formatting",
    "hover",
    "navigation",
    "outline",
    "rename",
    "snippets",
    "tokens",
    "view",
    "workspace",
]

if TYPE_CHECKING:
    from sladsl.ide import (
        actions,
        assistance,
        completion,
        figures,
        formatting,
        hover,
        navigation,
        outline,
        rename,
        snippets,
        tokens,
        view,
        workspace,
    )
else:

    def __getattr__(name: str) -> object:
        from importlib import import_module

        return import_module(f"sladsl.ide.{name}")
