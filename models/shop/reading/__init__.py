"""Reading "+1": what members write, understood as orders, changes, cancellations or none.

The door is `read`; docs/reading-orders.md is the grammar in plain words.
"""

from models.shop.reading.facts import (
    Chat,
    Expect,
    Item,
    Line,
    Missing,
    Op,
    Reading,
    Recogniser,
    Setting,
)
from models.shop.reading.reader import read

__all__ = [
    "Chat",
    "Expect",
    "Item",
    "Line",
    "Missing",
    "Op",
    "Reading",
    "Recogniser",
    "Setting",
    "read",
]
