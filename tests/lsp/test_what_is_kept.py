"""Nothing of a notification is kept once it was handled: an editor sends one with every key."""

from __future__ import annotations

import asyncio
from typing import Any

from sladsl_lsp.connection import SlaServer


def test_a_notification_leaves_nothing_behind() -> None:
    handled: list[Any] = []

    async def typed() -> dict[Any, Any]:
        server = SlaServer()

        @server.feature("sla/typed")
        async def _typed(params: Any) -> None:
            handled.append(params)

        for number in range(5):
            server.protocol._handle_notification("sla/typed", number)
        while len(handled) < 5:
            await asyncio.sleep(0)
        await asyncio.sleep(0)
        return dict(server.protocol._request_futures)

    assert asyncio.run(typed()) == {}
    assert handled == [0, 1, 2, 3, 4]
