"""Who may run the shop. Keyed by LINE user id: an owner need not be a friend first."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import String, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.base import Base, UtcDateTime, insert


class Role(StrEnum):
    """Each may do what the ones before it may."""

    MEMBER = "member"
    SUPPORT = "support"
    ORGANISER = "organiser"
    OWNER = "owner"

    def covers(self, needed: Role) -> bool:
        """Whether this role may do what `needed` may."""
        ranks = list(Role)
        return ranks.index(self) >= ranks.index(needed)


class RoleGrant(Base):
    """The role of one LINE user; nobody without a row is more than a member."""

    __tablename__ = "role_grants"

    line_user_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    role: Mapped[str] = mapped_column(String(20))
    granted_at: Mapped[datetime] = mapped_column(UtcDateTime)
    granted_by: Mapped[str] = mapped_column(String(64))


def grant(session: Session, line_user_id: str, role: Role, *, by: str, now: datetime) -> None:
    """Give the role, replacing another."""
    row = {"role": role.value, "granted_at": now, "granted_by": by}
    session.execute(
        insert(session, RoleGrant)
        .values(line_user_id=line_user_id, **row)
        .on_conflict_do_update(index_elements=["line_user_id"], set_=row)
    )


def take_away(session: Session, line_user_id: str) -> RoleGrant | None:
    """From now on this user is no more than a member; what they were, None if nothing."""
    return session.scalar(
        delete(RoleGrant).where(RoleGrant.line_user_id == line_user_id).returning(RoleGrant)
    )


def role_of(session: Session, line_user_id: str | None, *, owner: str | None = None) -> Role:
    """The role of the user whose signed event this is; `owner` is the one named in settings."""
    if line_user_id is None:
        return Role.MEMBER
    if line_user_id == owner:
        return Role.OWNER
    found = session.get(RoleGrant, line_user_id)
    return Role(found.role) if found else Role.MEMBER


def owners(session: Session, *, owner: str | None = None) -> list[str]:
    """LINE ids of the owners."""
    granted = session.scalars(select(RoleGrant.line_user_id).where(RoleGrant.role == Role.OWNER))
    return sorted({*granted, *([owner] if owner else [])})


def holders(session: Session, needed: Role, *, owner: str | None = None) -> list[str]:
    """LINE ids of everyone who may do what `needed` may."""
    covering = [role for role in Role if role.covers(needed)]
    granted = session.scalars(select(RoleGrant.line_user_id).where(RoleGrant.role.in_(covering)))
    return sorted({*granted, *([owner] if owner else [])})


def staff(session: Session, *, owner: str | None = None) -> list[str]:
    """LINE ids of everyone who looks after the shop."""
    granted = session.scalars(select(RoleGrant.line_user_id).where(RoleGrant.role != Role.MEMBER))
    return sorted({*granted, *([owner] if owner else [])})
