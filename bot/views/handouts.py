"""Coupons given by hand: which there are, what giving comes to, and how it went."""

from __future__ import annotations

from collections.abc import Sequence

from bot.texts import _, money
from bot.views import confirming, kit
from bot.views import coupons as cards
from bot.views.kit import Block, Message
from models.loyalty import coupon_handouts
from models.loyalty.coupon_audience import Standing, Whom
from models.programme import CouponTerms

SHOWN = 10
NAMED = 30


def kinds(found: Sequence[CouponTerms]) -> Message:
    """The coupons of the programme; a tap begins the command."""
    if not found:
        return kit.text(
            _("規則檔裡還沒有優惠券，請先在 [coupons] 加一張。"),
            choices=[kit.choice(_("說明"), "說明")],
        )
    return kit.card(
        _("可以發的優惠券"),
        *(
            kit.row(terms.name, _("代號 {key}", key=terms.key), shares=kit.LABEL_WIDE)
            for terms in found[:NAMED]
        ),
        kit.rule(),
        kit.note(_("發給人：/發券 {key} 給 小美（或 全部、金級、#母嬰）", key=found[0].key)),
        kit.note(_("抽給人：/抽券 {key} 3 給 全部", key=found[0].key)),
        choices=[
            {"type": "action", "action": kit.begin(_label(terms), f"/發券 {terms.key} 給 ")}
            for terms in found[:SHOWN]
        ],
    )


def preview(terms: CouponTerms, to: Whom, standing: Standing, *, nonce: str) -> Message:
    """What giving would do."""
    return confirming.preview(
        _("發券：{name}", name=terms.name),
        kit.figure(_("會發出"), _("{count} 張", count=f"{standing.gets:,}"), colour=kit.WARM),
        *_to(to, standing),
        *_cost(terms, standing.gets),
        *_left_out(terms, standing),
        kit.note(
            _("對方會在下次說話時一起聽到，兩天內沒說話才推播；關掉優惠通知的人只看得到券。")
        ),
        nonce=nonce,
    )


def draw_preview(
    terms: CouponTerms,
    to: Whom,
    standing: Standing,
    *,
    places: int,
    commitment: str,
    nonce: str,
) -> Message:
    """What a draw would do, and the promise of its seed."""
    winners = min(places, standing.gets)
    entrants = standing.members - standing.full
    return confirming.preview(
        _("抽券：{name}", name=terms.name),
        kit.figure(_("抽出"), _("{count} 位", count=f"{winners:,}"), colour=kit.WARM),
        kit.row(_("參加抽獎"), _("{count} 位", count=f"{entrants:,}"), strong=True),
        *_to(to, standing),
        *_cost(terms, winners),
        *_left_out(terms, standing),
        kit.rule(),
        kit.note(_("種子的指紋（SHA-256），抽完會公布種子，誰都能重算：")),
        kit.line(commitment, size="xs"),
        nonce=nonce,
    )


def given(done: coupon_handouts.Given, to: Whom, *, told: int) -> Message:
    """How many got one, and how many hear of it."""
    return kit.card(
        _("已發出：{name}", name=done.handout.name),
        kit.figure(_("發出"), _("{count} 張", count=f"{len(done.coupons):,}")),
        kit.row(_("對象"), to.said, strong=True),
        *_short(done),
        kit.row(_("會通知"), _("{count} 位", count=f"{told:,}")),
        choices=[kit.choice(_("復原"), "/復原"), kit.choice(_("/發券"), "/發券")],
    )


def drawn(
    done: coupon_handouts.Given, *, winners: Sequence[str], commitment: str, told: int
) -> Message:
    """Who won (the first of them by name), and the seed by which anybody can draw again."""
    handout, won = done.handout, f"{len(done.coupons):,}"
    entrants = len(coupon_handouts.entrants(handout))
    names = [name or _("（未填稱呼）") for name in winners[:NAMED]]
    if len(done.coupons) > NAMED:
        names.append(_("…共 {count} 位", count=won))
    return kit.card(
        _("抽券結果：{name}", name=handout.name),
        kit.row(_("參加"), _("{count} 位", count=f"{entrants:,}")),
        kit.row(_("抽中"), _("{count} 位", count=won), strong=True),
        kit.panel(*kit.bullets(names)) if names else kit.note(_("沒有人可以抽。")),
        kit.row(_("會通知"), _("{count} 位", count=f"{told:,}")),
        kit.rule(),
        kit.note(_("種子（抽之前只公布指紋）：")),
        kit.line(handout.seed, size="xs"),
        kit.note(_("指紋：")),
        kit.line(commitment, size="xs"),
        kit.note(_("每人的順位是 SHA-256(種子:會員編號)，小的抽中。")),
        choices=[kit.choice(_("復原"), "/復原"), kit.choice(_("/發券"), "/發券")],
    )


def taken_back(count: int) -> Message:
    return kit.text(
        _("已收回還沒使用的 {count} 張券。", count=f"{count:,}"),
        choices=[kit.choice(_("/發券"), "/發券")],
    )


def _label(terms: CouponTerms) -> str:
    return kit.clean(terms.name) or terms.key


def _to(to: Whom, standing: Standing) -> list[Block]:
    if to.one is not None:
        return [kit.row(_("發給"), f"{to.said} #{to.one.id}", strong=True)]
    meant = _("{whom}，{count} 位", whom=to.said, count=f"{standing.members:,}")
    return [kit.row(_("對象"), meant, strong=True, shares=kit.VALUE_WIDE)]


def _cost(terms: CouponTerms, count: int) -> list[Block]:
    blocks = [kit.row(_("優惠"), cards.worth_of(terms.kind, terms.value))]
    each = coupon_handouts.most(terms)
    if each is not None:
        whole = _("{sum}（每張 {each}）", sum=money(each * count), each=money(each))
        blocks.append(kit.row(_("最多花費"), whole, shares=kit.VALUE_WIDE))
    elif terms.kind == "percent":
        off = _("每 NT$1,000 折 {amount}", amount=money(10 * (100 - terms.value)))
        blocks.append(kit.row(_("花費"), off, shares=kit.VALUE_WIDE))
    else:
        blocks.append(kit.row(_("花費"), _("每張一筆運費")))
    return blocks


def _left_out(terms: CouponTerms, standing: Standing) -> list[Block]:
    blocks = []
    if standing.full:
        had = _(
            "{count} 位已領滿（每人限 {limit} 張），不會再發。",
            count=standing.full,
            limit=terms.per_member_limit,
        )
        blocks.append(kit.note(had))
    again = standing.holding - standing.full
    if again > 0:
        blocks.append(kit.note(_("{count} 位手上已經有這張券，會再多一張。", count=again)))
    if standing.left is not None:
        blocks.append(
            kit.note(_("總數還剩 {count} 張，不夠時先加入的先得。", count=standing.left))
        )
    return blocks


def _short(done: coupon_handouts.Given) -> list[Block]:
    short = done.meant - len(done.coupons)
    return [kit.row(_("沒發到"), _("{count} 位（已領滿或發完）", count=short))] if short else []
