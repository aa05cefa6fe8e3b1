"""What a tap on a button does: words spoken, a postback, or nothing the bot hears of."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from emulator.chats import Person
from emulator.groups import Groups
from emulator.phones import source
from emulator.validation.actions import PICKED
from emulator.world import Impossible

SILENT = ("uri", "clipboard", "camera", "cameraRoll", "location")


class Taps(Groups):
    """Phones with buttons."""

    def tap(
        self,
        user_id: str,
        action: Mapping[str, Any],
        *,
        params: Mapping[str, str] | None = None,
        group: str | None = None,
    ) -> str | None:
        """Tap a button; returns the event's id, None if the bot hears nothing.

        `params` is what was picked from a date picker; without it, what it proposes.

        Raises:
            Impossible: there is no such action.
        """
        kind = action.get("type")
        if kind == "message":
            return self.say(user_id, str(action["text"]), group=group)
        if kind == "postback":
            return self._postback(user_id, action, group)
        if kind == "datetimepicker":
            return self._send_postback(user_id, group, action, params or self._picked(action))
        if kind == "richmenuswitch":
            return self._switch(user_id, action)
        if kind in SILENT:
            return None
        raise Impossible(f"沒有這種按鈕動作：{kind}")

    def play_to_the_end(self, user_id: str, tracking_id: str) -> str:
        """Watch a film that was sent with a tracking id."""
        with self.lock:
            self.person(user_id)
            event = self.event(
                "videoPlayComplete",
                source(user_id),
                reply_to=user_id,
                videoPlayComplete={"trackingId": tracking_id},
            )
        return self.deliver(event)

    def _postback(self, user_id: str, action: Mapping[str, Any], group: str | None) -> str:
        if action.get("text"):
            self.say(user_id, str(action["text"]), group=group)
        return self._send_postback(user_id, group, action, None)

    def _send_postback(
        self,
        user_id: str,
        group: str | None,
        action: Mapping[str, Any],
        params: Mapping[str, str] | None,
    ) -> str:
        postback: dict[str, Any] = {"data": str(action.get("data", ""))}
        if params:
            postback["params"] = dict(params)
        with self.lock:
            self._speaker(user_id, group)
            where = group or user_id
            if shown := action.get("displayText"):
                self.show(where, f"user:{user_id}", {"type": "text", "text": shown})
            place = self.source(user_id, self.groups.get(where))
            event = self.event("postback", place, reply_to=where, postback=postback)
        return self.deliver(event)

    def _picked(self, action: Mapping[str, Any]) -> dict[str, str]:
        mode = str(action.get("mode", "date"))
        if mode not in PICKED:
            raise Impossible(f"沒有這種日期選擇：{mode}")
        proposed = action.get("initial") or self.clock().strftime(PICKED[mode])
        return {mode: str(proposed)}

    def _switch(self, user_id: str, action: Mapping[str, Any]) -> str:
        alias = str(action.get("richMenuAliasId", ""))
        with self.lock:
            person = self.person(user_id)
            status = self._switched(person, alias)
        params = {"newRichMenuAliasId": alias, "status": status}
        return self._send_postback(user_id, None, action, params)

    def _switched(self, person: Person, alias: str) -> str:
        menu_id = self.menus.aliases.get(alias)
        if menu_id is None:
            return "RICHMENU_ALIAS_ID_NOTFOUND"
        if menu_id not in self.menus.all:
            return "RICHMENU_NOTFOUND"
        person.switched_menu = menu_id
        self.changed()
        return "SUCCESS"
