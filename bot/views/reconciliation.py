"""What came in against what is owed, as those who look after the shop see it: one tap each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from bot.texts import _, clock, day, money
from bot.views import confirming, kit
from bot.views.files import Rejected, rejected
from bot.views.kit import Block, Message
from bot.views.payment_desk import difference
from models.shop.claims import Option
from models.shop.payment_records import Deposit, Payment
from models.shop.payments import Booked
from models.shop.reconciliation import Pair, Queue

SHOWN = 12
EACH = 5


class Statement(Protocol):
    """What was read of a bank statement."""

    @property
    def deposits(self) -> Sequence[object]: ...
    @property
    def rejected(self) -> Sequence[Rejected]: ...


def queue(found: Queue, names: Mapping[int, str], *, nonce: str | None) -> list[Message]:
    """Everything that waits, the certain ones with one button for all."""
    cards = [
        *_certain(found.certain, nonce),
        *_pairs(_("很可能"), found.likely),
        *_pairs(_("可能，請選一個"), found.possible),
        *_reports(found.reports, names),
        *_strange(found.strange),
    ]
    if cards:
        return cards[:5]
    said = _("沒有等待對帳的款項。把銀行的入帳明細（CSV 或 XLSX）傳到這裡，我會自動比對。")
    return [kit.text(said, choices=[kit.choice(_("/催款")), kit.choice(_("/退差額"))])]


def statement(
    found: Statement, made: Queue, *, known: int, name: str, nonce: str | None
) -> Message:
    """What a bank statement would book; `known` deposits were in one before."""
    certain = sum(pair.deposit.amount for pair in made.certain)
    blocks = [
        *([kit.row(_("檔案"), kit.clip(name, 40))] if name.strip() else []),
        kit.row(_("入帳"), _count(len(found.deposits))),
        kit.row(_("以前匯入過"), _count(known)),
        kit.row(_("確定"), f"{_count(len(made.certain))} {money(certain)}", strong=True),
        *(_line(pair.deposit, pair.options[0]) for pair in made.certain[:EACH]),
        *_more(len(made.certain) - EACH),
        kit.row(_("很可能"), _count(len(made.likely))),
        kit.row(_("可能"), _count(len(made.possible))),
        kit.row(_("不知道是誰的"), _count(len(made.strange))),
        kit.row(_("看不懂的列"), _count(len(found.rejected))),
        *rejected(found.rejected),
    ]
    if nonce is None:
        said = _("這份明細以前都匯入過了，沒有要入帳的。")
        choices = [kit.choice(_("/對帳"))]
        return kit.card(_("銀行明細"), *blocks, kit.note(said), choices=choices)
    note = kit.note(_("確定的會直接入帳並通知；其他的確認後一筆一筆問你。"))
    return confirming.preview(_("銀行明細"), *blocks, note, nonce=nonce)


def received_many(booked: Sequence[Booked], *, failed: int) -> Message:
    """How confirming all certain ones went."""
    blocks = [
        kit.row(_("入帳"), _("{count} 筆", count=len(booked)), strong=True),
        kit.row(_("合計"), money(sum(each.payment.amount for each in booked))),
    ]
    if failed:
        blocks.append(kit.note(_("{count} 筆剛才有別的變動，沒有入帳。", count=failed)))
    return kit.card(
        _("對帳完成"),
        *blocks,
        kit.note(_("有 LINE 的團友都會收到「已核對」。")),
        choices=[kit.choice(_("/對帳")), kit.choice(_("/催款"))],
    )


def refused(payment: Payment, *, duplicate: bool) -> Message:
    number = payment.id
    said = (
        _("#{number} 記為重複回報，沒有入帳。", number=number)
        if duplicate
        else _("#{number} 查無入帳，已請團友再確認。", number=number)
    )
    return kit.text(said, choices=[kit.choice(_("/對帳"))])


def set_aside(deposit: Deposit) -> Message:
    return kit.text(
        _(
            "{day} 的 {amount} 不是貨款，不再列出。",
            day=day(deposit.booked_on),
            amount=money(deposit.amount),
        ),
        choices=[kit.choice(_("復原"), "/復原"), kit.choice(_("/對帳"))],
    )


def _certain(pairs: Sequence[Pair], nonce: str | None) -> list[Message]:
    if not pairs or nonce is None:
        return []
    total = sum(pair.deposit.amount for pair in pairs)
    return [
        confirming.preview(
            _("確定 {count} 筆", count=len(pairs)),
            kit.figure(_("合計"), money(total), colour=kit.WARM),
            *(_line(pair.deposit, pair.options[0]) for pair in pairs[:SHOWN]),
            *_more(len(pairs) - SHOWN),
            kit.note(_("末五碼、金額、時間都相符。")),
            nonce=nonce,
        )
    ]


def _pairs(title: str, pairs: Sequence[Pair]) -> list[Message]:
    if not pairs:
        return []
    cards = [
        kit.card(
            f"{title} {number}/{len(pairs)}",
            *_deposit(pair.deposit),
            *(_option(option) for option in pair.options[:EACH]),
            *(difference(pair.difference) if len(pair.options) == 1 else ()),
            buttons=[
                *(_book(pair.deposit, option) for option in pair.options[:EACH]),
                kit.button(_("不是貨款"), f"/不是貨款 {pair.deposit.id}"),
            ],
            colour=kit.WARM,
        )
        for number, pair in enumerate(pairs[:SHOWN], start=1)
    ]
    return [kit.carousel(cards) if len(cards) > 1 else cards[0]]


def _reports(found: Sequence[Payment], names: Mapping[int, str]) -> list[Message]:
    if not found:
        return []
    cards = [
        kit.card(
            _("等對帳 #{number}", number=each.id),
            kit.row(_("團友"), names.get(each.member_id) or _("（未填稱呼）")),
            kit.row(_("金額"), money(each.amount) if each.amount else _("沒寫（依應付）")),
            kit.row(_("末五碼"), each.digits or _("沒寫")),
            *_when(each),
            *([kit.note(_("有傳圖片，請在聊天室看。"))] if each.evidence_id else []),
            buttons=[
                kit.button(_("入帳"), f"/入帳 #{each.id}", style="primary"),
                kit.button(_("查無"), f"/查無 #{each.id}"),
                kit.button(_("重複"), f"/重複 #{each.id}"),
            ],
            colour=kit.WARM,
        )
        for each in found[:SHOWN]
    ]
    return [kit.carousel(cards) if len(cards) > 1 else cards[0]]


def _strange(found: Sequence[Deposit]) -> list[Message]:
    if not found:
        return []
    return [
        kit.card(
            _("不知道是誰的入帳 {count} 筆", count=len(found)),
            *(
                kit.row(_when_booked(each), f"{money(each.amount)} {each.digits}".strip())
                for each in found[:SHOWN]
            ),
            *_more(len(found) - SHOWN),
            kit.note(_("知道是誰的就輸入：/收款 小美 金額 轉帳")),
            buttons=[
                kit.button(
                    _("{amount} 不是貨款", amount=money(each.amount)), f"/不是貨款 {each.id}"
                )
                for each in found[:EACH]
            ],
            colour=kit.MUTED,
        )
    ]


def _deposit(deposit: Deposit) -> list[Block]:
    return [
        kit.row(_("入帳"), _when_booked(deposit)),
        kit.row(_("金額"), money(deposit.amount), strong=True),
        *([kit.row(_("末五碼"), deposit.digits)] if deposit.digits else []),
    ]


def _line(deposit: Deposit, option: Option) -> Block:
    label = f"{option.name or _('（未填稱呼）')} {'、'.join(option.order_nos)}"
    return kit.row(label, money(deposit.amount), shares=kit.LABEL_WIDE)


def _option(option: Option) -> Block:
    return kit.row(
        f"{option.name or _('（未填稱呼）')} {'、'.join(option.order_nos)}",
        _("應付 {amount}", amount=money(option.due)),
        shares=kit.LABEL_WIDE,
    )


def _book(deposit: Deposit, option: Option) -> Block:
    label = _("是{name}的", name=option.name or option.order_nos[0])
    data = f"/入帳 {deposit.id} {','.join(option.claims)}"
    return kit.button(label, data, style="primary")


def _when(payment: Payment) -> list[Block]:
    at = payment.reported_at
    return [kit.row(_("回報"), f"{day(at)} {clock(at)}")] if at else []


def _when_booked(deposit: Deposit) -> str:
    at = deposit.booked_at
    return f"{day(deposit.booked_on)} {clock(at)}" if at else day(deposit.booked_on)


def _count(rows: int) -> str:
    return _("{count} 筆", count=rows)


def _more(count: int) -> list[Block]:
    return [kit.note(_("還有 {count} 筆", count=count))] if count > 0 else []
