"""The items of an opening line: what each is called, what it costs, and its choices.

Pure. A name is what stands before the price; a letter in front of it is its
code. 大380 小220 are choices that cost something of their own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from models.base import N_, Refusal
from models.shop.group_buy_terms import DEFAULT_UNIT, ItemTerms, Rung
from models.shop.opening_fields import Field
from models.shop.opening_patterns import UNITS, Kind

EXAMPLE = "/開團 愛文芒果 450 限50箱 12/20 21:00結單"
AXIS = "規格"
LONGEST_NAME, LONGEST_VALUE, MOST_VALUES, MOST_ITEMS = 60, 20, 30, 26
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
CODED = re.compile(r"([A-Za-z]|\d{1,2})[.):、] ?(\S.*)")
GLUED = re.compile(r"(.*\D)(\d{2,6})元?", re.DOTALL)
PRICED = re.compile(r"(.{1,8}?)(?::|=|(\+))?(\d{1,6})元?")
SIZE = re.compile(r"\d?[XSMLF]{1,4}", re.ASCII | re.IGNORECASE)
SIZED = re.compile(rf"[\s(\[【]*\d+(?:\.\d+)?\s?(?:g|kg|ml|l|cm|克|公克|公升|{UNITS}).*$", re.I)


class NotUnderstood(Refusal):
    """Words in an opening line that say nothing known; all of them are named."""

    buttons = ("/開團",)

    def __init__(self, words: Sequence[str], example: str = EXAMPLE) -> None:
        super().__init__(
            N_("看不懂「{words}」，請改掉再送一次，例如：{example}；或輸入 /開團 一步一步來。"),
            words="」「".join(word[:40] for word in words[:12]),
            example=example,
        )
        self.words = list(words)


class BadTerms(Refusal):
    """What was written is understood, but cannot be so."""

    buttons = ("/開團",)


PRICELESS = N_("「{name}」還沒有價格，請寫在名稱後面，例如：/開團 {name} 450")
NAMELESS = N_("請寫商品名稱和價格，例如：/開團 愛文芒果 450")
TWO_PRICES = N_("「{name}」有兩個價格（{prices}），請留一個；量大更便宜請寫「10份起430」。")
TOO_LONG = N_("名稱請在 {most} 個字以內：{name}…")
RISING = N_("「{name}」的階梯價要愈買愈便宜，{quantity} 份起 {price} 元不對。")
TWO_UNITS = N_("「{name}」寫了不同的單位（{units}），請用同一個。")
TWICE = N_("「{name}」出現兩次，請用不同的名稱，或寫成選項（顏色:黑,白）。")
NO_COUNT = N_("「{said}」的數字要是 1 以上。")
MANY_VALUES = N_("「{axis}」的選項請在 {most} 個以內，每個 {longest} 個字以內。")
SAID_TWICE = N_("「{first}」和「{second}」只能寫一個，請留下對的那個。")
CASE_OF_ONE = N_("一箱要有 2 份以上，請確認「{said}」。")


@dataclass
class Segment:
    """One line, or one part between slashes: its fields, and whether a line of its own."""

    found: list[Field]
    own_line: bool = True


@dataclass
class Named:
    """An item as it is read so far."""

    code: str
    name: str
    said: dict[Kind, Field] = field(default_factory=dict)
    rungs: list[Field] = field(default_factory=list)
    options: list[tuple[str, tuple[str, ...]]] = field(default_factory=list)
    prices: list[tuple[str, int]] = field(default_factory=list)
    loose: list[str] = field(default_factory=list)

    def put(self, each: Field, *, keep: bool = False) -> None:
        """Add what a field says; with `keep` what was said before stands.

        Raises:
            BadTerms: the same was said before, and differently.
        """
        if each.kind is Kind.RUNG:
            self.rungs.append(each)
        elif each.kind is Kind.OPTIONS:
            self._choose(each)
        elif each.kind not in self.said:
            self.said[each.kind] = each
        elif not keep and self.said[each.kind].text != each.text:
            raise BadTerms(SAID_TWICE, first=self.said[each.kind].text, second=each.text)

    def _choose(self, each: Field) -> None:
        values = tuple(dict.fromkeys(re.split(r"[,、/|]", each.parts["values"])))
        if len(values) > MOST_VALUES or any(len(value) > LONGEST_VALUE for value in values):
            raise BadTerms(
                MANY_VALUES, axis=each.parts["axis"], most=MOST_VALUES, longest=LONGEST_VALUE
            )
        self.options.append((each.parts["axis"], values))


def name_of(run: Sequence[Field]) -> tuple[Named | None, list[Field]]:
    """The item that a run of words and bare numbers names, and what of the run is left.

    Raises:
        BadTerms: two prices stand beside each other.
    """
    words = list(run)
    at = max((i for i, each in enumerate(words) if each.kind is Kind.PRICE), default=None)
    price: Field | None
    if at is not None:
        head, price, tail = words[:at], words[at], words[at + 1 :]
        if head and head[-1].kind is Kind.PRICE:
            raise BadTerms(
                TWO_PRICES,
                name=" ".join(each.text for each in head[:-1]),
                prices=f"{head[-1].text}、{words[at].text}",
            )
    else:
        head, price, tail = _split(words)
    if not head:
        return None, words
    named = _coded(" ".join(each.text for each in head))
    if price is not None:
        named.said[Kind.PRICE] = price
    return named, tail


def terms(named: Named, code: str) -> ItemTerms:
    """An item as it is offered.

    Raises:
        BadTerms: it has no price, or what is said of it cannot be so.
    """
    _price_choices(named)
    own = named.said.get(Kind.PRICE)
    if own is None and not named.prices:
        raise BadTerms(PRICELESS, name=named.name)
    price = price_of(own) if own else min(each for _, each in named.prices)
    name = _checked(named.name)
    size = _count(named, Kind.CASE)
    if size == 1:
        raise BadTerms(CASE_OF_ONE, said=named.said[Kind.CASE].text)
    return ItemTerms(
        code=code,
        name=name,
        price=price,
        unit=_unit(named),
        aliases=_aliases(name),
        options=tuple(named.options),
        option_prices=tuple(each for each in named.prices if each[1] != price),
        ladder=_ladder(named, price),
        stock=_count(named, Kind.STOCK),
        case_size=size,
        limit=_count(named, Kind.LIMIT),
        category=named.said[Kind.CATEGORY].parts["word"] if Kind.CATEGORY in named.said else "",
        days_of_supply=_count(named, Kind.SUPPLY),
    )


def strays(named: Named) -> list[str]:
    """Words beside an item that are not the price of a choice."""
    known = _values(named) | set(_further_sizes(named))
    priced = Kind.PRICE in named.said
    return [
        word
        for word in named.loose
        if (each := PRICED.fullmatch(word)) is None or (each[1] not in known if known else priced)
    ]


def codes(items: Sequence[Named]) -> Iterator[str]:
    """The code of each item: its own, or the first letter that is free."""
    taken = {item.code for item in items if item.code}
    free = (letter for letter in LETTERS if letter not in taken)
    return (item.code or next(free) for item in items)


def price_of(said: Field) -> int:
    """The whole TWD of a price.

    Raises:
        BadTerms: it is nothing.
    """
    price = int(said.parts.get("bare") or said.parts["n"])
    if price < 1:
        raise BadTerms(NO_COUNT, said=said.text)
    return price


def _split(words: list[Field]) -> tuple[list[Field], Field | None, list[Field]]:
    """A name whose price is glued to it (水餃220), or that has only choices with prices."""
    choices = 0
    while choices < len(words) - 1 and PRICED.fullmatch(words[-1 - choices].text):
        choices += 1
    if choices >= 2:
        return words[:-choices], None, words[-choices:]
    for at, word in enumerate(words):
        glued = GLUED.fullmatch(word.text)
        if glued:
            price = Field(Kind.PRICE, glued[2], {"bare": glued[2]})
            return [*words[:at], Field(Kind.WORD, glued[1])], price, words[at + 1 :]
    return words, None, []


def _coded(written: str) -> Named:
    head, space, rest = written.partition(" ")
    if space and re.fullmatch("[A-Za-z]", head):
        return Named(head.upper(), rest)
    coded = CODED.fullmatch(written)
    return Named(coded[1].upper(), coded[2]) if coded else Named("", written)


def _price_choices(named: Named) -> None:
    """Make 大380 小220 of the words that are left prices of choices."""
    further = _further_sizes(named)
    if further:
        at = max(i for i, each in enumerate(named.options) if _are_sizes(each[1]))
        axis, values = named.options[at]
        named.options[at] = (axis, (*values, *further))
    known = _values(named)
    base = named.said.get(Kind.PRICE)
    for each in filter(None, (PRICED.fullmatch(word) for word in named.loose)):
        dearer = price_of(base) if each[2] and base else 0
        named.prices.append((each[1], dearer + int(each[3])))
    if named.prices and not known:
        named.options.append((AXIS, tuple(dict.fromkeys(value for value, _ in named.prices))))


def _further_sizes(named: Named) -> dict[str, None]:
    """Sizes that are named only where their price is: 尺寸:S,M,L XL420."""
    if not any(_are_sizes(values) for _, values in named.options):
        return {}
    known = _values(named)
    priced = filter(None, (PRICED.fullmatch(word) for word in named.loose))
    return {each[1]: None for each in priced if SIZE.fullmatch(each[1]) and each[1] not in known}


def _are_sizes(values: Sequence[str]) -> bool:
    return all(SIZE.fullmatch(value) for value in values)


def _values(named: Named) -> set[str]:
    return {value for _, values in named.options for value in values}


def _checked(name: str) -> str:
    if len(name) > LONGEST_NAME:
        raise BadTerms(TOO_LONG, most=LONGEST_NAME, name=name[:20])
    return name


def _unit(named: Named) -> str:
    said = [*named.said.values(), *named.rungs]
    units = [each.parts.get("unit") or each.parts.get("u") or "" for each in said]
    units = [unit for unit in dict.fromkeys(units) if unit not in ("", "入", DEFAULT_UNIT)]
    if len(units) > 1:
        raise BadTerms(TWO_UNITS, name=named.name, units="、".join(units))
    return units[0] if units else DEFAULT_UNIT


def _count(named: Named, kind: Kind) -> int | None:
    said = named.said.get(kind)
    if said is None or "none" in said.parts:
        return None
    if said.number < 1:
        raise BadTerms(NO_COUNT, said=said.text)
    return said.number


def _ladder(named: Named, price: int) -> tuple[Rung, ...]:
    rungs = sorted(Rung(each.number, int(each.parts["n2"])) for each in named.rungs)
    dearest = price
    for at, rung in enumerate(rungs):
        same = at and rungs[at - 1].quantity == rung.quantity
        if rung.price >= dearest or rung.price < 1 or rung.quantity < 2 or same:
            raise BadTerms(RISING, name=named.name, quantity=rung.quantity, price=rung.price)
        dearest = rung.price
    return tuple(rungs)


def _aliases(name: str) -> tuple[str, ...]:
    """What people call it: its name without the size of a pack, and without spaces."""
    short = SIZED.sub("", name).strip(" ([【")
    found = (short, re.sub(r"[(\[【].*?[)\]】]", "", short).replace(" ", ""))
    return tuple(each for each in dict.fromkeys(found) if each != name and len(each) > 1)
