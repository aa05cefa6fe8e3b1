"""Rewards as those who run the shop see them: the shelf, and slips at the counter."""

from __future__ import annotations

from collections.abc import Sequence

from bot.texts import _, day, points
from bot.views import confirming, kit, rewards
from bot.views.kit import Block, Message
from models.loyalty.rewards import Reward, RewardClaim, RewardKind

LISTED = 25
HOW = (
    "/獎品 新增 保溫杯 300 20",
    "/獎品 新增 券 birthday_silver 100",
    "/獎品 改 2 庫存 30",
    "/獎品 改 2 每人 1",
    "/獎品 下架 2",
)


def shelf(found: Sequence[Reward]) -> Message:
    """Every reward, and how each is changed."""
    rows = [_entry(reward) for reward in found[:LISTED]]
    if len(found) > LISTED:
        rows.append(kit.note(_("另有 {count} 樣較晚建立的沒有列出。", count=len(found) - LISTED)))
    return kit.card(
        _("獎品"),
        *(rows or [kit.line(_("還沒有獎品。"))]),
        kit.rule(),
        kit.note(_("可以這樣輸入：")),
        *kit.bullets(HOW),
        choices=_ways_on(),
    )


def kept(reward: Reward, *, tiers: str, said: str) -> Message:
    """One reward as it is from now on; `said` is what was done."""
    limit, picture = reward.per_member_limit, reward.picture
    none = _("不限")
    return kit.card(
        said,
        kit.line(reward.name, weight="bold"),
        kit.row(_("點數"), points(reward.price), strong=True),
        kit.row(_("庫存"), rewards.left(reward)),
        kit.row(_("已兌換"), _("{count} 份", count=reward.taken)),
        kit.row(_("每人限"), none if limit is None else _("{count} 份", count=limit)),
        kit.row(_("限等級"), tiers or none),
        kit.row(_("開始"), day(reward.opens_at) if reward.opens_at else none),
        kit.row(_("截止"), day(reward.last_day) if reward.last_day else none),
        kit.row(_("圖片"), _("有") if picture else _("無")),
        subtitle=_("{kind} · 號碼 {number}", kind=rewards.kind(reward), number=reward.id),
        buttons=[_turn(reward)],
        choices=_ways_on(),
    )


def handed(claim: RewardClaim, *, name: str) -> Message:
    """What to put into the member's hands."""
    return kit.card(
        _("請給獎品"),
        kit.figure(_("獎品"), claim.name, size="xl"),
        kit.row(_("團友"), name or _("（未填稱呼）")),
        kit.row(_("兌換日"), day(claim.claimed_at)),
        kit.note(_("這張兌換單已經用掉，不能再領一次。")),
        choices=_ways_on(),
    )


def cancelling(claim: RewardClaim, *, name: str, nonce: str) -> Message:
    """What giving back would do, before it is done."""
    if claim.kind == RewardKind.COUPON:
        also = _("給出的優惠券會作廢。")
    elif claim.handed_at is not None:
        also = _("獎品在 {day} 已經領走，請先收回；庫存會加回 1 份。", day=day(claim.handed_at))
    else:
        also = _("領獎單會失效，庫存會加回 1 份。")
    return confirming.preview(
        _("要取消這次兌換嗎？"),
        kit.line(claim.name, weight="bold"),
        kit.row(_("團友"), name or _("（未填稱呼）")),
        kit.row(_("退回"), points(claim.points), strong=True),
        kit.note(also),
        nonce=nonce,
    )


def cancelled(claim: RewardClaim, *, name: str) -> Message:
    return kit.card(
        _("已退獎"),
        kit.row(_("獎品"), claim.name, strong=True),
        kit.row(_("團友"), name or _("（未填稱呼）")),
        kit.row(_("已退回"), points(claim.points)),
        choices=_ways_on(),
    )


def _entry(reward: Reward) -> Block:
    taken = _("已換 {count}", count=reward.taken)
    state = rewards.left(reward) if reward.withdrawn_at is None else _("已下架")
    return kit.row(
        f"{reward.id} {reward.name}",
        f"{points(reward.price)}，{state}，{taken}",
        strong=reward.withdrawn_at is None,
    )


def _turn(reward: Reward) -> Block:
    if reward.withdrawn_at is None:
        return kit.button(_("下架"), f"/獎品 下架 {reward.id}")
    return kit.button(_("上架"), f"/獎品 上架 {reward.id}")


def _ways_on() -> list[Block]:
    return [kit.choice(_("/獎品"), "/獎品"), kit.choice(_("說明"))]
