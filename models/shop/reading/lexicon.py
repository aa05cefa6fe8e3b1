"""A catalogue compiled once into the words that stand for its items and choices.

A word may stand for several things (黏貼 for two sizes); what it can mean is kept,
and decided where the words around it are known.
"""

from __future__ import annotations

import re
from collections import defaultdict
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from models.shop.reading.facts import Item
from models.shop.reading.measures import UNITS
from models.shop.reading.parts import WHOLE, Part, Ref
from models.shop.reading.vocabulary import WORDS
from models.shop.reading.writing import fold

LONGEST_PART = 8
SIZES = {"大", "中", "小"}
AXES = 2  # sugar and ice
CJK_RUN = re.compile(r"[\u4e00-\u9fff\u3400-\u4dbf]+")
SIZE_NUMBER = re.compile(r"^\d+")
SPOKEN = {"1": "一", "2": "两", "3": "三", "5": "五", "6": "六", "10": "十", "20": "二十"}
SIZE = re.compile(r"\d+[a-z\u4e00-\u9fff]+")


class Meaning(NamedTuple):
    """The part a word plays, and what it can mean if it stands for something on offer."""

    kind: str
    refs: frozenset[Ref] = frozenset()
    text: str = ""


Words = dict[str, tuple[tuple[str, Meaning], ...]]


class Lexicon(NamedTuple):
    """A compiled catalogue.

    `words` are by first letter, longest first; `prices` what costs what; `numbered`
    whether codes are numbers; `shape` what a code looks like here; `pairs` what two
    letters say of both axes (微少), `endings` what several names or values
    end in, `shared` the words for several items,
    `begins` first letters of longer values, `sized` whether values are numbers.
    """

    items: tuple[Item, ...]
    words: Words
    prices: dict[int, frozenset[Ref]]
    codes: dict[str, int]
    numbered: bool
    shape: re.Pattern[str]
    names: frozenset[str]
    choices: frozenset[str]
    sole: int | None
    pairs: dict[str, tuple[frozenset[Ref], frozenset[Ref]]]
    endings: dict[str, bool]
    shared: frozenset[str]
    begins: frozenset[str]
    sized: bool

    def axes(self, item: int) -> tuple[tuple[str, tuple[str, ...]], ...]:
        return self.items[item].options


@lru_cache(maxsize=512)
def compiled(items: tuple[Item, ...]) -> Lexicon:
    """The lexicon of what is open; made once for each catalogue."""
    found: dict[str, set[Ref]] = defaultdict(set)
    for at, item in enumerate(items):
        for part in _parts(item):
            found[part].add(Ref(at))
    found = {part: refs for part, refs in found.items() if part not in WORDS}
    exact: dict[str, set[Ref]] = defaultdict(set)
    for at, item in enumerate(items):
        for name in _names(item):
            exact[name].add(Ref(at))
        for word, ref in _choices(at, item):
            exact[word].add(ref)
    for word, refs in exact.items():
        others = {ref for ref in found.get(word, ()) if _is_choice(refs) and len(word) > 1}
        found[word] = refs | others
    codes = {fold(item.code): at for at, item in enumerate(items)}
    for code, at in _codes(codes).items():
        found[code] = {Ref(at)} | {ref for ref in found.get(code, ()) if ref.axis != WHOLE}
    choices = frozenset(word for at, item in enumerate(items) for word, _ in _choices(at, item))
    return Lexicon(
        items=items,
        words=_sorted(found, items, codes),
        prices=_prices(items),
        codes=codes,
        numbered=bool(codes) and all(code.isdigit() for code in codes),
        shape=_shape(codes),
        names=frozenset(name for item in items for name in _names(item)),
        choices=choices,
        sole=0 if len(items) == 1 else None,
        pairs=_pairs(items, found),
        endings=_endings(items),
        begins=frozenset(word[0] for word in choices if len(word) > 1),
        sized=any(word.isdigit() for word in choices),
        shared=frozenset(
            word for word, refs in found.items() if len({ref.item for ref in refs}) > 1
        ),
    )


def _is_choice(refs: set[Ref]) -> bool:
    return any(ref.axis != WHOLE for ref in refs)


def _names(item: Item) -> list[str]:
    whole = fold(item.name)
    names = [whole.replace(" ", ""), whole, whole.split(" ")[0], *map(fold, item.aliases)]
    return [name for name in dict.fromkeys(names) if name]


def _parts(item: Item) -> set[str]:
    """What is short for an item's name if nothing else in the catalogue has it too."""
    parts: set[str] = set()
    for name in (fold(item.name), *map(fold, item.aliases)):
        for run in CJK_RUN.findall(name):
            parts |= {
                run[start:end]
                for start in range(len(run))
                for end in range(start + 2, min(len(run), start + LONGEST_PART) + 1)
            }
    for piece in fold(item.name).split(" ")[1:]:
        if SIZE.fullmatch(piece) and not piece.endswith(fold(item.unit)):
            parts |= {piece, SIZE_NUMBER.sub(lambda m: SPOKEN.get(m[0], m[0]), piece)}
    return parts


def _choices(at: int, item: Item) -> list[tuple[str, Ref]]:
    others = dict(item.option_aliases)
    return [
        (fold(word), Ref(at, axis, value))
        for axis, (_, values) in enumerate(item.options)
        for value in values
        for word in (value, *others.get(value, ()), *_with_unit(value, item.unit))
    ]


def _with_unit(value: str, unit: str) -> list[str]:
    """小條, of what is sold by the 條."""
    return [value + unit] if value in SIZES else []


def _codes(codes: dict[str, int]) -> dict[str, int]:
    """Codes, and what is left of them without their leading zeros (A1 for A01)."""
    found = {code: at for code, at in codes.items() if not code.isdigit()}
    for code, at in codes.items():
        short = re.sub(r"^([a-z]+)0+(?=\d)", r"\1", code)
        if short not in codes and re.match(r"[a-z]+", code) and code[0] not in codes:
            found.setdefault(short, at)
    return found


def _pairs(
    items: tuple[Item, ...], found: dict[str, set[Ref]]
) -> dict[str, tuple[frozenset[Ref], frozenset[Ref]]]:
    """微少 for 微糖少冰: first letters, where there are two axes and no two begin alike."""
    made: dict[str, tuple[set[Ref], set[Ref]]] = {}
    for at, item in enumerate(items):
        firsts = [
            {fold(value)[0]: Ref(at, axis, value) for value in values}
            for axis, (_, values) in enumerate(item.options)
        ]
        if len(firsts) != AXES or any(
            len(by_first) < len(values) or not any(len(value) > 1 for value in values)
            for by_first, (_, values) in zip(firsts, item.options, strict=True)
        ):
            continue
        for first, one in firsts[0].items():
            for second, other in firsts[1].items():
                pair = made.setdefault(first + second, (set(), set()))
                pair[0].add(one)
                pair[1].add(other)
    return {
        word: (frozenset(one), frozenset(other))
        for word, (one, other) in made.items()
        if CJK_RUN.fullmatch(word) and word not in WORDS and word not in found
    }


def _endings(items: tuple[Item, ...]) -> dict[str, bool]:
    """Letters in which several names end (中焙, 深焙), or several values; True for values."""
    names = {name for item in items for name in _names(item)}
    values = {word for at, item in enumerate(items) for word, _ in _choices(at, item)}
    made: dict[str, bool] = {}
    for words, chosen in ((names, False), (values, True)):
        for last in {word[-1] for word in words if CJK_RUN.fullmatch(word[-2:])}:
            ending = sorted((word for word in words if word[-1] == last), key=len)
            if not all(one.endswith(other) for other, one in pairwise(ending)):
                made[last] = chosen  # 蛋, 雞蛋 and 放牧雞蛋 are one
    return made


def _shape(codes: dict[str, int]) -> re.Pattern[str]:
    """What looks like a code of this catalogue without being one."""
    shapes = {
        re.sub(r"\d", r"\\d", re.sub(r"[a-z]", "[a-z]", code))
        for code in codes
        if code.isascii() and code.isalnum() and not code.isdigit()
    }
    return re.compile("|".join(sorted(shapes)) if shapes else r"(?!)")


def _prices(items: tuple[Item, ...]) -> dict[int, frozenset[Ref]]:
    found: dict[int, set[Ref]] = defaultdict(set)
    for at, item in enumerate(items):
        special = dict(item.option_prices)
        for axis, (_, values) in enumerate(item.options):
            for value in values:
                if value in special:
                    found[special[value]].add(Ref(at, axis, value))
        if not special:
            found[item.price].add(Ref(at))
    return {price: frozenset(refs) for price, refs in found.items()}


def _sorted(found: dict[str, set[Ref]], items: tuple[Item, ...], codes: dict[str, int]) -> Words:
    meanings = {word: Meaning(kind, text=word) for word, kind in WORDS.items()}
    meanings |= {word: Meaning(Part.UNIT, text=word) for word in UNITS}
    units = {fold(item.unit) for item in items} - {""}
    meanings |= {unit: Meaning(Part.UNIT, text=unit) for unit in units}
    for item in items:
        for name, _ in item.options:
            meanings.setdefault(fold(name), Meaning(Part.OWN, text=fold(name)))
    for word, refs in found.items():
        if word and (word not in UNITS or word in codes):
            kind = Part.OPTION if _is_choice(refs) else Part.ITEM
            meanings[word] = Meaning(kind, frozenset(refs), word)
    by_first: dict[str, list[tuple[str, Meaning]]] = defaultdict(list)
    for word, meaning in meanings.items():
        by_first[word[0]].append((word, meaning))
    return {
        first: tuple(sorted(words, key=lambda each: -len(each[0])))
        for first, words in by_first.items()
    }
