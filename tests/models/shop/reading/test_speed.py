"""How fast messages are read: every message of a busy group passes through here."""

from __future__ import annotations

import time

from models.shop.reading import Chat, Setting, read
from tests.models.shop.reading.test_corpus import lines

LEAST_A_SECOND = 500  # a tenth of the goal: a busy machine must not fail the test


def test_messages_are_read_faster_than_any_group_writes() -> None:
    known, rows = lines()
    said = [
        (row["text"], Setting(known.items[row["offers"]], Chat(row["context"]))) for row in rows
    ]
    for text, setting in said[:100]:
        read(text, setting)  # catalogues are compiled and letters folded once

    began = time.process_time()
    for text, setting in said:
        read(text, setting)
    rate = len(said) / (time.process_time() - began)

    print(f"{rate:,.0f} messages a second")
    assert rate > LEAST_A_SECOND
