"""Many events in one transaction: few statements, and nobody notices."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from bot import router, worker
from models.people import roles
from models.people.members import Member
from models.people.roles import Role
from models.talk import inbox
from models.talk.outbox_records import OutboxMessage
from tests.bot.calls import bring, made, said
from tests.models.loyalty.coupon_cast import statements
from tests.shop import Phone, Shop

BOOKKEEPING = ("inbox", "inbox_lanes", "outbox")


@pytest.fixture(autouse=True)
def _in_peace(monkeypatch) -> None:
    """A busy machine must not cut batches short here."""
    monkeypatch.setattr(worker, "LONGEST", dict.fromkeys(worker.LONGEST, 600.0))


@pytest.fixture
def crowd(shop: Shop) -> list[Phone]:
    """Members who were told everything; few enough for one transaction."""
    phones = [shop.phone(f"團友{number}") for number in range(6)]
    for phone in phones:
        phone.follows()
    shop.profiles.refresh()
    return phones


def bodies(shop: Shop) -> list[str]:
    with shop.sessions() as session:
        query = select(OutboxMessage.messages).where(OutboxMessage.kind == "reply")
        return list(session.scalars(query.order_by(OutboxMessage.id)))


def by(phone: Phone) -> dict[str, str]:
    return {"type": "user", "userId": phone.id}


SHOWN = {"會員卡": 3, "點數": 1, "等級": 1, "優惠券": 1}  # and what each reads


@pytest.mark.parametrize("words", SHOWN)
def test_the_answers_to_many_take_no_more_statements_than_one(shop: Shop, crowd, now, words):
    counts = []
    for some in (crowd[:1], crowd):
        bring(shop, *(said(words, now, source=by(each)) for each in some))
        with statements(shop.runtime.engine) as heard:
            assert shop.worker.drain() == len(some)
        counts.append(len(heard))

    assert counts[0] == counts[1]


@pytest.mark.parametrize(("words", "read"), SHOWN.items())
def test_what_is_shown_is_read_in_three_statements_at_most(shop: Shop, crowd, now, words, read):
    bring(shop, said(words, now, source=by(crowd[0])))
    with statements(shop.runtime.engine) as heard:
        shop.worker.drain()

    reads = [each for each in heard if each.lstrip().upper().startswith("SELECT")]
    about_people = [each for each in reads if "inbox" not in each.split("WHERE")[0]]
    # the first is who they are
    assert len(about_people) == 1 + read
    assert read <= 3


def test_a_card_in_a_batch_says_what_it_says_alone(shop: Shop, crowd, now):
    bring(shop, said("會員卡", now, source=by(crowd[0])))
    shop.worker.drain()
    bring(shop, *(said("會員卡", now, source=by(each)) for each in crowd))
    shop.worker.drain()

    cards = [each for each in bodies(shop) if "會員卡" in each]
    assert cards[-len(crowd)] in cards[: -len(crowd)]
    assert [f"團友{number}" in cards[number - len(crowd)] for number in range(6)] == [True] * 6


def test_a_persons_answers_are_kept_in_the_order_of_their_words(shop: Shop, crowd, now):
    mei, lin = crowd[:2]
    before = len(bodies(shop))
    bring(
        shop,
        said("會員卡", now, source=by(mei)),
        said("會員卡", now, source=by(lin)),
        said("客服 水餃少一包", now, source=by(mei)),
        said("會員卡", now, source=by(mei)),
    )
    while shop.worker.drain():
        pass

    with shop.sessions() as session:
        query = select(OutboxMessage.messages).where(OutboxMessage.to_id == mei.id)
        hers = list(session.scalars(query.order_by(OutboxMessage.id)))
    assert len(bodies(shop)) == before + 4
    assert ["會員卡" in each and "header" in each for each in hers[-3:]] == [True, False, True]


def test_an_answer_is_kept_before_the_same_person_acts(shop: Shop, crowd, now, monkeypatch):
    """Whoever has their data erased leaves no answer behind that was still to be kept."""
    seen = []

    def acts(ctx):
        with_session = select(OutboxMessage.id).where(OutboxMessage.to_id == ctx.person)
        seen.append(len(ctx.session.scalars(with_session).all()))
        return {"type": "text", "text": "好"}

    monkeypatch.setitem(router.EVENTS, "message:sticker", acts)
    mei = crowd[0]
    sticker = {"type": "sticker", "id": "1", "packageId": "1", "stickerId": "2"}
    bring(
        shop,
        said("會員卡", now, source=by(mei)),
        made(now, source=by(mei), message=sticker),
    )
    shop.worker.drain()

    assert seen == [2]  # the welcome and the card


def test_somebody_new_is_enrolled_among_those_who_are_known(shop: Shop, crowd, now):
    stranger = {"type": "user", "userId": "U" + "9" * 32}
    bring(
        shop,
        said("會員卡", now, source=by(crowd[0])),
        said("會員卡", now, source=stranger),
        said("會員卡", now, source=by(crowd[1])),
    )
    shop.worker.drain()

    with shop.sessions() as session:
        query = select(Member.source).where(Member.line_user_id == stranger["userId"])
        assert session.scalars(query).all() == ["line"]
    assert len([each for each in bodies(shop) if "header" in each]) >= 3


@pytest.mark.parametrize("named", [True, False])
def test_staff_may_do_in_a_batch_what_they_may_do_alone(
    engine, sessions, programme, now, named: bool
):
    boss, member = "U" + "b" * 32, "U" + "d" * 32
    shop = Shop(engine, sessions, programme, now, owner=boss if named else None)
    if not named:
        with sessions.begin() as session:
            roles.grant(session, boss, Role.ORGANISER, by="test", now=now)
    for _ in range(2):  # at first they are new, then they are known
        bring(shop, *(said("/自動訊息", now, source=each(who)) for who in (boss, member)))
        while shop.worker.drain():
            pass
    shop.close()

    with sessions() as session:
        query = select(OutboxMessage.to_id, OutboxMessage.messages).order_by(OutboxMessage.id)
        last = dict(session.execute(query).all())
    assert "生日" in last[boss]
    assert "生日" not in last[member]


def each(who: str) -> dict[str, str]:
    return {"type": "user", "userId": who}


def test_a_command_that_reads_writes_nothing(shop: Shop, crowd, now):
    commands = {each for each in router.COMMANDS.values() if each.reads}
    assert commands

    for command in commands:
        bring(shop, said(command.usage, now, source=by(crowd[0])))
        with statements(shop.runtime.engine) as heard:
            shop.worker.drain()
        written = [
            words[2] if words[0] == "INSERT" else words[1]
            for each in heard
            if (words := each.split()) and words[0] in ("INSERT", "UPDATE", "DELETE")
        ]
        assert set(written) <= set(BOOKKEEPING), command.words[0]


def test_a_batch_holds_no_more_than_its_share(shop: Shop, crowd, now):
    most = inbox.AT_ONCE[shop.runtime.engine.dialect.name]
    bring(shop, *(said("會員卡", now, source=by(crowd[n % 6])) for n in range(most + 3)))

    assert [shop.worker.drain() for _ in range(3)] == [most, 3, 0]
