"""The emulator as JSON for whoever watches it."""

from __future__ import annotations

from typing import Any

from emulator.chats import ChatItem
from emulator.platform import Platform


def state(platform: Platform, *, time_travel: bool) -> dict[str, Any]:
    """Who is there, what is left of the month, what is broken."""
    with platform.lock:
        people = [
            {
                "id": person.id,
                "name": person.name,
                "label": person.label,
                "friend": person.friend,
                "blocked": person.blocked,
            }
            for person in platform.people.values()
        ]
        groups = [
            {"id": group.id, "name": group.name, "members": list(group.members)}
            for group in platform.groups.values()
        ]
        return {
            "now": platform.clock().isoformat(),
            "name": platform.name,
            "people": people,
            "groups": groups,
            "quota": {"limit": platform.quota, "used": platform.quota_used},
            "faults": platform.faults.as_dict(),
            "time_travel": time_travel,
            "seq": platform.seq,
        }


def chat(platform: Platform, chat_id: str, after: int) -> dict[str, Any]:
    """What was said or changed in a chat since `after`, and what stands below it."""
    with platform.lock:
        until = platform.typing.get(chat_id)
        return {
            "items": [
                item(platform, each) for each in platform.chat(chat_id) if each.changed > after
            ],
            "typing": until is not None and platform.clock() < until,
            "rich_menu": rich_menu(platform, chat_id),
            "seq": platform.seq,
        }


def log(platform: Platform, after: int) -> dict[str, Any]:
    """Requests and webhooks since `after`."""
    with platform.lock:
        entries, seq = platform.log.after(after), platform.seq
    items = [
        {
            "seq": entry.seq,
            "at": entry.at.isoformat(),
            "direction": entry.direction,
            "method": entry.method,
            "path": entry.path,
            "status": entry.status,
            "ms": round(entry.ms, 1),
            "request": entry.request,
            "response": entry.response,
        }
        for entry in entries
    ]
    return {"items": items, "seq": seq}


def item(platform: Platform, each: ChatItem) -> dict[str, Any]:
    sender = each.sender.removeprefix("user:")
    names = {"bot": platform.name, "system": ""}
    name = names[sender] if sender in names else platform.people[sender].name
    return {
        "seq": each.seq,
        "at": each.at.isoformat(),
        "sender": each.sender,
        "sender_name": name,
        "id": each.id,
        "message": each.message,
        "read": each.read,
    }


def rich_menu(platform: Platform, chat_id: str) -> dict[str, Any] | None:
    """The menu under the keyboard of a person's chat."""
    person = platform.people.get(chat_id)
    if person is None or person.blocked:
        return None
    menu = platform.menus.shown(person.menu, person.switched_menu)
    if menu is None or menu.image is None:
        return None
    told = {name: menu.menu[name] for name in ("size", "areas", "chatBarText", "selected")}
    return {**told, "image": f"/_emulator/richmenu/{menu.id}.png"}
