"""Who runs the shop, by name and role, as the people themselves see it."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.base import N_, Refusal
from models.people import search
from models.people.members import Member
from models.people.roles import Role, RoleGrant


class NoHelper(Refusal):
    buttons = ("/小幫手",)

    def __init__(self, name: str) -> None:
        super().__init__(N_("「{name}」沒有管理權限，請看 /小幫手。"), name=name)


class OwnerStays(Refusal):
    buttons = ("/小幫手",)

    def __init__(self) -> None:
        super().__init__(N_("設定檔裡的店長不能移除，要換人請改 OWNER_LINE_ID。"))


class NotYourself(Refusal):
    buttons = ("/小幫手",)

    def __init__(self) -> None:
        super().__init__(N_("不能移除自己，請由另一位店長操作。"))


class Helper(NamedTuple):
    """Somebody with a role; `since` is None for the owner whom the settings name."""

    line_user_id: str
    member_id: int | None
    name: str
    role: Role
    since: datetime | None


def everybody(session: Session, *, owner: str | None) -> list[Helper]:
    """Whoever has a role, the highest first."""
    query = (
        select(RoleGrant, Member.id, Member.name)
        .outerjoin(Member, Member.line_user_id == RoleGrant.line_user_id)
        .where(RoleGrant.role != Role.MEMBER)
        .order_by(RoleGrant.granted_at, RoleGrant.line_user_id)
    )
    found = [
        Helper(grant.line_user_id, number, name or "", Role(grant.role), grant.granted_at)
        for grant, number, name in session.execute(query)
        if grant.line_user_id != owner
    ]
    if owner is not None:
        theirs = select(Member.id, Member.name).where(Member.line_user_id == owner)
        number, name = session.execute(theirs).first() or (None, "")
        found.append(Helper(owner, number, name, Role.OWNER, None))
    ranks = list(Role)
    return sorted(found, key=lambda helper: -ranks.index(helper.role))


def removable(session: Session, said: str, *, by: str, owner: str | None) -> Helper:
    """The helper who is meant, if `by` may take their role away.

    Raises:
        NoHelper: whoever is meant has no role.
        OwnerStays: it is the owner whom the settings name.
        NotYourself: it is `by`.
        models.people.search.Nobody, models.people.search.Several: no one person is meant.
    """
    crew = everybody(session, owner=owner)
    named = [helper for helper in crew if said in (helper.name, helper.line_user_id)]
    if len(named) != 1:
        member = search.named(session, said)
        named = [helper for helper in crew if helper.line_user_id == member.line_user_id]
    if not named:
        raise NoHelper(said)
    if named[0].line_user_id == owner:
        raise OwnerStays
    if named[0].line_user_id == by:
        raise NotYourself
    return named[0]
