"""Where what a member orders is sent: asked once, sealed, used again until they change it."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.base import N_, Base, Refusal, UtcDateTime, insert, vault
from models.people.members import NotAPhone, phone_digits
from models.shop.bill_records import Bill
from models.shop.group_buy_terms import Delivery

LONGEST = 200


class UnreadableDetail(Refusal):
    """What was given cannot be a name, a store or an address."""

    def __init__(self) -> None:
        super().__init__(
            N_("這樣寄不到，請寫 2 到 {longest} 個字，例如收件人全名、門市名稱或完整地址。"),
            longest=LONGEST,
        )


class Recipient(Base):
    """A member's details for what is sent; `store` is for 超商, `address` for 宅配. All sealed."""

    __tablename__ = "recipients"

    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"), primary_key=True)
    name_sealed: Mapped[str | None] = mapped_column(String(2000))
    phone_sealed: Mapped[str | None] = mapped_column(String(2000))
    store_sealed: Mapped[str | None] = mapped_column(String(2000))
    address_sealed: Mapped[str | None] = mapped_column(String(2000))
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Details(NamedTuple):
    """The same, opened; "" is not known yet."""

    name: str = ""
    phone: str = ""
    store: str = ""
    address: str = ""

    def missing(self, way: Delivery) -> list[str]:
        """What still has to be asked for this way of delivery."""
        if way is Delivery.PICKUP:
            return []
        needed = ("name", "phone", "store" if way is Delivery.STORE else "address")
        return [field for field in needed if not getattr(self, field)]

    def place(self, way: Delivery) -> str:
        """Where it goes."""
        return {Delivery.STORE: self.store, Delivery.HOME: self.address}.get(way, "")


def of(session: Session, member_id: int) -> Details:
    """What is known of where a member's orders go."""
    found = session.get(Recipient, member_id, populate_existing=True)
    if found is None:
        return Details()
    sealed = (found.name_sealed, found.phone_sealed, found.store_sealed, found.address_sealed)
    keeper = vault(session)
    return Details(*(keeper.open(each) if each else "" for each in sealed))


def give(session: Session, member_id: int, field: str, said: str, *, now: datetime) -> None:
    """Keep one detail.

    Raises:
        NotAPhone: the phone cannot be one.
        UnreadableDetail: it is too short or too long to be of use.
    """
    given = phone_digits(said) if field == "phone" else " ".join(said.split())
    if field == "phone" and not 8 <= len(given) <= 15:
        raise NotAPhone
    if not 2 <= len(given) <= LONGEST:
        raise UnreadableDetail
    row = {f"{field}_sealed": vault(session).seal(given), "changed_at": now}
    session.execute(
        insert(session, Recipient)
        .values(member_id=member_id, **row)
        .on_conflict_do_update(index_elements=["member_id"], set_=row)
    )


def write_on(session: Session, bill: Bill, details: Details) -> None:
    """Put where an order goes on its bill, as it is known now."""
    way = Delivery(bill.delivery)
    keeper = vault(session)
    sent = way is not Delivery.PICKUP
    bill.recipient_sealed = keeper.seal(details.name) if sent else None
    bill.phone_sealed = keeper.seal(details.phone) if sent else None
    bill.address_sealed = keeper.seal(details.place(way)) if sent else None
