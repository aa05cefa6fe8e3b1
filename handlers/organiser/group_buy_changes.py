"""Changing what a group-buy offers, while it runs."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from bot import undoing
from bot.context import Context, Reply
from bot.router import NOTHING, Number, Rest, command
from bot.texts import _, money
from bot.views import group_buy_life as cards
from bot.views import group_buys as offers
from bot.views import notices as told_cards
from handlers.organiser import pictures
from models.base import N_
from models.people.roles import Role
from models.shop import changing, changing_items, changing_words, group_buys, option_words
from models.shop.changing import Changed
from models.shop.changing_words import Change, What
from models.shop.option_words import Act
from scheduler import notices

EXAMPLE = "/改團 3 價格 430"
NAMES = {
    What.PRICE: N_("價格"),
    What.STOCK: N_("庫存"),
    What.LIMIT: N_("每人限"),
    What.NAME: N_("名稱"),
    What.TITLE: N_("團名"),
    What.MINIMUM: N_("成團"),
    What.CLOSES: N_("結單時間"),
    What.PICKUP: N_("取貨"),
    What.PICTURE: N_("圖片"),
    What.OPTIONS: N_("選項"),
}
# what those who ordered need to know
TOLD = (What.PICKUP,)


@command("/改團", role=Role.ORGANISER, topic="開團", careful=True, example=EXAMPLE)
def change(ctx: Context, number: Number, said: Rest = NOTHING) -> Reply:
    """改一團的價格、庫存、選項、取貨…，或加商品：/改團 3 價格 430"""
    group_buy = group_buys.find(ctx.session, number)
    if not said:
        return cards.what_to_change(group_buy, [_(name) for name in NAMES.values()])
    if (described := changing_items.asked(said)) is not None:
        return _add_items(ctx, number, described)
    wanted = changing_words.read(pictures.named(ctx, said), group_buy, now=ctx.now)
    done = changing.make(ctx.session, number, wanted, now=ctx.now, programme=ctx.programme)
    what = _said(ctx, wanted)
    ctx.audit("group_buy.change", f"group_buy:{number}", _written(ctx, wanted, done.before, what))
    if wanted.what is not What.PRICE:
        undoing.remember(
            ctx,
            "group_buy.change",
            said=what,
            number=number,
            what=wanted.what.value,
            code=wanted.code,
            before=_kept(done.before),
        )
    _tell(ctx, done, wanted, what)
    return cards.done(done.group_buy, what, undo=wanted.what is not What.PRICE)


@undoing.undoes("group_buy.change")
def change_back(ctx: Context, *, number: int, what: str, code: str, before: Any) -> Reply:
    """Put back what was changed, if that is still possible."""
    value = datetime.fromisoformat(before) if before and what == What.CLOSES else before
    back = Change(What(what), code, value)
    done = changing.make(ctx.session, number, back, now=ctx.now, programme=ctx.programme)
    _tell(ctx, done, back, _said(ctx, back))
    return cards.done(done.group_buy, _("改回來了：{what}", what=_said(ctx, back)))


@undoing.undoes("group_buy.items")
def take_off(ctx: Context, *, number: int, codes: list[str]) -> Reply:
    """Take items off again that nobody has ordered meanwhile."""
    gone = [changing_items.remove(ctx.session, number, code).name for code in codes]
    group_buy = group_buys.find(ctx.session, number)
    return cards.done(group_buy, _("拿掉了 {names}", names="、".join(gone)))


def _add_items(ctx: Context, number: int, described: str) -> Reply:
    """Put further items on sale."""
    terms = changing_items.read(described, programme=ctx.programme, now=ctx.now)
    made = changing_items.add(ctx.session, number, terms)
    named = [f"{item.code} {item.name} {money(item.price)}" for item in made]
    said = _("加商品 {names}", names="、".join(named))
    codes = [item.code for item in made]
    undoing.remember(ctx, "group_buy.items", said=said, number=number, codes=codes)
    ctx.audit("group_buy.change", f"group_buy:{number}", said)
    return cards.done(group_buys.find(ctx.session, number), said, undo=True)


def _tell(ctx: Context, done: Changed, wanted: Change, what: str) -> None:
    group_buy = done.group_buy
    notices.promoted(ctx.session, group_buy, done.promoted, now=ctx.now)
    if done.lowered:
        notices.price_lowered(ctx.session, group_buy, done.lowered, now=ctx.now)
    if wanted.what in TOLD and group_buy.stage != group_buys.Stage.DRAFT:
        version = f"{wanted.what}:{ctx.now:%Y%m%d%H%M%S}"
        notices.changed(ctx.session, group_buy, what, version=version, now=ctx.now)


def _written(ctx: Context, wanted: Change, before: Any, what: str) -> str:
    """A change and what it was before; nobody reads the address of a picture."""
    if wanted.what is What.PICTURE:
        return _(NAMES[wanted.what])
    if wanted.what is What.OPTIONS:
        return what
    return _("{what}（原本 {before}）", what=what, before=_value(ctx, wanted.what, before))


def _said(ctx: Context, wanted: Change) -> str:
    """A change in a few words, as members read it too."""
    if wanted.what is What.OPTIONS:
        return _("選項 {code} {edit}", code=wanted.code, edit=_edit(wanted.value))
    code, said = f" {wanted.code} " if wanted.code else "", _value(ctx, wanted.what, wanted.value)
    return _("{what}{code}改成 {value}", what=_(NAMES[wanted.what]), code=code, value=said)


def _value(ctx: Context, what: What, value: Any) -> str:
    if value is None or value == "":
        return _("不限") if what is not What.PICTURE else _("無")
    if what is What.PRICE:
        return money(value)
    if what is What.PICTURE:
        return _("另一張")
    if what is What.CLOSES:
        return offers.when(value, ctx.now)
    return told_cards.place(*value) if what is What.PICKUP else str(value)


def _edit(value: list[Any]) -> str:
    """What is done to options, in words."""
    edit = option_words.from_plain(value)
    names = "、".join(edit.values)
    if edit.act is Act.RENAME:
        return _("「{old}」改名「{new}」", old=edit.values[0], new=edit.values[1])
    if edit.act is Act.DROP:
        return _("刪掉 {names}", names=names)
    if edit.price is not None:
        return _("加了 {names}（{price}）", names=names, price=money(edit.price))
    return _("加了 {names}", names=names)


def _kept(before: Any) -> Any:
    return before.isoformat() if isinstance(before, datetime) else before
