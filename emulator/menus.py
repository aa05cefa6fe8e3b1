"""The rich menus of a channel: pictures, the default one, and their short names."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

MOST = 1000


@dataclass(slots=True)
class RichMenu:
    """`menu` is the object as it was created; `image` is None until it is uploaded."""

    id: str
    menu: dict[str, Any]
    image: bytes | None = None
    media_type: str = ""

    def as_dict(self) -> dict[str, Any]:
        return {"richMenuId": self.id, **self.menu}


@dataclass(slots=True)
class RichMenus:
    """`batches` are the finished batch requests by request id."""

    all: dict[str, RichMenu] = field(default_factory=dict)
    aliases: dict[str, str] = field(default_factory=dict)
    default: str | None = None
    batches: dict[str, dict[str, Any]] = field(default_factory=dict)

    def shown(self, linked: str | None, switched: str | None) -> RichMenu | None:
        """What a person sees: a switched menu before a linked one before the default."""
        for menu_id in (switched, linked, self.default):
            if menu_id is not None and menu_id in self.all:
                return self.all[menu_id]
        return None
