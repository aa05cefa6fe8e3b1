"""/metrics: what was counted, how the shop stands, cheap at any history, and not for everybody."""

from __future__ import annotations

import re
import time
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import event, text

from app import create_app
from bot import metrics
from models.talk import alerts, job_runs, outbox_holds, quota
from models.talk.outbox_records import OutboxMessage
from tests.bot.calls import bring, call, said
from tests.bot.test_intake import AWAY, Fault
from tests.shop import Phone, Shop

LINE = re.compile(r'^(tuanyou_\w+)(\{(?:\w+="[^"]*",?)*\})? (\S+)$')


def scraped(shop: Shop, **headers: str) -> dict[str, float]:
    answer = shop.client.get("/metrics", headers=headers)
    assert answer.status_code == 200, answer.text
    assert answer.headers["Content-Type"].startswith("text/plain; version=0.0.4")
    found = {}
    for line in answer.text.splitlines():
        if not line.startswith("#"):
            match = LINE.match(line)
            assert match, line
            assert match[1] + (match[2] or "") not in found
            found[match[1] + (match[2] or "")] = float(match[3])
    return found


def test_what_happens_is_counted(shop: Shop, mei: Phone):
    before = scraped(shop)
    mei.follows()
    mei.says("點數")
    mei.says("用券 不是券碼")
    call(shop, b"{}", "forged")
    after = scraped(shop)

    def more(name: str) -> float:
        return after.get(f"tuanyou_{name}", 0) - before.get(f"tuanyou_{name}", 0)

    assert more('http_requests_total{route="/callback",status="200"}') == 3
    assert more('http_requests_total{route="/callback",status="400"}') == 1
    assert more('http_seconds_count{route="/callback"}') == 4
    assert more('events_total{kind="follow",outcome="handled"}') >= 1
    assert more('events_total{kind="message",outcome="handled"}') >= 2
    assert more("handling_delay_seconds_count") >= 3
    assert more('sends_total{kind="reply",outcome="sent"}') == 3
    assert more('line_answers_total{call="reply",status="200"}') == 3
    assert more('line_seconds_count{call="reply"}') == 3


def test_how_the_shop_stands_is_told(shop: Shop, now):
    bring(shop, said("點數", now))
    with shop.sessions.begin() as session:
        job_runs.beat(session, "worker", now=now)
        quota.keep(session, monthly=200, used=50, now=now)
        alerts.begin(session, "campaign:news", "x", now=now)
        outbox_holds.hold(session, outbox_holds.PUSHES, reason="x", now=now)
        job_runs.claim(session, "verify_ledger", "2026-11-24", now=now)
        job_runs.describe(session, "verify_ledger", "2026-11-24", "3 faults")
    shop.clock.jump(timedelta(seconds=30))

    found = scraped(shop)

    assert found["tuanyou_up"] == 1
    assert found["tuanyou_inbox_waiting"] == 1
    assert found["tuanyou_inbox_oldest_seconds"] == 30
    assert found['tuanyou_heartbeat_seconds{process="worker"}'] == 30
    assert (found["tuanyou_quota_limit"], found["tuanyou_quota_used"]) == (200, 50)
    assert found['tuanyou_alert{kind="campaign"}'] == 1
    assert found['tuanyou_held{scope="pushes"}'] == 1
    assert found["tuanyou_ledger_faults"] == 3


def test_a_database_that_is_away_is_told(shop: Shop):
    fault = Fault(AWAY)
    shop.runtime.engine.dispose()
    event.listen(shop.runtime.engine, "do_connect", fault)

    assert scraped(shop)["tuanyou_up"] == 0
    fault.on = False
    assert scraped(shop)["tuanyou_up"] == 1


def test_nobody_is_named(shop: Shop, mei: Phone):
    mei.follows()
    mei.says("客服 金絲雀說的話 0987654321")
    shop.client.get(f"/{mei.id}/金絲雀")
    page = shop.client.get("/metrics").text

    assert [each for each in ("金絲雀", "0987654321", mei.id) if each in page] == []
    assert 'route="none",status="404"' in page


@pytest.mark.parametrize("name", ["X-Forwarded-For", "Forwarded", "X-Real-IP"])
def test_the_public_does_not_see_it_by_way_of_a_proxy(shop: Shop, name: str):
    assert shop.client.get("/metrics", headers={name: "127.0.0.1"}).status_code == 403


@pytest.mark.parametrize(
    ("address", "status"),
    [("127.0.0.1", 200), ("10.1.2.3", 200), ("::1", 200), ("203.0.113.9", 403), ("8.8.8.8", 403)],
)
def test_this_machine_and_private_networks_may_ask(shop: Shop, address: str, status: int):
    asked = shop.client.get("/metrics", environ_base={"REMOTE_ADDR": address})

    assert asked.status_code == status


def test_with_a_token_whoever_brings_it_may_ask(shop: Shop):
    wanted = replace(shop.runtime.settings, metrics_token="open sesame")
    shop.client = create_app(replace(shop.runtime, settings=wanted)).test_client()

    assert shop.client.get("/metrics").status_code == 403
    for given in ("Bearer open", "Bearer öpen", "open sesame"):
        answer = shop.client.get("/metrics", headers={"Authorization": given})
        assert answer.status_code == 403
    token = {"Authorization": "Bearer open sesame", "X-Forwarded-For": "8.8.8.8"}
    assert shop.client.get("/metrics", headers=token).status_code == 200


def test_a_long_history_costs_nothing(shop: Shop, mei: Phone):
    mei.follows()
    grow(shop, 20_000)
    took = []
    for _ in range(5):
        began = time.perf_counter()
        scraped(shop)
        took.append(time.perf_counter() - began)

    assert min(took) < 0.5  # on an idle machine a hundredth of a second


def grow(shop: Shop, rows: int) -> None:
    """A past in which so many messages were sent."""
    series = {
        "postgresql": f"SELECT g AS n FROM generate_series(1, {rows}) AS g",
        "sqlite": "WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s"
        f" WHERE n < {rows}) SELECT n FROM s",
    }[shop.runtime.engine.dialect.name]
    with shop.sessions.begin() as session:
        columns = [c.name for c in OutboxMessage.__table__.columns if c.name not in ("id", "key")]
        listed = ", ".join(f'"{each}"' for each in columns)
        session.execute(
            text(
                f"INSERT INTO outbox (\"key\", {listed}) SELECT 'past:' || past.n, {listed}"
                f" FROM (SELECT * FROM outbox LIMIT 1) AS one, ({series}) AS past"
            )
        )


def test_labels_take_few_values():
    known = {"route", "status", "kind", "outcome", "refusal", "state", "call", "limit", "job"}
    tables = (metrics.COUNTERS, metrics.HISTOGRAMS)

    assert {label for table in tables for _, labels, *_ in table.values() for label in labels} <= (
        known
    )
