"""Conditions that are a name alone: tiers, RFM segments, stages, traits of a member's record."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from models.insight import lifecycle, rfm
from models.insight.lifecycle import Stage
from models.insight.segments.belongings import HasCoupon
from models.insight.segments.figures import Counted
from models.insight.segments.known import Known
from models.insight.segments.standing import TRAITS, Has, InStage, InTier, Scored
from models.insight.segments.tree import Condition
from models.insight.segments.writing import key, quoted

UP, DOWN = ("以上", "+"), ("以下",)
SHORT: Mapping[str, str] = {
    "冠軍": "champions",
    "重要價值客戶": "champions",
    "重要價值": "champions",
    "忠誠": "loyal",
    "潛力": "potential",
    "新客": "new",
    "有望": "promising",
    "關心": "attention",
    "快要沉睡": "about_to_sleep",
    "快沉睡": "about_to_sleep",
    "快要沉睡客戶": "about_to_sleep",
    "流失風險客戶": "at_risk",
    "不能失去": "cannot_lose",
    "重要挽留": "cannot_lose",
    "沉睡": "hibernating",
    "沈睡": "hibernating",
    "流失": "lost",
}
TRAIT_NAMES: Mapping[str, tuple[str, ...]] = {
    "全部": ("全體", "所有人", "大家", "所有會員", "all", "everyone"),
    "好友": ("關注", "已加好友", "friend", "friends"),
    "可推播": ("可以推播", "推得到"),
    "同意行銷": ("同意", "consent"),
    "有手機": ("手機",),
}


def meaning(word: str, known: Known) -> Condition | None:
    """The condition that is called like this, None if none is."""
    return tier(word, known) or FIXED.get(key(word))


def tier(word: str, known: Known) -> InTier | None:
    """金級, 金, 金級以上, 金級以下."""
    every = tuple((each.key, each.name) for each in known.programme.tiers)
    wanted = key(word)
    found = known.tiers.get(wanted)
    if found is not None:
        return InTier(quoted(found.name), frozenset({found.key}), every)
    for endings, above in ((UP, True), (DOWN, False)):
        for ending in endings:
            found = known.tiers.get(wanted.removesuffix(ending))
            if found is None or not wanted.endswith(ending):
                continue
            rank = known.programme.rank(found.key)
            meant = every[rank:] if above else every[: rank + 1]
            said = quoted(f"{found.name}{'以上' if above else '以下'}")
            return InTier(said, frozenset(each for each, _ in meant), every)
    return None


def every(known: Known) -> list[str]:
    """Every name there is, as it is shown."""
    tiers = [each.name for each in known.programme.tiers]
    saved = [each.name for each in known.saved.values()]
    return [*tiers, *FIXED_NAMES, *saved]


def _fixed() -> Iterator[tuple[str, Condition]]:
    for segment, name in rfm.NAMES.items():
        for each in (name, segment):
            yield each, Scored(segment)
    for short, segment in SHORT.items():
        yield short, Scored(segment)
    for stage, name in lifecycle.NAMES.items():
        for each in (name, name.removesuffix("期"), stage.value):
            yield each, InStage(Stage(stage))
    for trait in TRAITS:
        for each in (trait, *TRAIT_NAMES[trait]):
            yield each, Has(trait)
    yield "買過", Counted("F", ">=", 1)
    yield "沒買過", Counted("F", "=", 0)
    yield "有券", HasCoupon("", ())


FIXED_NAMES = [name for name, _ in _fixed()]
FIXED: Mapping[str, Condition] = {key(name): each for name, each in _fixed()}
