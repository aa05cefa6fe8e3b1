"""What people do with their phones: befriend, write, tap, send, unsend.

Each act puts something into a chat and brings the bot the event LINE would bring. What
no phone can do raises `Impossible`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from emulator.chats import ChatItem, Content, Group, Person, Received
from emulator.courier import Courier
from emulator.mentions import mentionees
from emulator.world import Impossible


class Phones(Courier):
    """A courier with people to fetch from."""

    def add_user(
        self,
        name: str,
        *,
        user_id: str | None = None,
        language: str | None = "zh-TW",
        label: str = "",
    ) -> str:
        """Somebody with LINE who is no friend of the shop yet; returns the user id."""
        with self.lock:
            copies = 1
            made = user_id or self.ids.named("U", name)
            while user_id is None and made in self.people:
                copies += 1
                made = self.ids.named("U", f"{name} {copies}")
            self.people[made] = Person(made, name, label, language)
            self.changed()
            return made

    def follow(self, user_id: str) -> str:
        """Add the shop as a friend, or stop blocking it."""
        with self.lock:
            person = self.person(user_id)
            unblocked, person.blocked, person.friend = person.blocked, False, True
            self.show(user_id, "system", {"type": "follow"})
            event = self.event(
                "follow", source(user_id), reply_to=user_id, follow={"isUnblocked": unblocked}
            )
        return self.deliver(event)

    def unfollow(self, user_id: str) -> str:
        """Block the shop."""
        with self.lock:
            self.person(user_id).blocked = True
            self.show(user_id, "system", {"type": "unfollow"})
            event = self.event("unfollow", source(user_id))
        return self.deliver(event)

    def say(
        self,
        user_id: str,
        text: str,
        *,
        group: str | None = None,
        quote: str | None = None,
        mention: Sequence[dict[str, Any]] | None = None,
    ) -> str:
        """Write something; in a group, `@name` mentions whoever is called so."""
        message: dict[str, Any] = {"type": "text", "text": text}
        if not text:
            raise Impossible("不能傳送空白訊息。")
        if quote is not None:
            message["quotedMessageId"] = quote
        found = mention if mention is not None else self._mentioned(text, group)
        if found:
            message["mention"] = {"mentionees": list(found)}
        return self._send(user_id, message, group)

    def send_sticker(
        self, user_id: str, package: str, sticker: str, *, group: str | None = None
    ) -> str:
        message = {"type": "sticker", "packageId": package, "stickerId": sticker}
        return self._send(user_id, message | {"stickerResourceType": "STATIC"}, group)

    def send_location(
        self,
        user_id: str,
        latitude: float,
        longitude: float,
        *,
        title: str | None = None,
        address: str | None = None,
        group: str | None = None,
    ) -> str:
        place = {"title": title, "address": address}
        message = {"type": "location", "latitude": latitude, "longitude": longitude}
        return self._send(user_id, message | {k: v for k, v in place.items() if v}, group)

    def send_image(
        self,
        user_id: str,
        data: bytes,
        *,
        group: str | None = None,
        media_type: str = "",
        of: tuple[int, int] | None = None,
    ) -> str:
        """A picture; `of` says which it is of how many that were chosen together."""
        more: dict[str, Any] = {}
        if of is not None:
            more["imageSet"] = {"id": f"set of {of[1]}", "index": of[0], "total": of[1]}
        kind = media_type or "image/jpeg"
        return self._send_content(user_id, "image", data, kind, group, more)

    def send_audio(self, user_id: str, data: bytes, *, group: str | None = None) -> str:
        """A voice message; the first request for it finds it still being prepared."""
        return self._send_content(user_id, "audio", data, "audio/x-m4a", group)

    def send_video(self, user_id: str, data: bytes, *, group: str | None = None) -> str:
        """A film; the first request for it finds it still being prepared."""
        return self._send_content(user_id, "video", data, "video/mp4", group)

    def send_file(self, user_id: str, name: str, data: bytes, *, group: str | None = None) -> str:
        message = {"type": "file", "fileName": name, "fileSize": len(data)}
        return self._send(user_id, message, group, Content(data, "application/octet-stream"))

    def edit(self, message_id: str, text: str) -> str:
        """Change a text already sent; only groups have this.

        Raises:
            Impossible: it is no text in a group.
        """
        with self.lock:
            found = self._sent(message_id)
            group = self.groups.get(found.chat)
            if group is None or group.kind != "group" or found.item.message["type"] != "text":
                raise Impossible("只有群組裡的文字訊息可以編輯。")
            message = {**found.item.message, "text": text, "quoteToken": self.ids.token()}
            event_message = {k: v for k, v in message.items() if k != "markAsReadToken"}
            found.item.message = message
            found.item.changed = self.changed()
            where = self.source(found.sender, group)
            event = self.event("messageEdited", where, reply_to=found.chat, message=event_message)
        return self.deliver(event)

    def unsend(self, message_id: str) -> str:
        """Take a message back; its content is gone for the bot too."""
        with self.lock:
            found = self._sent(message_id)
            if found.content is not None:
                found.content.gone = True
            found.item.message = {"type": "unsent", "id": message_id}
            found.item.changed = self.changed()
            where = self.source(found.sender, self.groups.get(found.chat))
            event = self.event("unsend", where, unsend={"messageId": message_id})
        return self.deliver(event)

    def _send_content(
        self,
        user_id: str,
        kind: str,
        data: bytes,
        media_type: str,
        group: str | None,
        more: Mapping[str, Any] = MappingProxyType({}),
    ) -> str:
        message: dict[str, Any] = {"type": kind, "contentProvider": {"type": "line"}, **more}
        prepared = kind in ("audio", "video")
        if prepared:
            message["duration"] = 1000
        content = Content(data, media_type, waits=int(prepared))
        return self._send(user_id, message, group, content)

    def _send(
        self,
        user_id: str,
        message: dict[str, Any],
        group: str | None,
        content: Content | None = None,
    ) -> str:
        with self.lock:
            person, where = self._speaker(user_id, group), group or user_id
            read = self.chat_mode == "bot"
            item = self.show(where, f"user:{user_id}", message, read=read)
            message["id"] = item.id
            if message["type"] in ("text", "image", "video", "sticker"):
                message["quoteToken"] = self.ids.token()
            message["markAsReadToken"] = self.ids.token()
            self.read_tokens[message["markAsReadToken"]] = item.id
            self.received[item.id] = Received(where, user_id, item, content)
            if group is None:
                person.spoke_at = self.clock()
            place = self.source(user_id, self.groups.get(where))
            event = self.event("message", place, reply_to=where, message=message)
        return self.deliver(event)

    def _speaker(self, user_id: str, group: str | None) -> Person:
        person = self.person(user_id)
        if group is None and person.blocked:
            raise Impossible(f"{person.name}已封鎖這個帳號，解除封鎖後才能傳訊息。")
        if group is not None and user_id not in self.group(group).members:
            raise Impossible(f"{person.name}不在這個群組裡。")
        return person

    def _sent(self, message_id: str) -> Received:
        found = self.received.get(message_id)
        if found is None or found.item.message["type"] == "unsent":
            raise Impossible(f"沒有這則訊息，或已收回：{message_id}")
        return found

    def _mentioned(self, text: str, group: str | None) -> list[dict[str, Any]]:
        if group is None or "@" not in text:
            return []
        names = {person: self.people[person].name for person in self.group(group).members}
        return mentionees(text, {**names, self.bot_id: self.name}, bot_id=self.bot_id)

    def source(self, user_id: str, group: Group | None) -> dict[str, str]:
        """Where somebody is; in a group LINE names only who consented to it."""
        named = group is None or self.people[user_id].consented
        return source(user_id if named else None, group)

    def item(self, message_id: str) -> ChatItem:
        """A message somebody sent.

        Raises:
            Impossible: there is none, or it was taken back.
        """
        return self._sent(message_id).item


def source(user_id: str | None, group: Group | None = None) -> dict[str, str]:
    """Where an event comes from, as LINE writes it."""
    if group is None:
        return {"type": "user", "userId": user_id or ""}
    place = {"type": group.kind, f"{group.kind}Id": group.id}
    return place if user_id is None else {**place, "userId": user_id}
