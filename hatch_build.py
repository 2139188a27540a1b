"""Makes the parse table when a wheel is built, so that the first start of an installed `sla` need not; and puts the gallery's agreements
into it, without their data."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class WhatIsMade(BuildHookInterface):  # type: ignore[type-arg]
    """Puts `sladsl/syntax/sla.table` and `sladsl/gallery` into a wheel; a checkout makes and has its own."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if self.target_name != "wheel" or version == "editable":
            return
        sys.path.insert(0, self.root)
        from sladsl.syntax.grammar import TABLE
        from sladsl.syntax.parse_table import build_table

        made = Path(tempfile.mkdtemp()) / TABLE
        made.write_bytes(build_table())
        build_data["force_include"][str(made)] = f"sladsl/syntax/{TABLE}"
        for policy in Path(self.root, "gallery").glob("*/policy.md"):
            for file in (policy, policy.with_name("reference.sla")):
                build_data["force_include"][str(file)] = f"sladsl/gallery/{policy.parent.name}/{file.name}"
