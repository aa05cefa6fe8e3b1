"""Broadcasts as those who run the shop see them: tried out, under way, and how they went."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from bot.texts import _, clock, day
from bot.views import confirming, kit
from bot.views.kit import Block, Message
from models.base import N_
from models.talk import tracked_links
from models.talk.broadcast_records import Broadcast, Stage
from models.talk.broadcast_terms import Wanted
from models.talk.broadcasts import BY_HAND, Standing
from models.talk.outbox_records import State

SHOWN = 200  # characters of a text on a card
NAMED = 8
REASONS: Mapping[str, str] = {
    "not_friend": N_("未加好友或已封鎖"),
    "opted_out": N_("關掉了優惠通知"),
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


class Sampled(Protocol):
    @property
    def name(self) -> str: ...
    @property
    def messages(self) -> list[Message]: ...


class Tried(Protocol):
    """What a broadcast would come to."""

    @property
    def wanted(self) -> Wanted: ...
    @property
    def size(self) -> int: ...
    @property
    def left_out(self) -> Mapping[str, int]: ...
    @property
    def held_back(self) -> int: ...
    @property
    def kept_out(self) -> int: ...
    @property
    def charged(self) -> int: ...
    @property
    def left(self) -> int | None: ...
    @property
    def cost(self) -> float | None: ...
    @property
    def samples(self) -> Sequence[Sampled]: ...


def how() -> Message:
    """How a broadcast is written, with beginnings to tap."""
    return kit.card(
        _("推播"),
        kit.line(_("/推播 給誰 | 說什麼")),
        kit.note(_("例如：{example}", example="/推播 金級 #母嬰 | {稱呼}早安，新品到了")),
        kit.note(_("可以再加：| 團:3 | 券:回購券 | 圖:https://… | 目標:回訪 | B:另一種說法")),
        kit.note(_("會先給你看試算和三位團友會收到的樣子，按「確認」後還有 60 秒可以「/復原」。")),
        choices=[
            {"type": "action", "action": kit.begin(_("給全部"), "/推播 全部 | ")},
            {"type": "action", "action": kit.begin(_("給熟客"), "/推播 F>=3 | ")},
            {"type": "action", "action": kit.begin(_("很久沒買"), "/推播 未購:90天 | ")},
            kit.choice(_("成效"), "/成效"),
        ],
    )


def tried(
    found: Tried,
    *,
    at: datetime | None,
    quiet: datetime | None,
    risks: Sequence[str],
    nonce: str,
) -> Message:
    """The dry run: to whom, who not and why, what it costs, and what three of them would read."""
    wanted = found.wanted
    blocks: list[Block] = [
        kit.figure(_("會送出"), _("{count} 則", count=f"{found.charged:,}"), colour=kit.WARM),
        _wide(_("對象"), _("{segment}，{count} 位", segment=wanted.segment, count=_n(found.size))),
        *_left_out(found.left_out),
    ]
    if found.kept_out:
        blocks.append(
            _wide(
                _("對照組"),
                _("約 {count} 位不送，用來比較效果", count=_n(found.kept_out)),
            )
        )
    blocks += [
        _wide(_("目標"), wanted.goal),
        *_attached(wanted),
        _wide(_("時間"), _when(at, quiet)),
    ]
    if found.left is not None:
        after = found.left - found.charged
        said = _("剩 {left} 則，送完剩 {after} 則", left=_n(found.left), after=_n(after))
        blocks.append(_wide(_("行銷額度"), said))
    if found.cost is not None:
        blocks.append(_wide(_("費用"), _("約 NT${amount}", amount=f"{found.cost:,.0f}")))
    blocks += _warnings(risks)
    blocks += [kit.rule(), *_samples(found.samples)]
    return confirming.preview(_("推播試算"), *blocks, nonce=nonce)


def confirmed(broadcast: Broadcast, *, people: int, seconds: int | None) -> Message:
    """Said at once after 確認; it goes out in so many seconds, or at its time."""
    at = broadcast.release_at
    when = f"{day(at)} {clock(at)}" if seconds is None else _("{n} 秒後", n=seconds)
    return kit.card(
        _("推播 #{number} 排好了", number=broadcast.id),
        _wide(_("對象"), broadcast.segment),
        _wide(_("人數"), _("約 {count} 位", count=_n(people))),
        _wide(_("送出"), when),
        kit.note(_("{when}才開始送，在那之前「/復原」就一則都不會送。", when=f"{when} ".lstrip())),
        choices=_ways(broadcast, paused=False),
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
        kit.figure(_("已送出"), _("{sent}／{all} 則", sent=_n(sent), all=_n(broadcast.planned))),
        _wide(_("狀態"), _short(found, now)),
        _wide(_("對象"), broadcast.segment),
        _wide(_("目標"), broadcast.goal),
    ]
    if found.waiting:
        blocks.append(_wide(_("還沒送"), _("{count} 則", count=_n(found.waiting))))
    for state, count in sorted(found.ended.items()):
        if state in ENDS and state is not State.SENT:
            blocks.append(_wide(_(ENDS[state]), _("{count} 則", count=_n(count))))
    if broadcast.kept_out:
        blocks.append(_wide(_("對照組"), _("{count} 位", count=_n(broadcast.kept_out))))
    return [*blocks, *_left_out(broadcast.reasons)]


def _short(found: Standing, now: datetime) -> str:
    """Where it is, in a few words."""
    broadcast = found.broadcast
    if broadcast.stage == Stage.CANCELLED:
        return _("已取消")
    if found.paused:
        return _("已暫停") if found.paused == BY_HAND else _("自動暫停：LINE 一直拒收")
    if broadcast.release_at > now:
        at = broadcast.release_at
        return _("{when} 送出", when=f"{day(at)} {clock(at)}")
    return _("送完了") if found.is_over else _("送出中")


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


def _left_out(reasons: Mapping[str, int]) -> list[Block]:
    return [
        _wide(_(REASONS[reason]), _("{count} 位不送", count=_n(count)))
        for reason, count in sorted(reasons.items())
        if reason in REASONS
    ]


def _attached(wanted: Wanted) -> list[Block]:
    blocks: list[Block] = []
    if wanted.group_buy is not None:
        blocks.append(_wide(_("附團購"), _("第 {number} 團", number=wanted.group_buy)))
    if wanted.coupon:
        blocks.append(_wide(_("附優惠券"), wanted.coupon))
    blocks += _links(wanted)
    if len(wanted.variants) > 1:
        blocks.append(_wide(_("兩種說法"), _("A、B 各一半，成效分開看")))
    return blocks


def _links(wanted: Wanted) -> list[Block]:
    """The addresses whose clicks are counted, and that some are not."""
    texts = [each.text for each in wanted.variants]
    blocks: list[Block] = []
    if count := len(tracked_links.addresses(texts)):
        blocks.append(_wide(_("網址"), _("{count} 個，換成店裡的連結來算點擊", count=count)))
    if any(map(tracked_links.unclear, texts)):
        blocks.append(kit.note(_("有網址後面緊接著字，算不到點擊；請在網址後面空一格。")))
    return blocks


def _when(at: datetime | None, quiet: datetime | None) -> str:
    if quiet is not None:
        return _("安靜時段，{when} 開始送", when=f"{day(quiet)} {clock(quiet)}")
    return _("確認後 60 秒") if at is None else f"{day(at)} {clock(at)}"


def _warnings(risks: Sequence[str]) -> list[Block]:
    if not risks:
        return []
    said = _("這些字眼可能違規，建議改掉：{words}", words="、".join(risks[:NAMED]))
    return [kit.panel(kit.line(said, size="sm", color=kit.WARM))]


def _samples(samples: Sequence[Sampled]) -> list[Block]:
    blocks: list[Block] = [kit.note(_("這幾位會收到："))]
    for each in samples:
        words = next((m["text"] for m in each.messages if m["type"] == "text"), "")
        said = words or "、".join(str(m.get("altText", "")) for m in each.messages[:1])
        name = each.name or _("（未填稱呼）")
        blocks.append(
            kit.panel(
                kit.line(name, weight="bold", size="sm"),
                kit.line(kit.clip(said or _("（圖片）"), SHOWN), size="sm"),
            )
        )
    return blocks


def _wide(label: str, value: str) -> Block:
    return kit.row(label, value, shares=kit.VALUE_WIDE)


def _n(count: int) -> str:
    return f"{count:,}"
