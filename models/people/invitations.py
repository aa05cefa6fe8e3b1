"""Invitations to help run the shop: a code that works once, for ten minutes.

Only a mark of the code is kept. Whoever tries ten wrong ones in an hour must
wait; wrong, used and expired codes are all answered alike.
"""

from __future__ import annotations

import secrets
import unicodedata
from datetime import datetime, timedelta

from sqlalchemy import CheckConstraint, String, case, or_, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.base import N_, Base, Id, Refusal, UtcDateTime, insert, vault
from models.people import roles
from models.people.roles import Role, RoleGrant

PATIENCE = timedelta(minutes=10)
HOUR = timedelta(hours=1)
TRIES = 10
# no 0 and O, no 1, I and L; 31 ** 13 are more than 2 ** 64
ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
LENGTH = 13


class NoSuchInvitation(Refusal):
    """Wrong, used or expired: nobody learns which. The try counts."""

    keeps = True

    def __init__(self) -> None:
        super().__init__(N_("這個邀請碼不能用，請向店長要一個新的（10 分鐘內有效）。"))


class TooManyInvitationTries(Refusal):
    def __init__(self) -> None:
        super().__init__(N_("邀請碼輸入錯誤太多次了，請一小時後再試。"))


class Invitation(Base):
    """`mark` is the code's; `invited_by` and `used_by` are LINE user ids."""

    __tablename__ = "invitations"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    mark: Mapped[str] = mapped_column(String(64), unique=True)
    role: Mapped[str] = mapped_column(String(20))
    invited_by: Mapped[str] = mapped_column(String(64))
    invited_at: Mapped[datetime] = mapped_column(UtcDateTime)
    used_by: Mapped[str | None] = mapped_column(String(64))
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class InvitationTry(Base):
    """How many codes a person has tried in the hour from `since`."""

    __tablename__ = "invitation_tries"
    __table_args__ = (CheckConstraint(f"tries <= {TRIES}", name="limit"),)

    person: Mapped[str] = mapped_column(String(64), primary_key=True)
    tries: Mapped[int]
    since: Mapped[datetime] = mapped_column(UtcDateTime)


def invite(session: Session, role: Role, *, by: str, now: datetime) -> str:
    """A new code that gives this role to whoever says it first."""
    code = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
    mark = vault(session).mark(code)
    session.add(Invitation(mark=mark, role=role.value, invited_by=by, invited_at=now))
    return "-".join((code[:4], code[4:8], code[8:]))


def accept(session: Session, said: str, *, person: str, now: datetime) -> tuple[Role, str]:
    """Give the person the role that the code is for, unless they have a higher one.

    Returns the role and who invited them.

    Raises:
        NoSuchInvitation: the code is wrong, used, or too old.
        TooManyInvitationTries: this person's tries of the hour are used up.
    """
    _try(session, person, now)
    used = session.execute(
        update(Invitation)
        .where(
            Invitation.mark == vault(session).mark(_read(said)),
            Invitation.used_at.is_(None),
            Invitation.invited_at > now - PATIENCE,
        )
        .values(used_at=now, used_by=person)
        .returning(Invitation.role, Invitation.invited_by)
    ).first()
    if used is None:
        raise NoSuchInvitation
    role = Role(used.role)
    before = session.scalar(select(RoleGrant.role).where(RoleGrant.line_user_id == person))
    if before is None or not Role(before).covers(role):
        roles.grant(session, person, role, by=used.invited_by, now=now)
    return role, str(used.invited_by)


def _try(session: Session, person: str, now: datetime) -> None:
    over = InvitationTry.since <= now - HOUR
    counted = session.execute(
        insert(session, InvitationTry)
        .values(person=person, tries=1, since=now)
        .on_conflict_do_update(
            index_elements=["person"],
            set_={
                "tries": case((over, 1), else_=InvitationTry.tries + 1),
                "since": case((over, now), else_=InvitationTry.since),
            },
            where=or_(over, InvitationTry.tries < TRIES),
        )
        .returning(InvitationTry.tries)
    ).first()
    if counted is None:
        raise TooManyInvitationTries


def _read(said: str) -> str:
    """The code, whatever case, width, spaces and dashes."""
    plain = unicodedata.normalize("NFKC", said).upper()
    return "".join(character for character in plain if character in ALPHABET)
