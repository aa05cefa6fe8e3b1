"""Finding the member that an organiser means."""

import pytest
from sqlalchemy import func, select, update

from models.people import aliases, members, search
from models.people.members import Member
from models.people.search import Nobody, Several
from tests.plans import Plans


@pytest.fixture
def people(session, now):
    """小美 with a phone and an alias, two 陳大文, 王小明 imported without LINE."""

    def member(name, **more):
        made = Member(name=name, joined_on=now.date(), created_at=now, **more)
        session.add(made)
        session.flush()
        return made

    mei = member("小美", line_user_id="U" + "1" * 32, external_id="A-17")
    members.set_phone(session, mei, "0912345678")
    aliases.remember(session, mei.id, "Mei  Ｃhen", source="facebook", now=now)
    aliases.remember(session, mei.id, "mei chen", source="facebook", now=now)
    wen = [member("陳大文"), member("陳大文")]
    return {"mei": mei, "wen": wen, "ming": member("王小明"), "amy": member("Amy 100%")}


def test_who_goes_by_exactly_this_is_found_in_any_way(session, people):
    mei = people["mei"]
    said = ["小美", "@小美", "0912-345-678", "+886 912 345 678", "a-17".upper()]
    said += [f"#{mei.id}", "MEI CHEN", "U" + "1" * 32]

    assert [search.named(session, each).name for each in said] == ["小美"] * len(said)
    assert aliases.of(session, mei.id) == ["Mei  Ｃhen"]


def test_a_part_of_a_name_will_do_if_it_is_one_persons(session, people):
    assert search.named(session, "小明") is people["ming"]
    assert search.named(session, "amy") is people["amy"]
    with pytest.raises(Several) as several:
        search.named(session, "小")
    assert several.value.candidates == [people["mei"], people["ming"]]


def test_a_whole_name_comes_before_a_part_of_another(session, people, now):
    session.add(Member(name="陳小美", joined_on=now.date(), created_at=now))

    assert search.named(session, "小美") is people["mei"]


@pytest.mark.parametrize("said", ["", " ", "@", "誰", "#999", "#12a", "100_", "0912", "' OR 1=1"])
def test_nobody_is_said_so(session, people, said):
    with pytest.raises(Nobody):
        search.named(session, said)


def test_each_of_several_becomes_a_button_that_says_it_again(session, people):
    first, second = people["wen"]

    with pytest.raises(Several) as several:
        search.named(session, "陳大文")

    assert several.value.leads("/收款 陳大文 500") == [
        (f"陳大文 #{first.id}", f"/收款 #{first.id} 500"),
        (f"陳大文 #{second.id}", f"/收款 #{second.id} 500"),
    ]
    assert several.value.leads("陳大文")[0][1] == f"#{first.id}"
    assert several.value.leads("/貼單 陳大文 " + "字" * 300) == []
    assert several.value.leads("/收款 別人") == []


def test_whoever_was_erased_is_nobody(session, people, now):
    session.execute(update(Member).where(Member.name == "小美").values(erased_at=now))

    for said in ("小美", f"#{people['mei'].id}", "0912345678"):
        with pytest.raises(Nobody):
            search.named(session, said)


def test_an_alias_forgotten_means_nobody(session, people):
    aliases.forget(session, people["mei"].id, "MEI chen")

    with pytest.raises(Nobody):
        search.named(session, "mei chen")


def test_a_guest_is_the_same_guest_by_the_same_name(session, people, now):
    guest = search.guest(session, " 隔壁  阿姨 ", now=now)

    assert search.guest(session, "隔壁 阿姨", now=now) is guest
    assert search.named(session, "隔壁 阿姨") is guest
    assert (guest.line_user_id, guest.marketing, guest.is_friend) == (None, False, False)
    assert search.guest(session, "小美", now=now) is not people["mei"]
    total = session.scalar(select(func.count()).where(Member.source == members.GUEST))
    assert total == 2


def test_whoever_is_named_is_found_by_an_index(engine, session, people):
    plans = Plans(engine)

    with plans.open():
        for said in ("小美", "0912345678", "#1", "mei chen"):
            search.named(session, said)
    session.commit()

    assert list(map(str, plans.scans())) == []
