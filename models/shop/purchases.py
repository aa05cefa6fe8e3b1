"""What a member bought last, found by what they call it."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from sqlalchemy import ColumnElement, or_, select, true
from sqlalchemy.orm import Session

from models.base import N_, Refusal
from models.shop.orders import BOUGHT, Order, OrderLine
from models.shop.products import Product

LONGEST_ID = 9


class NeverBought(Refusal):
    buttons = ("會員卡", "客服")

    def __init__(self, said: str) -> None:
        super().__init__(N_("找不到你買過「{said}」，請輸入商品名稱。"), said=said)


class LastPurchase(NamedTuple):
    """A product and the day in Taipei on which it was ordered last."""

    product_id: int
    product: str
    bought_on: date


def last(session: Session, member_id: int, said: str) -> LastPurchase:
    """The latest purchase of the product with this id or with this in its name; any, if empty.

    Raises:
        NeverBought: there is none.
    """
    query = (
        select(Product.id, Product.name, Order.ordered_on)
        .join(OrderLine, OrderLine.product_id == Product.id)
        .join(Order, Order.id == OrderLine.order_id)
        .where(Order.member_id == member_id, Order.status.in_(BOUGHT), _meant(said))
        .order_by(Order.ordered_on.desc(), Order.id.desc(), Product.id)
        .limit(1)
    )
    found = session.execute(query).first()
    if found is None:
        raise NeverBought(said)
    return LastPurchase(*found)


def _meant(said: str) -> ColumnElement[bool]:
    if not said:
        return true()
    named = Product.name.icontains(said, autoescape=True)
    is_id = said.isascii() and said.isdigit() and len(said) <= LONGEST_ID
    return or_(Product.id == int(said), named) if is_id else named
