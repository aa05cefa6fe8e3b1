"""What is asked when an order cannot be carried out as it was said, answered in one tap."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from typing import NamedTuple

from bot.texts import _, money
from bot.views import kit, quotes
from bot.views.kit import Block, Message
from models.shop.group_buy_records import GroupBuy, Item

MOST = 11
NUMBERS = range(1, 7)


class Had(NamedTuple):
    """Something a member has ordered."""

    item: Item
    option: str
    person: str
    quantity: int


def which_item(items: Sequence[Item], quantity: int) -> Message:
    """Several things are open, and none or no known one was named."""
    several = len({item.group_buy_id for item in items}) > 1
    choices = []
    for item in items[:MOST]:
        name = kit.clip(item.name, 11)
        label = f"{item.group_buy_id} {name}" if several else f"{item.code} {name}"
        choices.append(kit.choice(f"{label} +{quantity}", _pick(item, "", quantity)))
    listed = "\n".join(
        f"{quotes.named(item.group_buy)}：{item.code} {item.name} {money(item.price_now)}"
        if several
        else f"{item.code} {item.name} {money(item.price_now)}"
        for item in items[:MOST]
    )
    sentence = _(
        "想訂哪一樣？點一下就好，或連名字一起打，例如「{example}」。", example=_say(items)
    )
    return kit.text(f"{sentence}\n{listed}", choices=[*choices, _no()])


def not_on_offer(items: Sequence[Item], quantity: int) -> Message:
    """Something was named that is not open."""
    listed = "、".join(kit.clip(item.name, 20) for item in items[:MOST])
    choices = [
        kit.choice(f"{kit.clip(item.name, 11)} +{quantity}", _pick(item, "", quantity))
        for item in items[:MOST]
    ]
    return kit.text(
        _("現在開的團沒有這一樣。開的是：{listed}。想要別的可以「敲碗」。", listed=listed),
        choices=[*choices[:9], kit.choice(_("團購")), kit.choice(_("敲碗")), _no()],
    )


def which_option(
    item: Item, quantity: int, person: str = "", *, known: Sequence[str] = ()
) -> Message:
    """Values of the item are open, or one is not offered; `known` were named."""
    read = item.as_read()
    every = product(*(values for _name, values in read.options))
    combined = ["/".join(values) for values in every if set(known) <= set(values)]
    axes = "；".join(f"{name}：{'、'.join(values)}" for name, values in read.options)
    example = f"{item.code} {combined[0].replace('/', ' ')} +{quantity}"
    sentence = _(
        "「{name}」要選{axes}。例如「{example}」。", name=item.name, axes=axes, example=example
    )
    choices = [
        kit.choice(f"{option} +{quantity}", _pick(item, option, quantity, person))
        for option in combined[:MOST]
    ]
    return kit.text(sentence, choices=[*choices, _no()])


def how_many(item: Item, option: str = "", person: str = "") -> Message:
    sentence = _(
        "「{name}」要幾{unit}？一{unit} {price}。",
        name=quotes.goods(item.name, option, person),
        unit=item.unit,
        price=money(item.unit_price(option)),
    )
    choices = [
        kit.choice(f"{number} {item.unit}", _pick(item, option, number, person))
        for number in NUMBERS
    ]
    return kit.text(sentence, choices=[*choices, _no()])


def which_unit(item: Item) -> Message:
    """Something was said that is no number of what is sold."""
    sentence = _("「{name}」是一{unit}一{unit}賣的，要幾{unit}？", name=item.name, unit=item.unit)
    choices = [kit.choice(f"{n} {item.unit}", _pick(item, "", n)) for n in NUMBERS]
    return kit.text(sentence, choices=[*choices, _no()])


def for_whom(items: Sequence[Item], quantity: int) -> Message:
    """Somebody may be meant."""
    choices = [
        kit.choice(
            _("我自己的 {name} +{count}", name=kit.clip(item.name, 6), count=quantity),
            _pick(item, "", quantity),
        )
        for item in items[:MOST]
    ]
    return kit.text(
        _("這是誰要的？幫別人訂請寫名字，例如「幫小美+1」；是你自己的，點一下就好。"),
        choices=[*choices, _no()],
    )


def really(items: Sequence[Item], quantity: int) -> Message:
    """It may be a wish, or not."""
    choices = [
        kit.choice(f"{kit.clip(item.name, 11)} +{quantity}", _pick(item, "", quantity))
        for item in items[:MOST]
    ]
    return kit.text(_("是要訂購嗎？要訂就點一下，不訂請按「不訂」。"), choices=[*choices, _no()])


def what_to_change(had: Sequence[Had]) -> Message:
    """What a change is about is not clear."""
    if not had:
        return kit.text(
            _("你目前沒有可以改的訂單。要訂請寫品項和數量，例如「A+1」，或看「團購」。"),
            choices=[
                kit.choice(_("團購")),
                kit.choice(_("再買一次")),
                kit.choice(_("我的訂單")),
            ],
        )
    listed = "\n".join(
        f"{each.item.code} {quotes.goods(each.item.name, each.option, each.person)}"
        f" {each.quantity} {each.item.unit}"
        for each in had[:MOST]
    )
    choices = [
        kit.choice(
            _("取消 {name}", name=kit.clip(f"{each.item.name}{each.option}", 14)),
            f"選購 {each.item.id}|{each.option}|-{each.quantity}|{each.person}",
        )
        for each in had[:6]
    ]
    sentence = _("想改哪一項、改成多少？例如「{example}」。你現在有：", example=_change(had))
    return kit.text(
        f"{sentence}\n{listed}",
        choices=[*choices, kit.choice(_("再買一次")), kit.choice(_("我的訂單"))],
    )


def nothing_open() -> Message:
    return kit.text(
        _("現在沒有開團中的商品，還不能喊單。想要什麼可以「敲碗」告訴我們。"),
        choices=[kit.choice(_("預購")), kit.choice(_("我的訂單")), kit.choice(_("敲碗"))],
    )


def left() -> Message:
    return kit.text(_("好，先不訂。"), choices=[kit.choice(_("團購")), kit.choice(_("我的訂單"))])


def unchanged(group_buy: GroupBuy) -> Message:
    return kit.text(
        _("「{title}」本來就是這樣，沒有要改的。", title=group_buy.title),
        choices=[kit.choice(_("我的訂單")), kit.choice(_("團購"))],
    )


def _pick(item: Item, option: str, quantity: int, person: str = "") -> str:
    return f"選購 {item.id}|{option}|{quantity}|{person}"


def _say(items: Sequence[Item]) -> str:
    return f"{items[0].name}+1" if items else "A+1"


def _change(had: Sequence[Had]) -> str:
    return f"{had[0].item.code}改{had[0].quantity + 1}"


def _no() -> Block:
    return kit.choice(_("不訂"), "取消")
