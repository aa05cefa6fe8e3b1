"""Addresses in a broadcast's text, each sent as a link of our own, so that clicks are counted.

Where a link leads stands in our table, never in the link: it names the
broadcast, the address and the member in a form that only we can read or write.
"""

from __future__ import annotations

import re
import struct
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple
from urllib.parse import urlsplit

from models.base import Vault

PATH = "/r/"
TOKEN = 39  # characters that `Vault.hide` makes of a ticket
LONGEST = 200  # units that a link takes at most, and the space behind it
SITE = LONGEST - TOKEN - len(PATH) - 1
MOST = 200  # addresses of one broadcast; its others stay as they are written

_form = struct.Struct(">IBQ")
# what an address may hold; a field's braces are not of it
_address = re.compile(
    r"(?<![A-Za-z0-9])https://[A-Za-z0-9._~:/?#\[\]@!$&'()*+,;=%-]+", re.IGNORECASE
)
_closing = ".,;:!?'*"


class Ticket(NamedTuple):
    """Who was sent which address of which broadcast."""

    broadcast: int
    place: int
    member_id: int


class Found(NamedTuple):
    """An address in a text, from `start` to `end`."""

    address: str
    start: int
    end: int


def addresses(texts: Sequence[str]) -> list[str]:
    """The addresses in some texts that can be counted, each once; their places begin with 1."""
    return list(dict.fromkeys(found.address for text in texts for found in find(text)))


def find(text: str) -> Iterator[Found]:
    """The addresses in a text of which it is clear where they end.

    One that goes on with other letters, or with a field, is left as it is written:
    what stands behind our link would become part of it.
    """
    for match in _address.finditer(text):
        address = match[0].rstrip(_closing)
        if address.endswith(")") and "(" not in address:
            address = address.rstrip(")" + _closing)
        behind = text[match.end() : match.end() + 1]
        if _ends(behind) and _is_web(address):
            yield Found(address, match.start(), match.start() + len(address))


def unclear(text: str) -> bool:
    """Whether an address in it is left as it is written."""
    return text.lower().count("https://") > len(list(find(text)))


def longer(text: str) -> int:
    """By how many units its links may make a text longer."""
    return sum(max(0, LONGEST - len(found.address)) for found in find(text))


def woven(text: str, links: Mapping[str, str]) -> str:
    """The text with links in place of their addresses, each apart from what follows."""
    parts, at = [], 0
    for found in find(text):
        if found.address in links:
            follows = text[found.end : found.end + 1]
            apart = "" if not follows or follows.isspace() else " "
            parts += [text[at : found.start], links[found.address], apart]
            at = found.end
    return "".join([*parts, text[at:]])


def token(vault: Vault, ticket: Ticket) -> str:
    """What a link says, so that only we can read it; always `TOKEN` characters."""
    return vault.hide(_form.pack(*ticket))


def tokens(vault: Vault, number: int, place: int, member_ids: Sequence[int]) -> list[str]:
    """What each of these members' links to an address of a broadcast says."""
    pack, hide = _form.pack, vault.hide
    return [hide(pack(number, place, each)) for each in member_ids]


def link(site: str, token: str) -> str:
    """The address that is sent."""
    return f"{site}{PATH}{token}"


def read(vault: Vault, token: str) -> Ticket | None:
    """What a link says; None if we did not write it."""
    said = vault.reveal(token) if len(token) == TOKEN else None
    return None if said is None else Ticket(*_form.unpack(said))


def _ends(behind: str) -> bool:
    if not behind or behind.isspace():
        return True
    return behind not in "{｛%_" and unicodedata.category(behind)[0] in "PSZ"


def _is_web(address: str) -> bool:
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return parts.scheme == "https" and "." in (parts.hostname or "") and "@" not in parts.netloc
