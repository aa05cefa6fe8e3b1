"""The corpus: utterances with their readings, each read as it is written there."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest

import handlers
from backoffice import utterances
from bot import spoken
from bot.spoken_words import SAID
from models.shop.reading import Setting, read

# in files of a size that can be read; each begins with the same catalogues
CORPUS = sorted(Path(__file__).parent.glob("corpus_*.jsonl"))


@cache
def lines() -> tuple[utterances.Catalogues, list[dict[str, Any]]]:
    files = [path.read_bytes().splitlines() for path in CORPUS]
    assert len({first for first, *_ in files}) == 1
    known = utterances.catalogues(files[0][0])
    return known, [json.loads(raw) for _, *rest in files for raw in rest]


@pytest.fixture(scope="module", autouse=True)
def _commands() -> None:
    handlers.load()


def readings(expect: str | None = None) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    known, rows = lines()
    made = []
    for row in rows:
        if expect in (None, row["expect"]):
            raw = json.dumps(row).encode()
            text, setting = utterances.utterance(raw, 2, known, spoken.recognise)
            made.append((row, utterances.answer(read(text, setting))))
    return made


def key(reading: dict[str, Any]) -> tuple[str, list[str], str | None, str | None]:
    said = sorted(json.dumps(line, sort_keys=True) for line in reading.get("lines", ()))
    return reading["expect"], said, reading.get("command"), reading.get("missing")


def test_the_corpus_is_large_and_a_third_of_it_is_no_order() -> None:
    _, rows = lines()
    none = [row for row in rows if row["expect"] == "none"]

    assert len(rows) >= 900
    assert len(none) >= len(rows) / 3


def test_no_utterance_stands_twice_in_the_corpus() -> None:
    _, rows = lines()
    told = [
        json.dumps([row.get(name) for name in ("text", "context", "offers", "had", "quotes")])
        for row in rows
        if "quotes_text" not in row
    ]

    assert sorted(told) == sorted(set(told))


@pytest.mark.parametrize("expect", ["order", "change", "cancel", "ask", "command", "none"])
def test_every_utterance_reads_as_labelled(expect: str) -> None:
    wrong = [
        (row["text"], key(found)) for row, found in readings(expect) if key(row) != key(found)
    ]

    assert wrong == []


def test_whoever_asks_a_group_what_is_open_calls_the_command() -> None:
    known, _ = lines()
    items = next(iter(known.items.values()))
    group = Setting(items, recognise=spoken.recognise)
    said = [word.replace("_", " ") for word in SAID["團購"].split()]

    assert [word for word in said if read(word, group).command != "團購"] == []


def test_no_order_is_read_where_there_is_none() -> None:
    acting = {"order", "change", "cancel"}
    wrong = [row["text"] for row, found in readings("none") if found["expect"] in acting]

    assert wrong == []
