"""Nothing a test does may leave this machine."""

from __future__ import annotations

import ipaddress
import sys
from typing import Any

CONNECTING = frozenset({"socket.connect", "socket.sendto", "socket.sendmsg"})
NAMING = frozenset({"socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr"})
WATCHED = CONNECTING | NAMING


class LeftTheMachine(RuntimeError):
    """A test tried to reach another machine."""


class Watch:
    """Refuses and remembers every way out, once `start` was called; it cannot be undone."""

    def __init__(self) -> None:
        self.attempts: list[str] = []

    def start(self) -> None:
        sys.addaudithook(self)

    def __call__(self, event: str, arguments: tuple[Any, ...]) -> None:
        if event not in WATCHED:
            return
        target = arguments[1] if event in CONNECTING else arguments[0]
        if not is_here(target):
            # remembered too, because the caller may swallow the error and try again
            self.attempts.append(f"{event} {target!r}")
            raise LeftTheMachine(f"{event} {target!r}: tests stay on 127.0.0.1 and ::1")


def is_here(target: object) -> bool:
    """Whether a socket address or host name is this machine: loopback or a unix path."""
    host = target[0] if isinstance(target, tuple) else target
    if isinstance(target, str | bytes) and b"/" in _bytes(target):
        return True
    if host is None or _bytes(host) in {b"", b"localhost"}:
        return True
    try:
        return ipaddress.ip_address(_bytes(host).decode()).is_loopback
    except ValueError:
        return False


def _bytes(text: object) -> bytes:
    return text if isinstance(text, bytes) else str(text).encode()
