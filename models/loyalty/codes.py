"""Coupon codes: ten random characters and one that checks them.

The eleven characters, weighted 11 down to 1, add up to a multiple of 31. As 31
is prime, any one wrong character and any two that changed places are noticed.
"""

from __future__ import annotations

import secrets
import unicodedata
from operator import mul

# Nothing that is taken for something else: no 0 and O, no 1, I and L
ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
BASE = len(ALPHABET)
RANDOM = 10
LENGTH = RANDOM + 1
WEIGHTS = range(LENGTH, 0, -1)
GROUPS = ((0, 4), (4, 8), (8, LENGTH))
VALUES = {character: value for value, character in enumerate(ALPHABET)}
# Characters that people see as a dash, and Unicode as something else
DASHES = "−ーㄧ一"


def generate() -> str:
    """A new code that nobody can guess: 31 ** 10 are possible."""
    number = secrets.randbelow(BASE**RANDOM)
    body = ""
    for _ in range(RANDOM):
        number, value = divmod(number, BASE)
        body += ALPHABET[value]
    return body + check_character(body)


def check_character(body: str) -> str:
    """The character that makes a code of these ten."""
    return ALPHABET[-_weighted(body) % BASE]


def is_whole(code: str) -> bool:
    """Whether these could be a code: eleven characters of ours that add up."""
    return (
        len(code) == LENGTH
        and all(character in VALUES for character in code)
        and _weighted(code) % BASE == 0
    )


def read(text: str) -> str:
    """The code somebody typed, whatever case, width, spaces and dashes; "" if it is none."""
    plain = unicodedata.normalize("NFKC", text).upper()
    code = "".join(character for character in plain if not _separates(character))
    return code if is_whole(code) else ""


def show(code: str) -> str:
    """A code as people read it aloud: ABCD-EFGH-JKM."""
    return "-".join(code[start:end] for start, end in GROUPS)


def _weighted(characters: str) -> int:
    return sum(map(mul, WEIGHTS, map(VALUES.__getitem__, characters)))


def _separates(character: str) -> bool:
    # Z spaces, P dashes and brackets, C what cannot be seen
    return unicodedata.category(character)[0] in "ZPC" or character in DASHES
