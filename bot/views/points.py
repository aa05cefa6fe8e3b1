"""Points: what there is, what goes when, and how it came about."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import takewhile

from bot.texts import _, day, long_day, points
from bot.views import kit
from bot.views.kit import Block, Message
from models.loyalty.points import Balance, Movement

LOTS_SHOWN = 6
KINDS = {
    "earn": "入點",
    "opening": "期初點數",
    "confirm": "確認入帳",
    "spend": "使用",
    "give_back": "退回",
    "take_back": "退貨收回",
    "cancel": "取消待入帳",
    "expire": "到期",
}


def balance(held: Balance) -> Message:
    blocks = [
        kit.figure(_("可用點數"), points(held.available)),
        kit.row(_("待入帳（取貨後可用）"), points(held.pending), shares=kit.LABEL_WIDE),
    ]
    if held.debt:
        blocks.append(kit.row(_("下次入點先扣回"), points(held.debt), shares=kit.LABEL_WIDE))
    blocks.append(kit.rule())
    blocks += _lots(held) or [kit.note(_("目前沒有會到期的點數。"))]
    return kit.card(
        _("我的點數"),
        *blocks,
        buttons=[
            kit.button(_("點數明細"), "點數明細"),
            kit.button(_("點數怎麼來"), "點數怎麼來"),
        ],
        choices=[kit.choice(_("會員卡"), "會員卡"), kit.choice(_("優惠券"), "優惠券")],
    )


def history(movements: Sequence[Movement], *, more: bool) -> Message:
    """A page of movements; `more` if older ones follow."""
    if not movements:
        return kit.text(_("還沒有點數紀錄。下單並取貨後，點數就會自動入帳。"), choices=_onward())
    blocks = [_movement(movement) for movement in movements]
    buttons = [kit.button(_("看更早的"), f"點數明細 {movements[-1].id}")] if more else []
    return kit.card(_("點數明細"), *blocks, buttons=buttons, choices=_onward())


def explanation(held: Balance, movements: Sequence[Movement], *, earlier: int) -> Message:
    """Movements that add up to what is available; `earlier` is what came before them."""
    blocks: list[Block] = []
    if earlier:
        blocks.append(kit.row(_("更早累計"), _signed(earlier)))
    for movement in reversed(movements):
        if movement.points:
            label = f"{day(movement.at)} {_label(movement)}"
            blocks.append(kit.row(label, _signed(movement.points), shares=kit.LABEL_WIDE))
    if not blocks:
        blocks.append(kit.note(_("還沒有任何入點或使用紀錄。")))
    overdue = held.available - earlier - sum(movement.points for movement in movements)
    if overdue:
        blocks.append(kit.row(_("已過期，待結算"), _signed(overdue)))
    blocks += [kit.rule(), kit.row(_("加總＝可用點數"), points(held.available), strong=True)]
    if held.pending:
        blocks.append(
            kit.note(_("另有 {points} 待入帳，取貨後可用。", points=points(held.pending)))
        )
    return kit.card(_("點數怎麼來"), *blocks, choices=_onward())


def next_expiry(held: Balance) -> str | None:
    """What goes first, in a few words."""
    if not held.lots:
        return None
    first = held.lots[0].last_day
    # they come in the order in which they expire
    total = sum(lot.points for lot in takewhile(lambda lot: lot.last_day == first, held.lots))
    return _("{day} {points}", points=points(total), day=long_day(first))


def _lots(held: Balance) -> list[Block]:
    by_day: dict[str, int] = {}
    for lot in held.lots:
        label = _("{day} 到期", day=long_day(lot.last_day))
        by_day[label] = by_day.get(label, 0) + lot.points
    shown, later = list(by_day.items())[:LOTS_SHOWN], list(by_day.values())[LOTS_SHOWN:]
    if later:
        shown.append((_("之後到期（{count} 批）", count=len(later)), sum(later)))
    return [kit.row(label, points(total), shares=kit.LABEL_WIDE) for label, total in shown]


def _movement(movement: Movement) -> Block:
    """What happened and its points; beneath it the day and what was left."""
    if movement.points:
        shown, beneath = _signed(movement.points), points(movement.available_after)
        beneath = _("餘額 {points}", points=beneath)
    else:
        shown, beneath = _signed(movement.pending), _("待入帳")
    label = kit.clip(_label(movement), 100)
    return kit.column(
        kit.beside(
            kit.line(label, size="sm", flex=7),
            kit.line(shown, size="sm", weight="bold", align="end", flex=4),
        ),
        kit.row(long_day(movement.at), beneath),
        spacing="xs",
    )


def _label(movement: Movement) -> str:
    kind = _(KINDS.get(movement.kind, "異動"))
    return f"{kind} {movement.reason}".strip()


def _signed(amount: int) -> str:
    return points(amount) if amount < 0 else f"+{points(amount)}"


def _onward() -> list[Block]:
    return [kit.choice(_("點數"), "點數"), kit.choice(_("會員卡"), "會員卡")]
