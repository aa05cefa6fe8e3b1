"""Webhook calls answered in a second, against the echo bot of LINE's SDK, and none of them lost.

Web alone is at work, as the Procfile starts it: what it stored is handled later.
Right after the last answer it is killed, and every event it answered for is looked for.
"""

from __future__ import annotations

from dataclasses import dataclass

import psycopg

from tests.benchmarks import peers, stage
from tests.benchmarks.frame import Bench, benchmark
from tests.benchmarks.line import line
from tests.benchmarks.load import Answered, calls, people, press
from tests.benchmarks.table import Row, at_most, ratio_at_least, rounds

WARM = 300  # calls before the clock starts
PEER = "LINE SDK's Flask sample"


@benchmark("webhook")
def webhook(bench: Bench) -> list[Row]:
    def measure() -> tuple[float, ...]:
        ours, lost = stored(bench)
        peer = echoed(bench)
        return (
            *(ours.rate, peer.rate, ours.percentile(0.99), peer.percentile(0.99)),
            *(float(ours.errors), float(lost)),
        )

    rate, peer_rate, late, peer_late, errors, lost = rounds(bench.rounds, measure)
    answered = "webhooks answered, 32 connections"
    return [
        Row(answered, "/s", rate, [ratio_at_least(10)], peer=peer_rate, against=PEER),
        Row("their 99th percentile", " ms", late, [at_most(100)], peer=peer_late, against=PEER),
        Row("calls not answered with 200", "", errors, [at_most(0)]),
        Row("answered events lost by kill -9", "", lost, [at_most(0)]),
    ]


def stored(bench: Bench) -> tuple[Answered, int]:
    """What web answered, and how many of those events are not in the inbox."""
    with (
        bench.database() as url,
        line() as port,
        stage.shop(bench.room("web"), DATABASE_URL=url, **stage.line_setting(port)) as shop,
    ):
        answered = Load(bench, "會員卡").on(shop.port)
        stage.kill(shop, "web")
        return answered, len(set(answered.events) - inbox(url))


def echoed(bench: Bench) -> Answered:
    """What the sample answered."""
    with line() as port, peers.sample(bench.room("echo"), port) as echo:
        return Load(bench, "會員卡").on(echo)


@dataclass
class Load:
    """The same load for everybody; nobody's port is known before they run."""

    bench: Bench
    words: str
    users: int = 4000
    most: int = 8000  # calls a second that nobody reaches here

    def on(self, port: int) -> Answered:
        seconds = self.bench.size(6.0, 0.3)
        warm, many = self.bench.size(WARM, 20), int(seconds * self.most)
        made = calls(people(self.users), warm + many, text=self.words, port=port)
        press(port, made[:warm], seconds=60)
        return press(port, made[warm:], seconds=seconds)


def inbox(url: str) -> set[str]:
    """Every event in it."""
    with psycopg.connect(url) as connection:
        return {row[0] for row in connection.execute("SELECT event_id FROM inbox")}
