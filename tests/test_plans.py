"""Nothing that happens all day long reads a table from one end to the other."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select, text

import models.database
from models.base import day_start, local_day
from models.calendar_terms import AnniversaryTerms
from models.insight import briefs, effects
from models.loyalty import coupon_audience, coupon_handouts
from models.people.members import Member
from models.shop import orders, settlement
from models.shop.orders import LineDraft, OrderDraft, Status
from models.talk import (
    backlog,
    broadcast_terms,
    broadcasts,
    budget,
    budget_figures,
    clicks,
    fates,
    inbox,
    quota,
)
from models.talk.outbox_claim import claim
from models.talk.policy import SendRules
from models.talk.tracked_links import Ticket
from scheduler import automatic, campaigns
from scheduler.campaign import CAMPAIGNS
from scheduler.jobs import CHORES
from scheduler.planning import plan
from scheduler.tick import tick
from tests import occasions
from tests.benchmarks import shop_data
from tests.conftest import SECRET
from tests.plans import Plans
from tests.shop import Shop

MEMBERS, ORDERS = 1_500, 5_000
HOUR = timedelta(hours=1)
ASKED = ("會員卡", "點數", "點數明細", "點數怎麼來", "等級", "為什麼是銀級", "優惠券", "通知設定")
# at night: the books are checked, everybody is scored anew, and old events are swept out
WHOLE = {"verify_ledger", "review_members", "tidy"}

# written to everybody, or to all who came back, on a few days of the year: read once then
DAYS = {
    "anniversary": date(2027, 11, 24),
    "digest": date(2026, 11, 26),
    "festival": date(2027, 5, 2),
    "member_day": date(2026, 12, 5),
}

campaigns.load()
KEYS = sorted(key for key, each in CAMPAIGNS.items() if each.__module__.startswith("scheduler."))
KEYS = [key for key in KEYS if key not in DAYS]


@dataclass
class Made:
    """A generated shop of which every test undoes what it did."""

    engine: object
    sessions: object
    now: object
    programme: object


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def made(request, tmp_path_factory, programme):
    now = shop_data.NOW
    if request.param == "sqlite":
        path = tmp_path_factory.mktemp("plans") / "shop.db"
        shutil.copy(request.getfixturevalue("sqlite_template"), path)
        yield from _shop(f"sqlite:///{path}", now, programme)
    else:
        with request.getfixturevalue("cluster").fresh() as url:
            yield from _shop(url, now, programme)


def _shop(url, now, programme):
    shop_data.fill(
        url, members=MEMBERS, orders=ORDERS, now=now, secret=SECRET, programme=programme
    )
    engine = models.database.connect(url)
    sessions = models.database.sessions(engine, SECRET)
    _hand_out(sessions, now, programme)
    occasions.write(sessions, now, programme)
    yield Made(engine, sessions, now, programme)
    engine.dispose()


def _hand_out(sessions, now, programme):
    """A coupon by hand to some, this morning."""
    with sessions.begin() as session:
        to = coupon_audience.whom(session, "金級", programme=programme)
        boss = session.scalars(select(Member.id).limit(1)).one()
        terms = programme.coupons["newcomer_discount"]
        coupon_handouts.give(session, terms, to, act="plans", by=boss, now=now)


@pytest.mark.parametrize("key", KEYS)
def test_planning_a_campaign_looks_at_those_concerned(made, key):
    plans = Plans(made.engine)
    with made.sessions() as session:
        campaign = CAMPAIGNS[key](session, now=made.now, programme=made.programme)
        with plans.open():
            planned = plan(campaign)
        session.rollback()

    assert planned.audience > 0
    assert list(map(str, plans.scans())) == []


@pytest.mark.parametrize("key", sorted(DAYS))
def test_what_goes_to_many_reads_them_on_its_day_and_nobody_on_others(made, key):
    founded = AnniversaryTerms(date(2020, 11, 24))
    calendar = replace(made.programme.calendar, anniversary=founded)
    programme = replace(made.programme, calendar=calendar)
    read, audience = [], []
    for day in (DAYS[key] - timedelta(days=1), DAYS[key]):
        plans = Plans(made.engine)
        with made.sessions() as session, plans.open():
            noon = day_start(day) + 12 * HOUR
            audience.append(plan(CAMPAIGNS[key](session, now=noon, programme=programme)).audience)
            session.rollback()
        read.append({scan.table for scan in plans.scans()})

    assert read[0] == set()
    # the others by the keys of those members
    assert read[1] <= {"members", "member_totals", "coupons"}
    assert audience[0] == 0 < audience[1]


def test_telling_of_automatic_messages_looks_at_what_went_out_lately(made):
    plans, moment = Plans(made.engine), {"now": made.now, "programme": made.programme}
    with made.sessions() as session, plans.open():
        listed = automatic.overview(session, **moment)
        looked = automatic.look(session, CAMPAIGNS["birthday"], **moment)

    assert len(listed) == len(CAMPAIGNS)
    assert looked.reached > 0
    assert list(map(str, plans.scans())) == []


def test_answering_members_looks_at_what_is_theirs(made):
    shop = Shop(made.engine, made.sessions, made.programme, made.now)
    mei = shop.phone("小美")
    with made.sessions.begin() as session:
        best = select(orders.Order.member_id).group_by(text("1")).order_by(text("count(*) DESC"))
        member = session.get_one(Member, session.scalars(best.limit(1)).one())
        member.line_user_id, member.is_friend = mei.id, True
    plans = Plans(made.engine)

    with plans.open():
        heard = {words: mei.says(words).text for words in ASKED}

    shop.close()
    assert all(heard.values())
    assert list(map(str, plans.scans())) == []


def test_the_brief_of_the_day_looks_at_what_is_due(made):
    plans = Plans(made.engine)
    with made.sessions() as session, plans.open():
        found = briefs.brief(session, now=made.now, terms=made.programme.shop)

    assert all((found.birthdays, found.points.quantity, found.coupons))
    assert all((found.unpaid.orders, found.waiting, found.closing))
    assert list(map(str, plans.scans())) == []


def test_a_tick_with_nothing_to_do_looks_nowhere(made):
    midnight = day_start(local_day(made.now))
    plans = Plans(made.engine)

    with plans.open():
        done = tick(made.sessions, now=midnight - timedelta(minutes=1), programme=made.programme)

    assert (done.plans, done.chores, done.failed) == ([], {}, [])
    assert list(map(str, plans.scans())) == []


def test_being_asked_for_metrics_looks_at_what_waits(made):
    plans = Plans(made.engine)
    with made.sessions() as session, plans.open():
        backlog.waiting(session)
        backlog.oldest_due(session, now=made.now)
        inbox.oldest_waiting(session)

    assert list(map(str, plans.scans())) == []


@pytest.mark.parametrize("name", sorted(set(CHORES) - WHOLE))
def test_a_chore_looks_at_what_is_due(made, name):
    plans = Plans(made.engine)
    with made.sessions() as session, plans.open():
        CHORES[name].chore(session, made.now + timedelta(days=1), made.programme)
        session.rollback()

    assert list(map(str, plans.scans())) == []


def test_sharing_the_month_out_looks_at_what_was_pushed_and_what_waits(made):
    plans, since = Plans(made.engine), budget_figures.month_start(made.now)
    with made.sessions() as session:
        quota.keep(session, monthly=100, used=95, now=made.now)
        plan(CAMPAIGNS["viewed"](session, now=made.now, programme=made.programme))
        rules = SendRules(quiet=None)
        with plans.open():
            batch = claim(session, now=made.now, limit=50, rules=rules, lease_for=HOUR)
            budget.free(session, rules, now=made.now)
            budget_figures.by_rule(session, since=since)
            budget_figures.parked_by_rule(session)
            fates.of(session, 7, rules=rules, now=made.now)
        session.rollback()

    assert batch.ended["parked"] > 0
    assert list(map(str, plans.scans())) == []


def test_the_effect_of_a_broadcast_is_read_from_what_is_its_own(made):
    plans = Plans(made.engine)
    wanted = broadcast_terms.read("全部 | 甲 https://x.tw/a")
    with made.sessions() as session:
        sent = broadcasts.confirm(
            session,
            wanted,
            by="U1",
            held_back=10,
            release_at=made.now,
            use_until=made.now + HOUR,
            now=made.now,
        )
        clicks.keep(session, sent, site="https://shop.example.com")
        with plans.open():
            clicks.count(session, Ticket(sent.id, 1, 7), now=made.now)
            effects.measure(session, sent, days=3, plans=made.programme.line_plans)
            broadcasts.kept_out_of(session, 7)
        session.rollback()

    # nobody clicked: of an empty table PostgreSQL takes whichever index sorts it
    assert [str(each) for each in plans.scans() if each.table != "broadcast_clicks"] == []


def test_an_order_touches_its_own_member(made):
    plans = Plans(made.engine)
    with made.sessions() as session, plans.open():
        draft = OrderDraft("new", 7, made.now, [LineDraft(3, 1, 450), LineDraft(12, 2, 900)])
        order = orders.place(session, draft, now=made.now)
        for status in (Status.PAID, Status.PICKED_UP, Status.REFUNDED):
            settlement.settle(session, order, status, now=made.now, programme=made.programme)
        session.rollback()

    assert list(map(str, plans.scans())) == []


def test_a_statement_that_reads_a_whole_table_is_noticed(made):
    """Without this the tests above could not fail."""
    plans = Plans(made.engine)
    with made.engine.connect() as connection, plans.open():
        connection.execute(select(Member.id).where(Member.gender == "女"))
        connection.execute(select(Member.id).where(Member.joined_on == local_day(made.now)))

    assert [scan.table for scan in plans.scans()] == ["members"]
