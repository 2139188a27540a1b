"""Loading the editor's brain while nobody waits for it."""

from __future__ import annotations

from sladsl_lsp import brain

_SMALL = "record a:\n  b text\n\nkpi c = count of a\nkpi d = count a\n"


def warm_up() -> None:
    """Ask everything once about one small text, so that a reader's first question is answered as fast as the second."""
    workspace = brain.workspace.Workspace(_nothing, lambda _: None)
    workspace.open("warm", 1, _SMALL)
    view = brain.view.View(workspace.snapshot("warm"))
    brain.completion.complete(view, len(view.text))
    brain.hover.hover(view, 8)
    brain.tokens.tokens(view)
    brain.outline.symbols(view)
    brain.navigation.definition(view, 8)
    brain.rename.prepare(view, 8)
    brain.assistance.lenses(view)
    brain.actions.fix_all(view, ())


def _nothing(name: str) -> str:
    raise FileNotFoundError(name)
