"""Webhooks over HTTP: one POST to wherever the bot's webhook is now, two seconds at most."""

from __future__ import annotations

import http.client
from collections.abc import Callable, Mapping
from urllib.parse import urlsplit

from emulator.courier import SECONDS_TO_ANSWER


class Poster:
    """Posts to the address that `address()` tells at that moment."""

    def __init__(self, address: Callable[[], str]) -> None:
        self._address = address

    def __call__(self, body: bytes, headers: Mapping[str, str]) -> int | None:
        """The status of the answer; None if there was none."""
        address = urlsplit(self._address())
        if not address.hostname:
            return None
        secure = address.scheme == "https"
        kind = http.client.HTTPSConnection if secure else http.client.HTTPConnection
        connection = kind(address.hostname, address.port, timeout=SECONDS_TO_ANSWER)
        path = (address.path or "/") + (f"?{address.query}" if address.query else "")
        try:
            connection.request("POST", path, body, dict(headers))
            return connection.getresponse().status
        except (OSError, http.client.HTTPException):
            return None
        finally:
            connection.close()
