"""Broadcasts as those who run the shop see them: tried out, under way, and how they went."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from bot.texts import _, clock, day
from bot.views import confirming, kit
from bot.views.kit import Block, Message
from models.base import N_
from models.talk.broadcast_records import Broadcast, Stage
from models.talk.broadcasts import BY_HAND, Standing
from models.talk.outbox_records import State

NAMED = 8
REASONS: Mapping[str, str] = {
    "not_friend": N_("未加好友或已封鎖"),
    "opted_out": N_("關掉了優惠通知"),
    "capped": N_("這幾天收滿優惠訊息了"),
    "coupon_gone": N_("券已發完或領過"),
}
ENDS: Mapping[State, str] = {
    State.SENT: N_("已送達 LINE"),
    State.SKIPPED: N_("略過（退訂、封鎖、本週已滿）"),
    State.DEAD: N_("LINE 拒收"),
    State.EXPIRED: N_("過期沒送"),
    State.UNKNOWN: N_("不確定是否送達"),
    State.CANCELLED: N_("已取消"),
}


def how() -> Message:
    """How a broadcast is written, with beginnings to tap."""
    return kit.card(
        _("推播"),
        kit.line(_("/推播 給誰 | 說什麼")),
        kit.note(_("例如：{example}", example="/推播 金級 #母嬰 | {稱呼}早安，新品到了")),
        kit.note(_("可以再加：| 團:3 | 券:回購券 | 圖:上一張 | 目標:回訪 | B:另一種說法")),
        kit.note(_("會先給你看試算和三位團友會收到的樣子，按「確認」後還有 60 秒可以「/復原」。")),
        choices=[
            {"type": "action", "action": kit.begin(_("給全部"), "/推播 全部 | ")},
            {"type": "action", "action": kit.begin(_("給熟客"), "/推播 F>=3 | ")},
            {"type": "action", "action": kit.begin(_("很久沒買"), "/推播 未購:90天 | ")},
            kit.choice(_("成效"), "/成效"),
        ],
    )


def confirmed(
    broadcast: Broadcast, *, people: int, seconds: int | None, quiet: datetime | None = None
) -> Message:
    """Said at once after 確認; it goes out in so many seconds, at its time, or after `quiet`."""
    at = quiet or broadcast.release_at
    when = f"{day(at)} {clock(at)}"
    if quiet is not None:
        when = _("安靜時段，{when} 開始送", when=when)
    elif seconds is not None:
        when = _("{n} 秒後", n=seconds)
    return kit.card(
        _("推播 #{number} 排好了", number=broadcast.id),
        wide(_("對象"), broadcast.segment),
        wide(_("人數"), _("約 {count} 位", count=number_said(people))),
        wide(_("送出"), when),
        kit.note(_("開始送之前，「/復原」就一則都不會送。")),
        choices=_ways(broadcast, paused=False),
    )


def stopped(broadcast: Broadcast, why: str) -> Message:
    """What whoever confirmed it hears when it could not go out."""
    said = _("推播 #{number} 停了，還沒送的不會送：{why}", number=broadcast.id, why=why)
    return kit.text(
        said,
        choices=[
            kit.choice(_("成效"), f"/成效 {broadcast.id}"),
            kit.choice(_("再推播"), "/推播"),
        ],
    )


def paused(found: Standing, *, now: datetime) -> Message:
    return _state(_("推播 #{number} 已暫停", number=found.broadcast.id), found, now)


def resumed(found: Standing, *, now: datetime) -> Message:
    return _state(_("推播 #{number} 繼續送", number=found.broadcast.id), found, now)


def cancelled(found: Standing, *, now: datetime) -> Message:
    return _state(_("推播 #{number} 已取消", number=found.broadcast.id), found, now)


def result(found: Standing, effect: Sequence[Block], *, now: datetime) -> Message:
    """How it went so far, and what it brought."""
    return _state(_("推播 #{number} 成效", number=found.broadcast.id), found, now, effect)


def cancelling(found: Standing, *, nonce: str, now: datetime) -> Message:
    """Before it is called off."""
    return confirming.preview(
        _("取消推播 #{number}", number=found.broadcast.id),
        *_facts(found, now),
        kit.note(_("還沒送的都不會送；已經送出的收不回來。")),
        nonce=nonce,
    )


def listing(found: Sequence[Standing], now: datetime) -> Message:
    """The latest broadcasts, the newest first."""
    rows: list[Block] = []
    for each in found:
        said = _("#{number} {segment}", number=each.broadcast.id, segment=each.broadcast.segment)
        rows.append(kit.row(kit.clip(said, 40), _short(each, now), shares=kit.LABEL_WIDE))
    return kit.card(
        _("推播"),
        *rows,
        choices=[
            kit.choice(f"#{each.broadcast.id}", f"/成效 {each.broadcast.id}")
            for each in found[:NAMED]
        ],
    )


def _state(title: str, found: Standing, now: datetime, more: Sequence[Block] = ()) -> Message:
    return kit.card(
        title,
        *_facts(found, now),
        *more,
        choices=_ways(found.broadcast, paused=bool(found.paused), over=found.is_over),
    )


def _facts(found: Standing, now: datetime) -> list[Block]:
    broadcast = found.broadcast
    sent = found.ended.get(State.SENT, 0)
    blocks = [
        kit.figure(
            _("已送出"),
            _("{sent}／{all} 則", sent=number_said(sent), all=number_said(broadcast.planned)),
        ),
        wide(_("狀態"), _short(found, now)),
        wide(_("對象"), broadcast.segment),
        wide(_("目標"), broadcast.goal),
    ]
    if found.waiting:
        blocks.append(wide(_("還沒送"), _("{count} 則", count=number_said(found.waiting))))
    for state, count in sorted(found.ended.items()):
        if state in ENDS and state is not State.SENT:
            blocks.append(wide(_(ENDS[state]), _("{count} 則", count=number_said(count))))
    if broadcast.kept_out:
        blocks.append(wide(_("對照組"), _("{count} 位", count=number_said(broadcast.kept_out))))
    return [*blocks, *left_out(broadcast.reasons)]


def _short(found: Standing, now: datetime) -> str:
    """Where it is, in a few words."""
    broadcast = found.broadcast
    if broadcast.stage == Stage.CANCELLED:
        return _("已取消")
    if found.is_over:
        return _("送完了") if found.ended.get(State.SENT) else _("結束了，沒有送出")
    if found.paused:
        return _("已暫停") if found.paused == BY_HAND else _("自動暫停：LINE 一直拒收")
    if broadcast.release_at > now:
        at = broadcast.release_at
        return _("{when} 送出", when=f"{day(at)} {clock(at)}")
    return _("送出中")


def _ways(broadcast: Broadcast, *, paused: bool, over: bool = False) -> list[Block]:
    number = broadcast.id
    if over or broadcast.stage == Stage.CANCELLED:
        return [kit.choice(_("所有推播"), "/成效"), kit.choice(_("再推播"), "/推播")]
    stop = (
        kit.choice(_("繼續"), f"/繼續 {number}")
        if paused
        else kit.choice(_("暫停"), f"/暫停 {number}")
    )
    return [
        kit.choice(_("復原"), "/復原"),
        stop,
        kit.choice(_("取消推播"), f"/取消 {number}"),
        kit.choice(_("成效"), f"/成效 {number}"),
    ]


def left_out(reasons: Mapping[str, int]) -> list[Block]:
    return [
        wide(_(REASONS[reason]), _("{count} 位不送", count=number_said(count)))
        for reason, count in sorted(reasons.items())
        if reason in REASONS
    ]


def wide(label: str, value: str) -> Block:
    return kit.row(label, value, shares=kit.VALUE_WIDE)


def number_said(count: int) -> str:
    return f"{count:,}"
