"""Reading what people type: one normal form for every way of writing the same words.

Full width becomes half width, simplified characters traditional ones, stray
spaces and closing marks go. Only for finding commands: what a member says
about themselves is kept as they wrote it.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache

from models.characters import traditional

CLOSING = "。．.!！?？~～、,，;；:：…"
# around a command's word people put these without meaning anything else
BEFORE = ("請問", "我想看", "我要看", "我想查", "我要查", "查詢", "查看", "我的", "查")
THANKS = ("謝謝", "感謝", "拜託", "喔")
FARTHEST = 2  # slips in the longest words
AFTER = ("餘額", "查詢", "是多少", "有多少", "多少", "有哪些", "怎麼看", "呢", "嗎", "喔", "謝謝")


def plain(text: str) -> str:
    """Half width, no control characters, spaces made single and trimmed."""
    folded = unicodedata.normalize("NFKC", text)
    kept = "".join(c for c in folded if unicodedata.category(c) not in ("Cf", "Cc") or c in "\n\t")
    return re.sub(r"[ \t\u3000]+", " ", kept).strip()


def after(text: str, *spoken: str) -> str:
    """What was written behind one of these words, exactly as it was written."""
    known = {key(word) for word in spoken}
    text = text.lstrip()
    longest = max(map(len, spoken)) + 1
    found = (at for at in range(longest, 0, -1) if key(text[:at]) in known)
    at = next(found, 0)
    return text[at:].lstrip(" \u3000:：") if at else ""


@lru_cache(maxsize=4096)
def key(text: str) -> str:
    """The form in which words are compared."""
    return traditional(plain(text).casefold()).strip(CLOSING + " ").replace(" ", "")


def polite(word: str) -> str:
    """A key without thanks at its end, which change nothing about what is wanted."""
    for after in THANKS:
        if word.endswith(after) and len(word) > len(after):
            return word[: -len(after)].strip(CLOSING)
    return word


def bare(word: str) -> str:
    """A key without the words of courtesy around it; the key itself if nothing else is left."""
    for before in BEFORE:
        if word.startswith(before) and len(word) > len(before):
            word = word[len(before) :]
            break
    for after in AFTER:
        if word.endswith(after) and len(word) > len(after):
            word = word[: -len(after)]
            break
    return word


@cache
def _distance_limit(length: int, ascii_only: bool) -> int:
    if ascii_only:
        return 0 if length < 4 else 1 if length < 6 else 2
    return 1 if length >= 3 else 0


def near(word: str, known: str) -> bool:
    """Whether `word` is `known` with a slip: a letter wrong, missing, extra or two swapped."""
    if abs(len(word) - len(known)) > FARTHEST:
        return False
    limit = _distance_limit(len(known), known.isascii())
    if not limit or abs(len(word) - len(known)) > limit:
        return False
    # each letter that is missing takes a slip of its own; counting them is far cheaper
    return sum(letter not in word for letter in known) <= limit and distance(word, known) <= limit


def close(word: str, known: tuple[str, ...]) -> list[str]:
    """Those of the `known` words that `word` is with a slip."""
    by_letter = _by_letter(known)
    beside = {each for letter in set(word) for each in by_letter.get(letter, ())}
    return [each for each in known if each in beside and near(word, each)] if beside else []


@lru_cache(maxsize=8)
def _by_letter(known: tuple[str, ...]) -> dict[str, list[str]]:
    """The words with each letter: a slip always leaves some of them."""
    found: dict[str, list[str]] = {}
    for word in known:
        for letter in set(word):
            found.setdefault(letter, []).append(word)
    return found


def distance(a: str, b: str) -> int:
    """Optimal string alignment distance (Damerau-Levenshtein with adjacent swaps)."""
    before: list[int] = []
    row = list(range(len(b) + 1))
    for i, ca in enumerate(a, 1):
        older, before, row = before, row, [i]
        for j, cb in enumerate(b, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (ca != cb))
            if i > 1 and j > 1 and ca == b[j - 2] and a[i - 2] == cb:
                cost = min(cost, older[j - 2] + 1)
            row.append(cost)
    return row[-1]
