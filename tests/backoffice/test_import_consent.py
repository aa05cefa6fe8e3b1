"""What members said themselves outweighs what a file says about them."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from models.people import consents, members
from models.people.members import Member
from tests.backoffice.files import line_id, members_csv
from tests.backoffice.people import MEI
from tests.backoffice.reports import mei, said


def test_a_friend_is_who_line_knows_and_who_has_not_left(bring, session):
    rows = (
        {"line_user_id": line_id(1), "external_id": "1"},
        {"line_user_id": line_id(2), "external_id": "2", "left_on": "2026-01-05"},
        {"external_id": "3"},
    )
    bring("members", members_csv(*rows))

    by_id = {m.external_id: m.is_friend for m in session.scalars(select(Member))}
    assert by_id == {"1": True, "2": False, "3": False}


def test_an_unfollow_outweighs_a_file(bring, session, now):
    bring("members", members_csv(MEI))
    members.set_friend(session, mei(session), friend=False, at=now)
    session.commit()

    bring("members", members_csv(MEI | {"name": "王小美"}))

    assert not mei(session).is_friend


def test_who_followed_again_has_not_left_whatever_an_old_file_says(bring, session, now):
    bring("members", members_csv(MEI | {"left_on": "2026-01-05"}))
    members.set_friend(session, mei(session), friend=True, at=now)
    session.commit()

    report = bring("members", members_csv(MEI | {"left_on": "2026-01-05"}))

    assert said(report) == (1, 0, 1, 0)
    assert mei(session).is_friend
    assert mei(session).left_on is None


def test_who_left_by_a_later_file_is_no_friend(bring, session):
    bring("members", members_csv(MEI))

    bring("members", members_csv(MEI | {"left_on": "2026-11-20"}))

    assert not mei(session).is_friend
    assert mei(session).left_on == date(2026, 11, 20)


@pytest.mark.parametrize(("consent", "allowed"), [("Y", True), ("N", False), ("", False)])
def test_blank_consent_is_no_and_y_is_every_marketing_topic(bring, session, consent, allowed):
    bring("members", members_csv(MEI | {"consent": consent}))

    for topic in consents.MARKETING:
        query = select(Member.id).where(consents.allows(topic))
        assert (session.scalar(query) is not None) == allowed


def test_consent_is_logged_once(bring, session):
    bring("members", members_csv(MEI))
    bring("members", members_csv(MEI))

    [entry] = session.scalars(select(consents.ConsentEntry))
    assert (entry.granted, entry.source, entry.topic) == (True, "import", "all")


def test_a_file_may_withdraw_consent_but_not_undo_what_a_member_said(bring, session, now):
    bring("members", members_csv(MEI | {"consent": "N"}))
    assert said(bring("members", members_csv(MEI)))[1] == 1

    consents.set_marketing(session, [mei(session).id], granted=False, source="chat", now=now)
    session.commit()

    assert said(bring("members", members_csv(MEI)))[2] == 1
    session.refresh(mei(session))
    assert not mei(session).marketing
