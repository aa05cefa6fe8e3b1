"""Why somebody was or was not written to, message by message, for those who run the shop."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.texts import _, clock, day, money
from bot.views import kit
from bot.views.kit import Message
from models.base import N_
from models.talk import outbox_holds as holds
from models.talk.broadcasts import BY_HAND
from models.talk.fates import Fate
from models.talk.outbox_records import State
from models.talk.policy import Delay, GiveUp, SendRules, Skip, Wait, quiet_until

SHOWN = 5
ENDED = {
    State.SENT: N_("{at} 推播送出"),
    State.EXPIRED: N_("{at} 過了時效，沒送"),
    State.CANCELLED: N_("{at} 取消了"),
    State.UNKNOWN: N_("{at} 送了，LINE 沒有確認收到"),
}
REFUSALS = {
    "opted_out": N_("沒有同意收這類訊息"),
    "blocked": N_("封鎖了官方帳號或還不是好友"),
    "erased": N_("資料已刪除"),
    "capped": N_("{days} 天內最多 {cap} 則行銷訊息"),
    "budget": N_("行銷能用的額度不夠，先送了更有用的"),
}


@dataclass(frozen=True)
class Told:
    """A message, or a campaign that sent none: what it is called, and what is to be said."""

    title: str
    because: str


def card(name: str, messages: Sequence[Told], others: Sequence[Told]) -> Message:
    """`messages` are the member's last ones, `others` the campaigns that wrote nothing."""
    nothing = kit.line(_("還沒有主動寫給這位團友的訊息。"))
    return kit.card(
        _("{name} 的訊息", name=name),
        *([_part(each) for each in messages] or [nothing]),
        *([kit.rule(), kit.note(_("沒有排到的自動訊息"))] if others else []),
        *_grouped(others),
        subtitle=_("為什麼送、為什麼沒送"),
        choices=[
            kit.choice(_("這位團友"), f"/查 {name}"),
            kit.choice(_("自動訊息"), "/自動訊息"),
            kit.choice(_("訊息額度"), "/額度"),
        ],
    )


def held_back(at: datetime) -> str:
    """Why somebody was left out of a broadcast whom it concerned."""
    return _("{at} 抽到對照組，這次不送，用來比較效果", at=f"{day(at)} {clock(at)}")


def because(
    fate: Fate,
    titles: dict[str, str],
    rules: SendRules,
    *,
    now: datetime,
    refused: datetime | None,
) -> str:
    """What became of a message, or what it waits for, in one sentence."""
    if fate.verdict is not None:
        return _waits(fate, titles, rules, now, refused)
    return _ended(fate, titles, rules, refused)


def _ended(fate: Fate, titles: dict[str, str], rules: SendRules, refused: datetime | None) -> str:
    at = _at(fate.done_at or fate.due_at)
    if fate.state is State.SENT and fate.rode:
        return _("{at} 搭回覆一起送出，不扣額度", at=at)
    if fate.state is State.SKIPPED:
        reason = _refusal(fate.reason, rules, refused)
        if fate.reason == "capped":
            reason += _seen(fate, titles)
        return _("{at} 沒送：{reason}", at=at, reason=reason)
    if fate.state is State.DEAD:
        return _("{at} 被 LINE 退回：{reason}", at=at, reason=kit.clip(fate.reason, 100))
    return _(ENDED.get(fate.state, N_("正要搭回覆送出")), at=at)


def _waits(
    fate: Fate,
    titles: dict[str, str],
    rules: SendRules,
    now: datetime,
    refused: datetime | None,
) -> str:
    """What a message waits for, by the verdict that the sender would come to."""
    if fate.hold:
        return _held(fate.hold, fate.reason)
    match fate.verdict:
        case Delay(until) if until >= fate.due_at:
            return _delayed(fate, until, titles, rules, now)
        case Wait():
            return _budget(fate)
        case Skip(reason) | GiveUp(reason):
            return _("不會送：{reason}", reason=_refusal(reason, rules, refused))
    return _ready(fate, now)


def _ready(fate: Fate, now: datetime) -> str:
    """Of a message that may go, or that has missed its time."""
    if fate.use_until is not None and fate.use_until <= now:
        return _("不會送：過了時效")
    if fate.may_ride and fate.due_at > now:
        return _("等下一次回覆順便送，最晚 {at} 推播", at=_at(fate.due_at))
    return _("可以送，{at} 送出", at=_at(max(now, fate.due_at)))


def _delayed(
    fate: Fate, until: datetime, titles: dict[str, str], rules: SendRules, now: datetime
) -> str:
    if quiet_until(now, rules.quiet) == until:
        return _("等到 {at}：現在是勿擾時段", at=_at(until))
    said = _refusal("capped", rules, None) + _seen(fate, titles)
    return _("等到 {at}：{reason}", at=_at(until), reason=said)


def _seen(fate: Fate, titles: dict[str, str]) -> str:
    """The marketing that filled the cap."""
    seen = "、".join(f"{titles[rule]} {day(at)}" for rule, at in fate.recent[:SHOWN])
    return _("（已收到 {seen}）", seen=seen) if seen else ""


def _budget(fate: Fate) -> str:
    if fate.left is None or fate.value is None or not fate.left.left:
        return _("等額度：這個月行銷能用的訊息用完了")
    return _(
        "等額度：這則預期 {value}，現在 {bid} 以上的先送",
        value=money(fate.value // 100),
        bid=money(-(-fate.left.bid // 100)),
    )


def _held(scope: str, reason: str) -> str:
    match scope:
        case holds.PUSHES:
            return _("等店家放行：商店剛從備份還原")
        case holds.MARKETING:
            return _("等額度：LINE 說本月的訊息用完了")
    if reason == BY_HAND:
        return _("等店家按繼續：先暫停了")
    return _("等店家檢查：這種訊息大多被 LINE 退回，先暫停")


def _refusal(reason: str, rules: SendRules, refused: datetime | None) -> str:
    if reason == "opted_out" and refused is not None:
        return _("{at} 說不要收這類訊息", at=day(refused))
    days, cap = str(rules.cap_days), str(rules.cap)
    known = REFUSALS.get(reason, N_("送過一次，結果不明，不再重送"))
    return _(known, days=days, cap=cap)


def _grouped(others: Sequence[Told]) -> list[kit.Block]:
    """Campaigns with the same to be said of them, in one line."""
    alike: dict[str, list[str]] = {}
    for each in others:
        alike.setdefault(each.because, []).append(each.title)
    return [kit.note(f"{because}：{'、'.join(titles)}") for because, titles in alike.items()]


def _part(told: Told) -> kit.Block:
    return kit.panel(kit.line(kit.clip(told.title, 60), weight="bold"), kit.note(told.because))


def _at(at: datetime) -> str:
    return f"{day(at)} {clock(at)}"
