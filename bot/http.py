"""LINE over HTTPS: the `Transport` that real processes use.

One client session per event loop, kept open: a new connection for each
message would cost forty times the call.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from bot.line import NotSent, Response, Unreachable

if TYPE_CHECKING:
    import aiohttp
    from yarl import URL

TIMEOUT = 10.0  # seconds for a whole call
LONGEST = 32 * 1024 * 1024  # bytes of an answer that are read
FEW = 100  # addresses that are remembered; some hold a person's or a picture's id
SHORT = 65536  # bytes of an answer that is taken in one piece
# Said for itself: what aiohttp would add, or leave out, it works out anew for each call.
# Answers to messages are shorter than what compressing them would save
SAID = {"Accept": "*/*", "Accept-Encoding": "identity", "User-Agent": "tuanyou"}
TOO_LONG = Response(413, {}, b'{"message": "the answer is too long to be read"}')


class HttpTransport:
    """Calls LINE's two hosts; usable from any number of threads, each with its own loop."""

    def __init__(
        self,
        *,
        api_base: str = "https://api.line.me",
        data_api_base: str = "https://api-data.line.me",
        timeout: float = TIMEOUT,
        connections: int = 500,
    ) -> None:
        self._bases = {False: api_base.rstrip("/"), True: data_api_base.rstrip("/")}
        self._timeout, self._connections = timeout, connections
        self._urls: dict[tuple[str, bool], URL] = {}
        self._sessions: WeakKeyDictionary[asyncio.AbstractEventLoop, aiohttp.ClientSession] = (
            WeakKeyDictionary()
        )

    async def request(
        self,
        method: str,
        path: str,
        *,
        headers: Mapping[str, str],
        body: bytes | None = None,
        data: bool = False,
    ) -> Response:
        """Send one request; redirects are not followed.

        Raises:
            NotSent: no connection came about.
            Unreachable: there was no answer.
        """
        import aiohttp  # half a second that processes which call nobody do not wait for
        from multidict import CIMultiDict

        said = CIMultiDict(headers, **SAID)
        payload = None if body is None else aiohttp.BytesPayload(body)
        try:
            async with self._session().request(
                method, self._url(path, data), headers=said, data=payload, allow_redirects=False
            ) as answer:
                content = await _read(answer)
                if content is None:
                    return TOO_LONG
                return Response(answer.status, answer.headers, content)
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
            raise NotSent(_name(error)) from error
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise Unreachable(_name(error)) from error

    async def close(self) -> None:
        """Close the connections of the running loop."""
        session = self._sessions.pop(asyncio.get_running_loop(), None)
        if session is not None:
            await session.close()

    def _url(self, path: str, data: bool) -> URL:
        """The address, which the client then need not take apart and check each time."""
        from yarl import URL

        url = self._urls.get((path, data))
        if url is None:
            url = URL(self._bases[data] + path)
            if len(self._urls) < FEW:
                self._urls[path, data] = url
        return url

    def _session(self) -> aiohttp.ClientSession:
        loop = asyncio.get_running_loop()
        session = self._sessions.get(loop)
        if session is None:
            import aiohttp

            session = self._sessions[loop] = aiohttp.ClientSession(
                # aiohttp sets TCP_NODELAY on its own
                connector=aiohttp.TCPConnector(limit=self._connections, ttl_dns_cache=300),
                timeout=aiohttp.ClientTimeout(total=self._timeout),
                cookie_jar=aiohttp.DummyCookieJar(),
            )
        return session


async def _read(answer: aiohttp.ClientResponse) -> bytes | None:
    """The whole body, or None if it is longer than anything the shop could use."""
    if answer.content_length is not None and answer.content_length <= SHORT:
        return await answer.read()
    parts: list[bytes] = []
    left = LONGEST
    async for part in answer.content.iter_chunked(SHORT):
        left -= len(part)
        if left < 0:
            return None
        parts.append(part)
    return b"".join(parts)


def _name(error: BaseException) -> str:
    # Its text may hold addresses; the kind is what an operator needs
    return type(error).__name__
