"""The identifiers LINE makes, in LINE's forms, from a seeded source."""

from __future__ import annotations

import hashlib
import re
from datetime import datetime
from random import Random
from uuid import UUID

CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
USER = re.compile(r"U[0-9a-f]{32}")
CHAT = re.compile(r"[UCR][0-9a-f]{32}")


class Ids:
    """Two emulators with the same seed make the same identifiers in the same order."""

    def __init__(self, seed: int, random: Random) -> None:
        self._seed, self._random, self._messages = seed, random, 0

    def named(self, letter: str, name: str) -> str:
        """A user's, group's or room's id; the same name always gives the same one."""
        return letter + hashlib.sha256(f"{self._seed}:{letter}:{name}".encode()).hexdigest()[:32]

    def message(self, now: datetime) -> str:
        self._messages += 1
        return f"{milliseconds(now):013d}{self._messages % 100_000:05d}"

    def request(self) -> str:
        return str(UUID(int=self._random.getrandbits(128), version=4))

    def token(self) -> str:
        return f"{self._random.getrandbits(128):032x}"

    def ulid(self, now: datetime) -> str:
        number = (milliseconds(now) << 80) | self._random.getrandbits(80)
        return "".join(CROCKFORD[(number >> shift) & 31] for shift in range(125, -1, -5))


def milliseconds(now: datetime) -> int:
    return int(now.timestamp() * 1000)
