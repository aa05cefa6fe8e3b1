"""LINE without a network: the transport that asks a platform in the same process."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from bot.line import Response
from emulator.platform import Platform


class MemoryTransport:
    """A `Transport` that ends at `platform`; slow if its faults say so."""

    def __init__(self, platform: Platform) -> None:
        self.platform = platform

    async def request(
        self,
        method: str,
        path: str,
        *,
        headers: Mapping[str, str],
        body: bytes | None = None,
        data: bool = False,
    ) -> Response:
        """Ask the platform.

        Raises:
            Unreachable: a fault broke the connection.
        """
        platform = self.platform
        if platform.calls_back(method, path):
            # the bot hears a webhook meanwhile, perhaps on this very loop
            response = await asyncio.to_thread(
                platform.request, method, path, headers, body, data=data
            )
        else:
            response = platform.request(method, path, headers, body, data=data)
        if platform.delay:
            await asyncio.sleep(platform.delay)
        return response
