"""Group-buys on their way: extended, closed, opened again, failed, arrived, finished."""

from __future__ import annotations

from datetime import datetime

from bot import confirming, undoing
from bot.context import Context, Reply
from bot.router import NOTHING, Number, Rest, command
from bot.texts import _
from bot.views import group_buy_life as cards
from bot.views import group_buy_states as states
from bot.views import group_buys as offers
from models.base import N_, Refusal
from models.people.members import Member
from models.people.roles import Role
from models.shop import (
    changing,
    changing_words,
    closing,
    group_buys,
    rehearsing,
    releasing,
    waitlist,
)
from models.shop.bill_records import Wait
from models.shop.group_buy_records import GroupBuy, Stage
from scheduler import notices

TOPIC = "開團"
ONE = Number("1")


class StillOpen(Refusal):
    """There is nothing to open again: it takes orders, and closes later if that is wanted."""

    def __init__(self, number: int) -> None:
        super().__init__(
            N_("第 {number} 團還在開團中，不用重開；要晚一點結單，請用「/延長 {number}」。"),
            number=number,
        )
        self.number = number

    def leads(self, words: str) -> list[tuple[str, str]]:
        return [(f"{word} {self.number}",) * 2 for word in ("/延長", "/團")]


@command("/開團中", "/團購", role=Role.ORGANISER, topic="今日", careful=True)
def listing(ctx: Context) -> Reply:
    """看進行中的團"""
    return states.listing(rehearsing.running(ctx.session), ctx.now)


@command("/團", role=Role.ORGANISER, topic=TOPIC, careful=True, example="/團 3")
def show(ctx: Context, number: Number) -> Reply:
    """看一團的狀況：/團 3"""
    return _state(ctx, group_buys.find(ctx.session, number))


@command("/延長", role=Role.ORGANISER, topic=TOPIC, careful=True, example="/延長 3 12/21 21:00")
def extend(ctx: Context, number: Number, said: Rest = NOTHING) -> Reply:
    """延長或改結單時間：/延長 3 12/21 21:00"""
    if not said:
        return cards.until_when(group_buys.find(ctx.session, number))
    at = None if said in changing_words.NONE else changing_words.moment(said, ctx.now)
    done = changing.extend(ctx.session, number, at)
    before = done.before.isoformat() if done.before else None
    when = offers.when(at, ctx.now) if at else _("不限時間")
    told = _("結單時間改成 {when}", when=when)
    undoing.remember(ctx, "group_buy.extend", said=told, number=number, before=before)
    ctx.audit("group_buy.extend", f"group_buy:{number}", f"{done.before} -> {at}")
    return cards.done(done.group_buy, told, undo=True)


@undoing.undoes("group_buy.extend")
def extend_back(ctx: Context, *, number: int, before: str | None) -> Reply:
    """Put the closing time back, unless it is over by now."""
    at = datetime.fromisoformat(before) if before else None
    if at is not None and at <= ctx.now:
        raise changing_words.TimeOver(offers.when(at, ctx.now))
    done = changing.extend(ctx.session, number, at)
    return cards.done(done.group_buy, _("結單時間改回來了"))


@command(
    "/結單",
    "/收單",
    "/結團",
    "/截單",
    "/關團",
    role=Role.ORGANISER,
    topic=TOPIC,
    careful=True,
    example="/結單 3",
)
def close(ctx: Context, number: Number) -> Reply:
    """結單：/結單 3，先看總數再確認"""
    group_buy = group_buys.find(ctx.session, number)
    would = rehearsing.would_close(ctx.session, number, now=ctx.now, programme=ctx.programme)
    nonce = confirming.ask(ctx, "group_buy.close", said=_("結單 {n}", n=number), number=number)
    return cards.closing(group_buy, would, nonce=nonce)


@confirming.act("group_buy.close")
def closing_it(ctx: Context, *, number: int) -> Reply:
    """結單，通知團友"""
    group_buy = group_buys.hold(ctx.session, number)
    before = group_buy.closes_at.isoformat() if group_buy.closes_at else None
    done = closing.close(ctx.session, number, now=ctx.now, programme=ctx.programme)
    told = notices.closed(ctx.session, done.group_buy, done, now=ctx.now, programme=ctx.programme)
    undoing.remember(
        ctx, "group_buy.close", said=_("結單第 {n} 團", n=number), number=number, before=before
    )
    ctx.audit("group_buy.close", f"group_buy:{number}", f"{done.group_buy.taken} shares")
    cut = sum(wait.quantity for wait in done.waiting)
    return cards.closed(done.group_buy, told=told, cut=cut)


@undoing.undoes("group_buy.close")
def close_back(ctx: Context, *, number: int, before: str | None) -> Reply:
    """Take orders again, until when it was to close if that is still ahead."""
    at = datetime.fromisoformat(before) if before else None
    return _reopen(ctx, number, at if at is not None and at > ctx.now else None)


@command("/重開", role=Role.ORGANISER, topic=TOPIC, careful=True, example="/重開 3 12/21 21:00")
def reopen(ctx: Context, number: Number, said: Rest = NOTHING) -> Reply:
    """結單後重新開放：/重開 3 [12/21 21:00]"""
    at = changing_words.moment(said, ctx.now) if said else None
    if group_buys.find(ctx.session, number).stage == Stage.OPEN:
        raise StillOpen(number)
    reply = _reopen(ctx, number, at)
    ctx.audit("group_buy.reopen", f"group_buy:{number}")
    return reply


@command("/成團", role=Role.ORGANISER, topic=TOPIC, careful=True, example="/成團 3")
def go_ahead(ctx: Context, number: Number) -> Reply:
    """沒達到成團數也照樣出貨：/成團 3，通知團友付款"""
    group_buy = _at(ctx, number, Stage.CLOSED)
    note = _("確認後會通知每位團友金額和付款方式。")
    nonce = confirming.ask(ctx, "group_buy.go_ahead", said=_("成團 {n}", n=number), number=number)
    return cards.step(_("照樣出貨嗎？"), group_buy, note, nonce=nonce)


@confirming.act("group_buy.go_ahead")
def going_ahead(ctx: Context, *, number: int) -> Reply:
    """照樣出貨，通知團友"""
    group_buy = _at(ctx, number, Stage.CLOSED)
    told = notices.closed(ctx.session, group_buy, None, now=ctx.now, programme=ctx.programme)
    ctx.audit("group_buy.go_ahead", f"group_buy:{number}")
    return cards.done(group_buy, _("照樣出貨，已通知 {count} 位", count=told))


@command("/到貨", role=Role.ORGANISER, topic=TOPIC, careful=True, example="/到貨 3")
def arrive(ctx: Context, number: Number) -> Reply:
    """到貨，通知團友來取：/到貨 3"""
    group_buy = _at(ctx, number, Stage.CLOSED)
    note = _("確認後會通知團友取貨碼、時間和地點；這個不能復原。")
    nonce = confirming.ask(ctx, "group_buy.arrive", said=_("到貨 {n}", n=number), number=number)
    return cards.step(_("到貨了嗎？"), group_buy, note, nonce=nonce)


@confirming.act("group_buy.arrive")
def arriving(ctx: Context, *, number: int) -> Reply:
    """到貨，通知團友"""
    group_buy = group_buys.hold(ctx.session, number)
    group_buys.move(ctx.session, group_buy, Stage.ARRIVED, now=ctx.now)
    told = notices.arrived(ctx.session, group_buy, now=ctx.now, programme=ctx.programme)
    ctx.audit("group_buy.arrive", f"group_buy:{number}")
    return cards.done(group_buy, _("已到貨，通知了 {count} 位", count=told))


@command("/流團", role=Role.ORGANISER, topic=TOPIC, careful=True, example="/流團 3")
def fail(ctx: Context, number: Number) -> Reply:
    """流團，取消全部訂單並通知團友：/流團 3"""
    group_buy = _at(ctx, number, Stage.OPEN, Stage.CLOSED)
    standing = rehearsing.standing(ctx.session, number)
    owed = rehearsing.owed_back(ctx.session, number)
    nonce = confirming.ask(
        ctx,
        "group_buy.fail",
        said=_("流團 {n}", n=number),
        number=number,
        amount=sum(amount for _no, _name, amount in owed),
    )
    return cards.failing(group_buy, standing, owed, nonce=nonce)


@confirming.act("group_buy.fail")
def failing(ctx: Context, *, number: int, amount: int) -> Reply:
    """流團，取消全部訂單"""
    bills = closing.fail(ctx.session, number, now=ctx.now, programme=ctx.programme)
    group_buy = group_buys.find(ctx.session, number)
    told = notices.failed(ctx.session, group_buy, bills, now=ctx.now)
    owed = rehearsing.owed_back(ctx.session, number)
    ctx.audit("group_buy.fail", f"group_buy:{number}", f"{len(bills)} orders, NT${amount}")
    return cards.failed(group_buy, owed, told=told)


@command("/完成", role=Role.ORGANISER, topic=TOPIC, careful=True, example="/完成 3")
def finish(ctx: Context, number: Number) -> Reply:
    """這一團結束了：/完成 3"""
    group_buy = _at(ctx, number, Stage.CLOSED, Stage.ARRIVED)
    standing = rehearsing.standing(ctx.session, number)
    note = _("完成後不再提醒取貨，訂單仍查得到；這個不能復原。")
    if standing.unpaid:
        note = _("還有 {count} 筆沒付款。", count=standing.unpaid) + note
    nonce = confirming.ask(ctx, "group_buy.finish", said=_("完成 {n}", n=number), number=number)
    return cards.step(_("這一團結束了嗎？"), group_buy, note, nonce=nonce)


@confirming.act("group_buy.finish")
def finishing(ctx: Context, *, number: int) -> Reply:
    """完成一團"""
    group_buy = group_buys.hold(ctx.session, number)
    group_buys.move(ctx.session, group_buy, Stage.FINISHED, now=ctx.now)
    ctx.audit("group_buy.finish", f"group_buy:{number}")
    return cards.done(group_buy, _("已完成"))


@command("/放候補", role=Role.ORGANISER, topic=TOPIC, careful=True, example="/放候補 3 5")
def release(ctx: Context, number: Number, most: Number = ONE) -> Reply:
    """補給前幾位候補的人：/放候補 3 5"""
    group_buy = _at(ctx, number, Stage.OPEN, Stage.CLOSED)
    waits = releasing.first_in_line(ctx.session, number, most)
    more = sum(releasing.needed(waits).values())
    named = [(_name(ctx, wait), wait) for wait in waits]
    nonce = confirming.ask(
        ctx, "group_buy.release", said=_("放候補 {n}", n=number), number=number, most=int(most)
    )
    return cards.releasing(group_buy, named, more, nonce=nonce)


@confirming.act("group_buy.release")
def releasing_it(ctx: Context, *, number: int, most: int) -> Reply:
    """放候補"""
    served = releasing.release(ctx.session, number, most, now=ctx.now, programme=ctx.programme)
    group_buy = group_buys.find(ctx.session, number)
    notices.promoted(ctx.session, group_buy, served, now=ctx.now)
    ctx.audit("group_buy.release", f"group_buy:{number}", f"{len(served)} waits")
    shares = sum(wait.quantity for wait in served)
    return cards.done(
        group_buy, _("放了 {count} 份給 {people} 筆候補", count=shares, people=len(served))
    )


def _state(ctx: Context, group_buy: GroupBuy) -> Reply:
    standing = rehearsing.standing(ctx.session, group_buy.id)
    waiting = waitlist.of_group_buy(ctx.session, group_buy.id)
    return states.state(group_buy, standing, waiting, now=ctx.now)


def _reopen(ctx: Context, number: int, at: datetime | None) -> Reply:
    promoted = closing.reopen(
        ctx.session, number, closes_at=at, now=ctx.now, programme=ctx.programme
    )
    group_buy = group_buys.find(ctx.session, number)
    notices.reopened(ctx.session, group_buy, promoted, now=ctx.now)
    until = _("到 {when}", when=offers.when(at, ctx.now)) if at else _("到你結單為止")
    return cards.done(group_buy, _("重新開放，{until}", until=until))


def _at(ctx: Context, number: int, *stages: Stage) -> GroupBuy:
    """A group-buy that is this far.

    Raises:
        NoSuchGroupBuy, WrongStage: there is none, or it is elsewhere.
    """
    group_buy = group_buys.find(ctx.session, number)
    if group_buy.stage not in stages:
        raise group_buys.WrongStage(group_buy)
    return group_buy


def _name(ctx: Context, wait: Wait) -> str:
    return ctx.session.get_one(Member, wait.member_id).name
