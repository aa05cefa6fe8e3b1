"""Imagemap messages: one picture with places to tap."""

from emulator.validation.actions import URI_SCHEMES
from emulator.validation.rules import Integer, ListOf, OneOf, Rule, Shape, Text, choice, url

AREA = Shape(
    {"x": Integer(0), "y": Integer(0), "width": Integer(1), "height": Integer(1)},
    ("x", "y", "width", "height"),
)
LABEL = Text(100)


def action(name: str, rule: Rule) -> Shape:
    return Shape({name: rule, "label": LABEL, "area": AREA}, (name, "area"))


ACTION = OneOf(
    {
        "message": action("text", Text(400)),
        "uri": action("linkUri", url(1000, URI_SCHEMES)),
        "clipboard": action("clipboardText", Text(1000)),
    }
)
VIDEO = Shape(
    {
        "originalContentUrl": url(2000),
        "previewImageUrl": url(2000),
        "area": AREA,
        "externalLink": Shape(
            {"linkUri": url(1000, URI_SCHEMES), "label": Text(30)}, ("linkUri", "label")
        ),
    },
    ("originalContentUrl", "previewImageUrl", "area"),
)
PROPERTIES: dict[str, Rule] = {
    "baseUrl": url(2000),
    "altText": Text(1500),
    "baseSize": Shape({"width": choice(1040), "height": Integer(1)}, ("width", "height")),
    "actions": ListOf(ACTION, 0, 50),
    "video": VIDEO,
}
