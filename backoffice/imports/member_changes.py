"""What one row would change about one person: a pure comparison of what is said and known."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from backoffice.imports.known_members import Known
from models.base import N_, day_start, local_day

Said = Mapping[str, Any]


class Contradiction(Exception):
    """The row says something of a known member that cannot be changed by a file."""

    def __init__(self, column: str, msgid: str, **values: Any) -> None:
        super().__init__(msgid)
        self.column, self.msgid, self.values = column, msgid, values


@dataclass
class Change:
    """For a new person `member_id` is None and `columns` are all that is known of them.

    `friend` holds the columns that give way to what LINE itself reported; `phone`
    and `email` are plain text yet; `opening` is a balance to be credited;
    `marketing` is an answer to be logged, None if nothing changes.
    """

    member_id: int | None = None
    columns: dict[str, Any] = field(default_factory=dict)
    friend: dict[str, Any] = field(default_factory=dict)
    phone: str | None = None
    email: str | None = None
    tags: tuple[str, ...] = ()
    opening: int = 0
    marketing: bool | None = None

    @property
    def is_empty(self) -> bool:
        said = self.columns or self.friend or self.phone or self.email or self.tags
        return self.member_id is not None and not (
            said or self.opening or self.marketing is not None
        )


def arrival(said: Said, now: datetime) -> Change:
    """A person the shop has not met; a friend if LINE knows them and they have not left."""
    joined_on = said.get("joined_on") or min(local_day(now), said.get("left_on", date.max))
    is_friend = "line_user_id" in said and "left_on" not in said
    columns = {
        "line_user_id": said.get("line_user_id"),
        "external_id": said.get("external_id"),
        "name": said.get("name", ""),
        "language": "zh-TW",
        "birth_year": None,
        "birth_month": None,
        "birth_day": None,
        "joined_on": joined_on,
        "left_on": said.get("left_on"),
        "is_friend": is_friend,
        "friend_since": day_start(joined_on) if is_friend else None,
        "source": "import",
        "marketing": False,
        "created_at": now,
    }
    return Change(
        columns=columns | _birthday(said, {}),
        phone=said.get("phone"),
        email=said.get("email"),
        tags=said.get("tags", ()),
        opening=said.get("points", 0),
        marketing=said.get("consent"),
    )


def change(said: Said, known: Known) -> Change:
    """What the row adds to a member; nothing it leaves blank is touched.

    Raises:
        Contradiction: another id, or another opening balance, is on record.
    """
    _check_ids(said, known.columns)
    _check_opening(said, known)
    columns = {
        column: said[column]
        for column in ("line_user_id", "external_id", "name", "joined_on", "left_on")
        if column in said and said[column] != known.columns[column]
    }
    if "left_on" in columns and _came_back(known.columns, columns["left_on"]):
        del columns["left_on"]
    new_phone = said.get("phone_mark") not in {None, known.columns["phone_mark"]}
    return Change(
        member_id=known.id,
        columns=columns | _birthday(said, known.columns),
        friend=_friend(known.columns, columns),
        phone=said["phone"] if new_phone else None,
        email=said["email"] if said.get("email") not in {None, known.email} else None,
        tags=tuple(tag for tag in said.get("tags", ()) if tag not in known.tags),
        opening=said.get("points", 0) if known.opening is None else 0,
        marketing=_marketing(said.get("consent"), known),
    )


def _check_ids(said: Said, there: Said) -> None:
    for column in ("line_user_id", "external_id"):
        if column in said and there[column] not in {None, said[column]}:
            raise Contradiction(
                column, N_("這位團友已經登記了另一個 {what}，不能更改。"), what=column
            )


def _check_opening(said: Said, known: Known) -> None:
    if known.opening is not None and said.get("points", known.opening) != known.opening:
        raise Contradiction(
            "points",
            N_("這位團友已經匯入過期初點數 {points} 點，只能匯入一次；要更正請用加點。"),
            points=f"{known.opening:,}",
        )


def _birthday(said: Said, there: Said) -> dict[str, Any]:
    birthday = said.get("birthday")
    if birthday is None:
        return {}
    # a file that leaves the year out does not mean that nobody knows it
    year = birthday.year or there.get("birth_year")
    columns = {"birth_year": year, "birth_month": birthday.month, "birth_day": birthday.day}
    return {} if there and all(there[key] == value for key, value in columns.items()) else columns


def _came_back(there: Said, left_on: date) -> bool:
    """Whether LINE reported that they followed again since they left."""
    since = there["friend_event_at"] if there["is_friend"] else None
    return since is not None and local_day(since) >= left_on


def _friend(there: Said, columns: Said) -> dict[str, Any]:
    if there["friend_event_at"] is not None:
        return {}
    after = {**there, **columns}
    is_friend = after["line_user_id"] is not None and after["left_on"] is None
    if is_friend == there["is_friend"]:
        return {}
    since = day_start(after["joined_on"]) if is_friend else there["friend_since"]
    return {"is_friend": is_friend, "friend_since": since}


def _marketing(answer: bool | None, known: Known) -> bool | None:
    if answer is None or answer == known.columns["marketing"] or (answer and known.refused):
        return None
    return answer
