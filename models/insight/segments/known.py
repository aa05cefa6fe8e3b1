"""What this shop knows by name: tiers, tags, products, coupons, saved segments, sources.

Looked up only when an expression asks, and forgiving: half or full width,
simplified or traditional, upper or lower case. Whoever means nothing that is
known hears of the nearest name.
"""

from __future__ import annotations

from collections.abc import Iterable
from difflib import SequenceMatcher, get_close_matches
from functools import cached_property
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.insight.segments.saved_records import SavedSegment
from models.insight.segments.writing import key
from models.people.members import Member
from models.people.tags import MemberTag
from models.programme import CouponTerms, Programme, Tier
from models.shop.group_buy_records import GroupBuy
from models.shop.products import Product

COMPARED = 5_000
ALIKE = 0.5


class ProductName(NamedTuple):
    id: int
    name: str
    category: str


class Known:
    """The names of one shop, read when first asked for."""

    def __init__(self, session: Session, programme: Programme) -> None:
        self.session, self.programme = session, programme

    @cached_property
    def tiers(self) -> dict[str, Tier]:
        """Tiers by what they are called: name, name without 級, key."""
        called: dict[str, Tier] = {}
        for tier in self.programme.tiers:
            for word in (tier.name, tier.name.removesuffix("級"), tier.key):
                called.setdefault(key(word), tier)
        return called

    @cached_property
    def tags(self) -> list[str]:
        """Every tag that somebody has, or that a rule gives."""
        given = self.session.scalars(select(MemberTag.tag).distinct())
        return sorted({*given, *(rule.name for rule in self.programme.tags)})

    def tag(self, said: str) -> str | None:
        """The tag that is meant; that of a namespace ends in `:*`."""
        given = select(MemberTag.tag).where(MemberTag.tag == said).limit(1)
        if self.session.scalar(given) is not None:
            return said
        if said.endswith((":*", ":")):
            space = key(said.removesuffix("*"))
            within = (tag for tag in self.tags if key(tag).startswith(space))
            found = next(within, None)
            return None if found is None else f"{found.partition(':')[0]}:*"
        return next((tag for tag in self.tags if key(tag) == key(said)), None)

    @cached_property
    def products(self) -> list[ProductName]:
        query = select(Product.id, Product.name, Product.category).order_by(Product.id)
        return [ProductName(*row) for row in self.session.execute(query)]

    def products_named(self, said: str) -> tuple[int, ...]:
        """Products of this category, or with this in their name."""
        wanted = said.casefold()
        found = [
            each.id
            for each in self.products
            if wanted in each.name.casefold() or wanted == each.category.casefold()
        ]
        if not found:
            folded = key(said)
            found = [
                each.id
                for each in self.products
                if folded in key(each.name) or folded == key(each.category)
            ]
        return tuple(found)

    def products_of(self, category: str) -> tuple[int, ...]:
        """Products of this category."""
        return tuple(each.id for each in self.products if key(each.category) == key(category))

    @property
    def categories(self) -> list[str]:
        return sorted({each.category for each in self.products if each.category})

    def coupons(self, said: str) -> list[CouponTerms]:
        """Kinds of coupon with this key, this name, or this in their name."""
        kinds, wanted = list(self.programme.coupons.values()), key(said)
        exact = [terms for terms in kinds if wanted in (key(terms.key), key(terms.name))]
        return exact or [terms for terms in kinds if wanted in key(terms.name)]

    def source(self, said: str) -> str | None:
        """The source that is meant."""
        exact = select(Member.source).where(Member.source == said).limit(1)
        if said and self.session.scalar(exact) is not None:
            return said
        return next((each for each in self.sources if key(each) == key(said)), None)

    @cached_property
    def sources(self) -> list[str]:
        return sorted(filter(None, self.session.scalars(select(Member.source).distinct())))

    @cached_property
    def languages(self) -> list[str]:
        """Languages that members speak, without their regions; the shop's own first."""
        spoken = self.session.scalars(select(Member.language).distinct())
        return [
            "zh",
            "en",
            *sorted({each.partition("-")[0] for each in spoken} - {"zh", "en", ""}),
        ]

    def has_group_buy(self, number: int) -> bool:
        return self.session.get(GroupBuy, number) is not None

    @cached_property
    def saved(self) -> dict[str, SavedSegment]:
        """Saved segments by the key of their names."""
        return {key(each.name): each for each in self.session.scalars(select(SavedSegment))}


def nearest(said: str, names: Iterable[str]) -> str | None:
    """The name that is most like what was said, if any is."""
    by_key: dict[str, str] = {}
    for name in names:
        by_key.setdefault(key(name), name)
        if len(by_key) == COMPARED:
            break
    wanted = key(said)
    close = get_close_matches(wanted, by_key, n=1, cutoff=0.5)
    if close:
        return by_key[close[0]]
    if len(wanted) < 2:
        return None
    # a word out of a long name, perhaps with a slip in it
    alike, best = max(((_alike(wanted, each), each) for each in by_key), default=(0.0, ""))
    return by_key[best] if alike >= ALIKE else None


def _alike(wanted: str, name: str) -> float:
    """How much of what was said is in the name, in its order."""
    blocks = SequenceMatcher(None, wanted, name, autojunk=False).get_matching_blocks()
    return sum(block.size for block in blocks) / len(wanted)
