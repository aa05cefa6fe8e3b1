"""Words nobody knows beside a number: nearly an item's name, a value that is not offered.

In a group only what resembles something on offer is asked about; everything else
with a number is other talk there.
"""

from __future__ import annotations

import re

from models.shop.reading import cues
from models.shop.reading.facts import Missing
from models.shop.reading.families import ALIKE, FAMILIES
from models.shop.reading.lexicon import Lexicon
from models.shop.reading.measures import CASE, RETAIL, UNITS
from models.shop.reading.writing import fold, pattern

_UNIT = "|".join(sorted(map(re.escape, UNITS), key=len, reverse=True))
COUNTED = re.compile(
    r"(?P<word>[^\s\d+*,、:;()。!?~]{1,10}(?:[xX]?\d?[^\s\d+*,、:;()。!?~]{1,2})?|\d{1,3}[^\s\d+*,、:;()。!?~]{1,4})"
    rf"\s?(?:[+*:x]\s*(?:\d{{1,2}}|[一二两三四五六七八九十]+)|(?:\d{{1,2}}|[一二两三四五六七八九十]+)\s?(?={_UNIT}))"
    rf"\s?(?:{_UNIT})?(?=$|[\s,、;。!?~()])"
)
_PACK = "|".join(
    sorted((re.escape(word) for word, size in UNITS.items() if size in (RETAIL, CASE)), key=len)
)
BEFORE = re.compile(
    rf"^(?:\D{{0,6}}?)(?:\d{{1,2}}|[一二两三四五六七八九十]+)\s?(?:{_PACK})\s?(?P<what>[\u4e00-\u9fffa-z]{{1,12}})$"
)
STORY = pattern("[太了會有是不可到放在要多少貴重夠都就]|大概|應該")
CHANGED = pattern(
    r"^(?:我)?(?:想|要)?(?:都)?[改換][成為到]?(?P<word>\S{1,4}?)(?P<kind>色|味|號|口味|糖|冰|)的?$"
)
LEADING = pattern(
    r"^(?:我要|我想要|我|要|幫我|請|麻煩|想要|想|訂|登記|再|也|給我|來|買|還有|跟|和|補|追加)+"
)
VARIETY = 2
LEAST_KIN, LONGEST_KIN, LONGEST_GOODS = 2, 3, 5
# what is done with goods: 買菜, 泡茶, 吃魚
DONE = frozenset(fold("買吃喝煮包泡洗種炒做切送拿去在想等減愛我你他她有沒不笨壞完搗"))
TOLD = frozenset(fold("少讓多缺剩轉售退換出短漏留代這那今每幾全都也和跟還再又先只"))
LEFT_OVER = pattern(r"^(?:色|號|味|的)")
TRAILING = pattern(r"(?:口味的|口味|色的|色|味的|味|號|的|款|要|都|尺寸)$")


def slip(clause: str, lexicon: Lexicon, *, direct: bool) -> Missing | None:
    """What to ask about an unknown word that a clause counts; None if it is other talk."""
    for value in lexicon.choices:
        if value[0].isdigit() and value[-1].isdigit() and len(value) > 1:
            clause = clause.replace(value, "")  # 黑40-41+1: what is left is a colour
    for found in COUNTED.finditer(clause):
        if found.start() and clause[found.start() - 1] not in " ,、;。!?~()\n":
            continue
        word = LEADING.sub("", found["word"]) or found["word"]
        missing = _resembles(word, lexicon)
        if missing is not None:
            return missing
        if direct:
            return Missing.ITEM
    return Missing.ITEM if direct and _counts_goods(clause) else None


def changed_to(clause: str, lexicon: Lexicon) -> Missing | None:
    """改紫色: a value of a kind that is offered, and not itself."""
    found = CHANGED.match(clause)
    words = {found["word"], found["word"] + found["kind"]} if found else set()
    alike = any(words & family for family in FAMILIES if family & lexicon.choices)
    return Missing.OPTION if alike else None


def _counts_goods(clause: str) -> bool:
    """兩箱西瓜, 兩箱芒果和一箱西瓜: packs of something, told neither as news nor as a story."""
    found = BEFORE.search(clause)
    told = cues.PAST.search(clause) or cues.SPOILT.search(clause) or cues.TALLY.search(clause)
    return found is not None and not told and not STORY.search(found["what"])


def _resembles(word: str, lexicon: Lexicon) -> Missing | None:
    plain = TRAILING.sub("", word) or word
    nearly = _nearly({word, plain}, lexicon)
    begun = None if nearly else _begun(plain, lexicon)
    if begun or nearly == Missing.OPTION:
        return begun or nearly
    forms, rest = {word, plain}, plain
    for value in sorted(lexicon.choices | lexicon.names, key=lambda word: (-len(word), word)):
        left = _without(value, rest)
        if left and left != rest:
            rest = left
            forms |= {rest, TRAILING.sub("", rest), LEFT_OVER.sub("", rest)}
    offered = [family for family in FAMILIES if family & lexicon.choices]
    if any(forms & family for family in offered):
        return Missing.OPTION
    if nearly:
        return nearly
    if any({word, plain} & family and len(family & lexicon.names) > 1 for family in FAMILIES):
        return Missing.ITEM
    flavoured = plain != word and word.endswith(("味", "味的")) and 0 < len(plain) <= 4
    return Missing.OPTION if flavoured and lexicon.choices else _akin(plain, lexicon)


def _nearly(words: set[str], lexicon: Lexicon) -> Missing | None:
    """What a word with a slip in it was to be."""
    if any(near(word, name) for word in words for name in lexicon.names):
        return Missing.ITEM
    if any(near(word, value) for word in words for value in lexicon.choices):
        return Missing.OPTION
    return None


def _begun(word: str, lexicon: Lexicon) -> Missing | None:
    """One letter: of an item's name, or the first of a value (中, where 中辣 is offered)."""
    if len(word) != 1 or word.isascii():
        return None
    if any(word in name for name in lexicon.names):
        return Missing.ITEM
    return Missing.OPTION if any(each.startswith(word) for each in lexicon.choices) else None


def _akin(word: str, lexicon: Lexicon) -> Missing | None:
    """淺焙 where 中焙 and 深焙 are offered, 蝦仁水餃 where all are 水餃."""
    if len(word) < LEAST_KIN or word[0] in DONE:
        return None
    if any(name in word for name in lexicon.names if len(name) > 1):
        return Missing.ITEM if _variety(word, lexicon) else None
    if word[-LEAST_KIN:] in lexicon.shared and LEAST_KIN < len(word) <= LONGEST_GOODS:
        return Missing.ITEM
    if len(word) > LONGEST_KIN or word[-1] not in lexicon.endings:
        return None
    return Missing.OPTION if lexicon.endings[word[-1]] else Missing.ITEM


def _variety(word: str, lexicon: Lexicon) -> bool:
    """金煌芒果 is a kind of 芒果; 芒果冰 is none."""
    named = [name for name in lexicon.names if len(name) > 1 and word.endswith(name)]
    head = word[: -max(map(len, named))] if named else ""
    named_so = head.isalpha() and not head.isascii() and not set(head) & (DONE | TOLD)
    return len(head) == VARIETY and named_so


def _without(value: str, word: str) -> str:
    """A word without a value in it; the s of xs is none."""
    if not value.isascii():
        return word.replace(value, "", 1)
    return re.sub(rf"(?<![a-z0-9]){re.escape(value)}(?![a-z0-9])", "", word, count=1)


def near(word: str, known: str) -> bool:
    """One letter wrong, missing, extra or swapped in a word of three; or one that looks alike."""
    if word == known or abs(len(word) - len(known)) > 1 or word.isascii() or known.isascii():
        return False
    if len(known) < 3 or len(word) < 2:
        return len(word) == len(known) > 1 and _alike(word, known)
    return _distance_is_one(word, known)


def _alike(word: str, known: str) -> bool:
    differing = [(a, b) for a, b in zip(word, known, strict=True) if a != b]
    return len(differing) == 1 and any(set(differing[0]) <= group for group in ALIKE)


def _distance_is_one(word: str, known: str) -> bool:
    if len(word) == len(known):
        differing = [
            at for at, pair in enumerate(zip(word, known, strict=True)) if pair[0] != pair[1]
        ]
        if len(differing) == 1:
            return True
        return (
            len(differing) == 2
            and differing[1] == differing[0] + 1
            and word[differing[0]] == known[differing[1]]
            and word[differing[1]] == known[differing[0]]
        )
    longer, shorter = (word, known) if len(word) > len(known) else (known, word)
    if len(shorter) < 3 or (longer[1:] == known and longer[0] in DONE):
        return False
    return any(longer[:at] + longer[at + 1 :] == shorter for at in range(len(longer)))
