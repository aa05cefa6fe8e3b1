"""Objects made from LINE's description: right ones, and each with one thing wrong.

The description has hardly any formats; `HINTS` gives words that fit where it is silent.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any, NamedTuple

from tests.emulator.channel import MEI
from tests.emulator.described import Description, Schema

PICTURE = "https://example.com/%E5%9C%96.png"
HINTS: dict[str, Any] = {
    "aspectRatio": "20:13",
    "angle": "90deg",
    "centerPosition": "10%",
    "lineSpacing": "8px",
    "size": "md",
    "spacing": "md",
    "margin": "md",
    "borderWidth": "light",
    "cornerRadius": "md",
    "imageAspectRatio": "square",
    "imageSize": "contain",
    "initial": "2026-11-24",
    "min": "2026-01-01",
    "max": "2026-12-31",
    "mode": "date",
    "uri": "https://example.com/",
    "desktop": "https://example.com/",
    "linkUri": "https://example.com/",
    "color": "#112233",
    "userId": MEI,
    "iconUrl": PICTURE,
    "trackingId": "track-1",
    "deliveryTag": "spring_1",
    "startTimestamp": 1_800_000_000,
    "endTimestamp": 1_900_000_000,
    "label": "按鈕",
    "to": MEI,
    "chatId": MEI,
    "customAggregationUnits": "spring_1",
    "resumeRequestKey": "again-1",
    "barcodeImageUrl": PICTURE,
    "imageUrl": PICTURE,
    "lotteryProbability": 50,
}
NUMBERS = {"index": 0, "duration": 60_000, "width": 1040, "height": 585}
# what may not stand together, or what only some places allow
LEFT_OUT = {("postback", "text")}
# the description lags behind LINE, or is looser than the written reference
LATER = {("desktop", "too long")}
ENDS = 3


class Wrong(NamedTuple):
    """A right object with one change that LINE's description forbids."""

    what: str
    value: Any


class Maker:
    """Makes objects of one description."""

    def __init__(self, description: Description, **kinds: str) -> None:
        self.description = description
        self.prefer, self.twice = kinds, False
        self.wrongs: list[tuple[tuple[str | int, ...], str, Any]] = []

    def whole(self, schema: Schema, kind: str | None = None) -> Any:
        """An object with every property it may have."""
        self.wrongs = []
        return self._made(schema, (), kind)

    def each_wrong(self, whole: Any) -> Iterator[Wrong]:
        """The same object with one thing wrong, for each thing."""
        for path, what, value in self.wrongs:
            if (path[-1] if path else "", what) in LATER:
                continue
            broken = {"whole": copy.deepcopy(whole)}
            *way, last = ("whole", *path)
            holder: Any = broken
            for step in way:
                holder = holder[step]
            if what == "missing":
                del holder[last]
            else:
                holder[last] = value
            name = ".".join(map(str, path))
            yield Wrong(f"{name} {what}", broken["whole"])

    def _made(self, schema: Schema, path: tuple[str | int, ...], kind: str | None = None) -> Any:
        own_kind = self.description.kind_of.get(schema.get("$ref", ""))
        schema = self.description.resolve(schema)
        if kinds := self.description.kinds(schema):
            kind = kind or self._preferred(kinds, path)
            made = self._object(kinds[kind], path, kind)
            self.wrongs.append(((*path, "type"), "of no kind", "nonsense"))
            return made
        match schema.get("type", "object"):
            case "object":
                return self._object(schema, path, own_kind)
            case "array":
                return self._array(schema, path)
            case _:
                return self._leaf(schema, path)

    def _preferred(self, kinds: dict[str, Schema], path: tuple[str | int, ...]) -> str:
        named = [name for name in path if isinstance(name, str)]
        wanted = self.prefer.get(named[-1]) if named else None
        return wanted if wanted in kinds else next(iter(kinds))

    def _object(
        self, schema: Schema, path: tuple[str | int, ...], kind: str | None
    ) -> dict[str, Any]:
        made: dict[str, Any] = {}
        for name, each in schema["properties"].items():
            if name == "type" and kind is not None:
                made[name] = kind
            elif name == "type":
                made[name] = each.get("default", "action")
            elif (kind, name) not in LEFT_OUT and not (len(path) > 14 and name == "action"):
                made[name] = self._made(each, (*path, name))
        if "additionalProperties" in schema:
            made["name"] = self._made(schema["additionalProperties"], (*path, "name"))
        for name in schema["required"]:
            self.wrongs.append(((*path, name), "missing", None))
        if path:
            self.wrongs.append((path, "no object", "text"))
        return made

    def _array(self, schema: Schema, path: tuple[str | int, ...]) -> list[Any]:
        self.wrongs.append((path, "no list", {"a": 1}))
        if path.count("contents") >= ENDS:
            return []
        items = [self._made(schema["items"], (*path, 0))]
        if self.twice:
            items.append(copy.deepcopy(items[0]))
        if most := schema.get("maxItems"):
            self.wrongs.append((path, "too many", items * (most + 1)))
        if schema.get("minItems"):
            self.wrongs.append((path, "too few", []))
        return items

    def _leaf(self, schema: Schema, path: tuple[str | int, ...]) -> Any:
        name = next(each for each in reversed(path) if isinstance(each, str))
        if "enum" in schema:
            self.wrongs.append((path, "not one of", "nonsense"))
            return HINTS.get(name) if HINTS.get(name) in schema["enum"] else schema["enum"][0]
        match schema["type"]:
            case "string":
                return self._string(schema, path, name)
            case "boolean":
                self.wrongs.append((path, "no boolean", "yes"))
                return True
            case kind:
                return self._number(schema, path, name, whole=kind == "integer")

    def _string(self, schema: Schema, path: tuple[str | int, ...], name: str) -> str:
        self.wrongs.append((path, "no text", 12345))
        if most := schema.get("maxLength"):
            self.wrongs.append((path, "too long", "https://" + "x" * most))
        if schema.get("minLength"):
            self.wrongs.append((path, "too short", ""))
        if name in HINTS and name not in ("width", "height"):
            return str(HINTS[name])
        if schema.get("format") == "uri":
            self.wrongs.append((path, "no address", "pictures/1.png"))
            return PICTURE
        return self._by_name(name)

    def _by_name(self, name: str) -> str:
        if name.endswith("Color"):
            return "#11223344" if name in ("startColor", "endColor") else "#112233"
        if name.startswith(("padding", "offset")):
            return "md"
        if name in ("width", "maxWidth", "height", "maxHeight"):
            return "80px"
        return "$字"

    def _number(
        self, schema: Schema, path: tuple[str | int, ...], name: str, *, whole: bool
    ) -> int | float:
        self.wrongs.append((path, "no number", "twelve"))
        if whole:
            self.wrongs.append((path, "no whole number", 1.5))
        if "maximum" in schema:
            self.wrongs.append((path, "too large", schema["maximum"] + 1))
        if "minimum" in schema:
            self.wrongs.append((path, "too small", schema["minimum"] - 1))
        made: int = HINTS.get(name, NUMBERS.get(name, schema.get("maximum", 25)))
        return made
