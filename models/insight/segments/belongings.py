"""Conditions on what a member has: tags, coupons, purchases, a place in a group-buy."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Select,
    and_,
    bindparam,
    func,
    not_,
    or_,
    select,
)
from sqlalchemy.orm import Session

from models.base import N_
from models.insight.segments.figures import days_before
from models.insight.segments.tree import Own, Tables, When, having
from models.loyalty.coupon_records import Coupon, CouponDefinition
from models.loyalty.coupon_using import usable
from models.people import tags
from models.people.tags import MemberTag
from models.shop.bill_records import Bill
from models.shop.orders import BOUGHT, Order, OrderLine, Status

GONE = (Status.CANCELLED, Status.REFUNDED)


@dataclass(frozen=True)
class Tagged:
    """#標籤, or every tag of a namespace: `#來源:*`."""

    tag: str
    written: str

    @property
    def text(self) -> str:
        return f"#{self.written}"

    def where(self, tables: Tables, when: When) -> ColumnElement[bool]:
        meant = MemberTag.tag == self.tag
        if self.tag.endswith(":*"):
            meant = MemberTag.tag.startswith(self.tag.removesuffix("*"), autoescape=True)
        return tables.found(select(MemberTag.member_id).where(meant))

    def own(self, session: Session, member_id: int, when: When) -> Own:
        theirs = tags.of(session, member_id)
        if not theirs:
            return Own(N_("沒有標籤"))
        return having(N_("標籤有 {tags}"), tags="、".join(f"#{tag}" for tag in theirs))


@dataclass(frozen=True)
class Bought:
    """買過 or (`never`) 沒買過: one of these products, ever or within the last `days`."""

    word: str
    written: str
    products: tuple[int, ...]
    days: int | None = None
    never: bool = False

    @property
    def text(self) -> str:
        written = f"{'沒' if self.never else ''}{self.word}:{self.written}"
        return written if self.days is None else f"{written}:{self.days}天"

    def where(self, tables: Tables, when: When) -> ColumnElement[bool]:
        found = tables.found(self._buyers(when))
        return not_(found) if self.never else found

    def own(self, session: Session, member_id: int, when: When) -> Own:
        ever = Bought(self.word, self.written, self.products)._buyers(when)
        theirs = ever.where(Order.member_id == member_id).with_only_columns(
            func.max(Order.ordered_on)
        )
        last_on = session.scalar(theirs)
        if last_on is None:
            return Own(N_("沒有買過"))
        return having(N_("上次買是 {days} 天前"), days=(when.today - last_on).days)

    def _buyers(self, when: When) -> Select[int]:
        # written out, because a word may mean more products than a statement has parameters
        meant: BindParameter[int] = bindparam(
            None, self.products, expanding=True, literal_execute=True
        )
        query = (
            select(Order.member_id)
            .join(OrderLine, OrderLine.order_id == Order.id)
            .where(OrderLine.product_id.in_(meant), Order.status.in_(BOUGHT))
        )
        if self.days is None:
            return query
        return query.where(Order.ordered_on >= days_before(when.today, self.days))


@dataclass(frozen=True)
class HasCoupon:
    """有券: one that can be used now, of these kinds; of any if there is none in `kinds`."""

    written: str
    kinds: tuple[str, ...]

    @property
    def text(self) -> str:
        return f"有券:{self.written}" if self.kinds else "有券"

    def where(self, tables: Tables, when: When) -> ColumnElement[bool]:
        return tables.found(self._holders(when))

    def own(self, session: Session, member_id: int, when: When) -> Own:
        theirs = self._holders(when).where(Coupon.member_id == member_id)
        count = session.scalar(theirs.with_only_columns(func.count())) or 0
        return having(N_("有 {count} 張可用"), count=count)

    def _holders(self, when: When) -> Select[int]:
        query = select(Coupon.member_id).where(usable(when.now))
        if not self.kinds:
            return query
        kinds = select(CouponDefinition.id).where(CouponDefinition.key.in_(self.kinds))
        return query.where(Coupon.definition_id.in_(kinds))


@dataclass(frozen=True)
class InGroupBuy:
    """團: has an order of this group-buy that was not called off."""

    number: int

    @property
    def text(self) -> str:
        return f"團:{self.number}"

    def where(self, tables: Tables, when: When) -> ColumnElement[bool]:
        return tables.found(self._buyers())

    def own(self, session: Session, member_id: int, when: When) -> Own:
        theirs = self._buyers().where(Bill.member_id == member_id)
        count = session.scalar(theirs.with_only_columns(func.count())) or 0
        return having(N_("在第 {number} 團有 {count} 筆訂單"), number=self.number, count=count)

    def _buyers(self) -> Select[int]:
        live = or_(Order.status.in_(BOUGHT), Order.status == Status.PLACED)
        return (
            select(Bill.member_id)
            .join(Order, Order.id == Bill.order_id)
            .where(and_(Bill.group_buy_id == self.number, live))
        )
