"""Every number the shop may argue about, as data: the rules in force.

They come from a preset (A to E) or from a TOML file over one. A discount is
the percentage still paid: 95折 is 95, 9折 is 90.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from models import calendar_terms, programme_checks, strict_toml
from models.calendar_terms import Calendar
from models.message_terms import PLANS, LinePlan, ResponseTerms, plans
from models.strict_toml import BadProgramme, as_table, read, shown
from models.terms import (
    Condition,
    CouponKind,
    CouponRules,
    CouponTerms,
    GiftTerms,
    MessageTerms,
    Period,
    PointTerms,
    ReliabilityTerms,
    RfmTerms,
    SafetyTerms,
    ShopTerms,
    TagRule,
    Tier,
)

__all__ = [
    "BadProgramme",
    "Condition",
    "CouponKind",
    "CouponRules",
    "CouponTerms",
    "GiftTerms",
    "MessageTerms",
    "Period",
    "PointTerms",
    "Programme",
    "ReliabilityTerms",
    "RfmTerms",
    "SafetyTerms",
    "TagRule",
    "Tier",
    "load",
]

PRESETS = Path(__file__).parent / "presets"
LETTERS = ("a", "b", "c", "d", "e")


@dataclass(frozen=True)
class Programme:
    """The rules in force; `tiers` ascend from the base tier."""

    preset: str
    shop: ShopTerms
    tiers: tuple[Tier, ...]
    period: Period = field(default_factory=Period)
    points: PointTerms = field(default_factory=PointTerms)
    coupons: Mapping[str, CouponTerms] = field(default_factory=dict, hash=False)
    coupon_rules: CouponRules = field(default_factory=CouponRules)
    gifts: GiftTerms = field(default_factory=GiftTerms)
    messages: MessageTerms = field(default_factory=MessageTerms)
    responses: ResponseTerms = field(default_factory=ResponseTerms)
    line_plans: tuple[LinePlan, ...] = PLANS
    rfm: RfmTerms = field(default_factory=RfmTerms)
    safety: SafetyTerms = field(default_factory=SafetyTerms)
    reliability: ReliabilityTerms = field(default_factory=ReliabilityTerms)
    tags: tuple[TagRule, ...] = ()
    calendar: Calendar = field(default_factory=Calendar)

    @property
    def shop_name(self) -> str:
        return self.shop.name

    @property
    def base(self) -> Tier:
        return self.tiers[0]

    @property
    def period_days(self) -> int:
        return self.period.days

    def tier(self, key: str) -> Tier:
        """Raises `KeyError` for a key that these rules do not have."""
        return self._by_key[key]

    def has(self, key: str) -> bool:
        return key in self._by_key

    def rank(self, key: str) -> int:
        """0 for the base tier, and for keys that only earlier rules had."""
        return self.tiers.index(self._by_key[key]) if self.has(key) else 0

    def above(self, key: str) -> Tier | None:
        """The next tier up, None at the top."""
        rank = self.rank(key) + 1
        return self.tiers[rank] if rank < len(self.tiers) else None

    def return_days(self, tier: Tier) -> int:
        """For how many days a member of this tier may return what they picked up."""
        return self.shop.return_days if tier.return_days is None else tier.return_days

    @cached_property
    def rules(self) -> str:
        """A mark of everything that decides who is in which tier."""
        said = repr(([(tier.key, tier.any) for tier in self.tiers], self.period))
        return _mark(said)

    @cached_property
    def scoring_rules(self) -> str:
        """A mark of everything that decides who has which scores, stage and tags."""
        return _mark(repr((self.rfm, self.tags)))

    @cached_property
    def _by_key(self) -> dict[str, Tier]:
        return {tier.key: tier for tier in self.tiers}


TABLES = (
    "preset",
    "shop",
    "period",
    "tiers",
    "points",
    "coupons",
    "coupon_rules",
    "gifts",
    "messages",
    "responses",
    "line_plans",
    "rfm",
    "safety",
    "reliability",
    "tags",
    *calendar_terms.TABLES,
)


def _mark(said: str) -> str:
    return hashlib.sha256(said.encode()).hexdigest()[:16]


def load(source: str | Path | None = None) -> Programme:
    """The programme of a preset's letter or of a file; None is preset B.

    A file names the `preset` it starts from (B if it names none) and then only
    says what differs; if it says `tiers` at all, it says all of them.

    Raises:
        BadProgramme: the file cannot be read, or something in it cannot be.
    """
    letter = str(source or "b").lower()
    if letter in LETTERS:
        path = PRESETS / f"{letter}.toml"
        return _programme(strict_toml.parse(path), file=path.name)
    path = Path(str(source))
    return read_tables(strict_toml.parse(path), file=path.name)


def read_tables(written: dict[str, Any], *, file: str) -> Programme:
    """The programme that a file's tables say, over the preset they name."""
    return _programme(_over_preset(written, file), file=file)


def _over_preset(written: dict[str, Any], file: str) -> dict[str, Any]:
    letter = written.get("preset", "B")
    if not isinstance(letter, str) or letter.lower() not in LETTERS:
        problem = f"不能是 {shown(letter)}，只能是 A、B、C、D、E"
        raise BadProgramme(file, "", "preset", problem)
    merged = strict_toml.parse(PRESETS / f"{letter.lower()}.toml")
    for name, said in written.items():
        below = merged.get(name)
        both = isinstance(below, dict) and isinstance(said, dict)
        merged[name] = _merged(below, said) if both else said
    return merged


def _merged(below: Any, said: Any) -> dict[str, Any]:
    """`said` over `below`; a table within (a coupon) is merged key by key too."""
    return {
        **below,
        **{
            name: {**below[name], **value}
            if isinstance(value, dict) and isinstance(below.get(name), dict)
            else value
            for name, value in said.items()
        },
    }


def _programme(tables: dict[str, Any], *, file: str) -> Programme:
    strict_toml.refuse_unknown(tables, TABLES, file=file, name="")
    coupons = dict(_coupons(tables.get("coupons", {}), file))
    shop = read(ShopTerms, tables.get("shop", {}), file=file, name="shop")
    programme = Programme(
        preset=str(tables["preset"]).upper(),
        shop=shop,
        tiers=tuple(_no_shorter(tier, shop) for tier in _tiers(tables.get("tiers"), file)),
        period=read(Period, tables.get("period", {}), file=file, name="period"),
        points=read(PointTerms, tables.get("points", {}), file=file, name="points"),
        coupons=coupons,
        coupon_rules=read(
            CouponRules, tables.get("coupon_rules", {}), file=file, name="coupon_rules"
        ),
        gifts=read(GiftTerms, tables.get("gifts", {}), file=file, name="gifts"),
        messages=read(MessageTerms, tables.get("messages", {}), file=file, name="messages"),
        responses=read(ResponseTerms, tables.get("responses", {}), file=file, name="responses"),
        line_plans=plans(tables, file),
        rfm=read(RfmTerms, tables.get("rfm", {}), file=file, name="rfm"),
        safety=read(SafetyTerms, tables.get("safety", {}), file=file, name="safety"),
        reliability=read(
            ReliabilityTerms, tables.get("reliability", {}), file=file, name="reliability"
        ),
        tags=tuple(_tags(tables.get("tags", []), file)),
        calendar=calendar_terms.calendar(tables, file),
    )
    programme_checks.check(programme, file)
    return programme


def _coupons(tables: object, file: str) -> Iterator[tuple[str, CouponTerms]]:
    for key, table in as_table(tables, file=file, name="coupons").items():
        name = f"coupons.{key}"
        written = {"key": key, **as_table(table, file=file, name=name)}
        terms = read(CouponTerms, written, file=file, name=name)
        if terms.key != key:
            raise BadProgramme(file, name, "key", f"不必寫；代號就是表格的名字 {shown(key)}")
        if terms.kind == "percent" and not 10 <= terms.value <= 99:
            problem = "percent 是付原價的百分之幾（8折寫 80），只能是 10 到 99 的整數"
            raise BadProgramme(file, name, "value", problem)
        if terms.kind == "amount" and terms.value < 1:
            raise BadProgramme(file, name, "value", "是折抵的元數，要是 1 以上的整數")
        if terms.first_day and terms.last_day and terms.last_day < terms.first_day:
            problem = f"的 {terms.last_day} 不能早於 from 的 {terms.first_day}"
            raise BadProgramme(file, name, "until", problem)
        yield key, terms


def _tiers(tables: object, file: str) -> Iterator[Tier]:
    if not isinstance(tables, list) or not 1 <= len(tables) <= 10:
        raise BadProgramme(file, "", "tiers", "要有 1 到 10 個等級，每個寫成一個 [[tiers]]")
    for number, table in enumerate(tables, start=1):
        name = f"tiers.{number}"
        conditions = as_table(table, file=file, name=name).get("any", [])
        rest = {key: value for key, value in table.items() if key != "any"}
        yield read(Tier, rest, file=file, name=name, any=tuple(_any(conditions, name, file)))


def _no_shorter(tier: Tier, shop: ShopTerms) -> Tier:
    """What everybody may return as long says nothing about a tier."""
    longer = tier.return_days is not None and tier.return_days > shop.return_days
    return tier if longer else replace(tier, return_days=None)


def _tags(tables: object, file: str) -> Iterator[TagRule]:
    if not isinstance(tables, list) or len(tables) > 50:
        raise BadProgramme(file, "", "tags", "最多 50 個標籤，每個寫成一個 [[tags]]")
    names: set[str] = set()
    for number, table in enumerate(tables, start=1):
        rule = read(TagRule, table, file=file, name=f"tags.{number}")
        if rule.name in names:
            problem = f"不能和別的標籤一樣都是 {rule.name}，每個標籤要不同"
            raise BadProgramme(file, f"tags.{number}", "name", problem)
        names.add(rule.name)
        yield rule


def _any(conditions: object, name: str, file: str) -> Iterator[Condition]:
    if not isinstance(conditions, list):
        problem = "要寫成條件的清單，例如 [{ spend = 3000 }, { friends = 3 }]"
        raise BadProgramme(file, name, "any", problem)
    for table in conditions:
        condition = read(Condition, table, file=file, name=f"{name}.any")
        if not condition.measures():
            problem = "的每個條件至少要有一個大於 0 的 spend、orders、friends、engagement 或 fee"
            raise BadProgramme(file, name, "any", problem)
        yield condition
