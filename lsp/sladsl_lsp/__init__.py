"""The language server for `.sla` files: `sladsl.ide` behind the Language Server Protocol."""
