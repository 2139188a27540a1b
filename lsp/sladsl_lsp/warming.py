"""Loading `sladsl.ide` while nobody waits for it."""

from __future__ import annotations

from sladsl_lsp import lazy_ide

_SMALL = "record a:\n  b text\n\nkpi c = count of a\nkpi d = count a\n"


def warm_up() -> None:
    """Ask everything once about one small text, so that a reader's first question is answered as fast as the second."""
    workspace = lazy_ide.workspace.Workspace(_nothing, lambda _: None)
    workspace.open("warm", 1, _SMALL)
    view = lazy_ide.view.View(workspace.snapshot("warm"))
    lazy_ide.completion.complete(view, len(view.text))
    lazy_ide.hover.hover(view, 8)
    lazy_ide.tokens.tokens(view)
    lazy_ide.outline.symbols(view)
    lazy_ide.navigation.definition(view, 8)
    lazy_ide.rename.prepare(view, 8)
    lazy_ide.assistance.lenses(view)
    lazy_ide.actions.fix_all(view, ())


def _nothing(name: str) -> str:
    raise FileNotFoundError(name)
