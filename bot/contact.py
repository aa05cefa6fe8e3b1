"""Where people find the account on LINE: addresses that add it, or open its chat with words in it.

Its id is asked of LINE once; until LINE has answered there are no such addresses.
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote

LINE = "https://line.me/R"


@dataclass
class Contact:
    """`basic_id` begins with @; empty while nobody knows it."""

    basic_id: str = ""

    @property
    def add_friend(self) -> str:
        """What opens the question whether to add the account; empty if there is none."""
        return f"{LINE}/ti/p/{quote(self.basic_id)}" if self.basic_id else ""

    def write(self, words: str) -> str:
        """What opens the chat with the account with these words ready to be sent."""
        if not self.basic_id:
            return ""
        return f"{LINE}/oaMessage/{quote(self.basic_id)}/?{quote(words, safe='')}"
