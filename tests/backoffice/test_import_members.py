"""Members come in once, however often their file does."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import func, select

from backoffice import imports
from backoffice.imports.member_changes import Change, arrival
from backoffice.imports.member_writing import write
from backoffice.imports.rows import Busy
from models.base import vault
from models.loyalty import points
from models.people import members, search, tags
from models.people.members import Member
from tests.backoffice.files import MEMBER_COLUMNS, csv_of, line_id, members_csv, xlsx_of
from tests.backoffice.people import MEI
from tests.backoffice.reports import mei, only, said


def test_a_new_member_comes_with_everything_the_file_says(bring, session, now):
    report = bring("members", members_csv(MEI))

    member = mei(session)
    assert said(report) == (1, 1, 0, 0)
    assert (member.name, member.line_user_id) == ("小美", line_id(1))
    assert (member.birth_year, member.birth_month, member.birth_day) == (1990, 2, 28)
    assert member.joined_on == date(2025, 3, 5)
    assert member.is_friend
    assert member.marketing
    assert vault(session).open(member.phone_sealed) == "0912345678"
    assert "0912345678" not in member.phone_sealed
    assert vault(session).open(member.email_sealed) == "mei@example.com"
    assert tags.of(session, member.id) == ["母嬰", "美妝"]
    assert points.balance(session, member.id, now).available == 120
    assert search.named(session, "0912345678").id == member.id


def test_a_dry_run_writes_nothing(bring, session):
    report = bring("members", members_csv(MEI), commit=False)

    assert said(report) == (1, 1, 0, 0)
    assert not report.committed
    assert session.scalar(select(func.count(Member.id))) == 0


def test_the_same_file_again_is_unchanged(bring, session, now):
    bring("members", members_csv(MEI))

    report = bring("members", members_csv(MEI), at=now + timedelta(days=40))

    assert said(report) == (1, 0, 1, 0)
    assert points.balance(session, mei(session).id, now).available == 120


def test_the_report_in_json_has_exactly_these_keys(bring):
    good = bring("members", members_csv(MEI))
    bad = bring("members", members_csv({"phone": "123"}))

    assert good.json() == ('{"rows":1,"accepted":1,"unchanged":0,"rejected":[],"committed":true}')
    assert bad.json() == (
        '{"rows":1,"accepted":0,"unchanged":0,"rejected":[{"row":2,"column":"phone",'
        '"reason":"電話號碼是 09 開頭的 10 個數字，市話請加區碼，國外請以 + 和國碼開頭。"}],'
        '"committed":false}'
    )


def test_one_wrong_row_keeps_the_whole_file_out(bring, session):
    report = bring("members", members_csv(MEI, {"external_id": "8", "birthday": "1990-02-30"}))

    assert only(report) == (3, "birthday")
    assert said(report) == (2, 1, 0, 1)
    assert session.scalar(select(func.count(Member.id))) == 0


def test_what_a_file_corrects_is_accepted_and_what_it_leaves_blank_stays(bring, session):
    bring("members", members_csv(MEI))
    corrected = {"line_user_id": line_id(1), "name": "王小美", "phone": "", "birthday": "03-01"}

    report = bring("members", members_csv(corrected | {"tags": "團媽", "email": "x@example.com"}))

    member = mei(session)
    assert said(report) == (1, 1, 0, 0)
    assert member.name == "王小美"
    assert (member.birth_year, member.birth_month, member.birth_day) == (1990, 3, 1)
    assert vault(session).open(member.phone_sealed) == "0912345678"
    assert vault(session).open(member.email_sealed) == "x@example.com"
    assert tags.of(session, member.id) == ["團媽", "母嬰", "美妝"]


@pytest.mark.parametrize("key", ["line_user_id", "external_id", "phone"])
def test_a_member_is_recognised_by_any_of_three_names(bring, session, key):
    bring("members", members_csv(MEI))

    report = bring("members", members_csv({key: MEI[key], "name": "王小美"}))

    assert said(report) == (1, 1, 0, 0)
    assert mei(session).name == "王小美"
    assert session.scalar(select(func.count(Member.id))) == 1


def test_a_member_met_on_line_gets_the_old_systems_number(bring, session, now):
    members.enrol(session, line_id(1), now=now, today=date(2026, 11, 24))
    session.commit()

    bring("members", members_csv({"line_user_id": line_id(1), "external_id": "7"}))

    assert mei(session).line_user_id == line_id(1)


def test_a_row_that_names_two_members_is_rejected(bring):
    bring("members", members_csv(MEI, {"external_id": "8", "phone": "0922222222"}))

    report = bring("members", members_csv({"external_id": "7", "phone": "0922222222"}))

    assert only(report) == (2, "phone")


def test_a_member_keeps_the_ids_they_have(bring):
    bring("members", members_csv(MEI))

    report = bring("members", members_csv({"line_user_id": line_id(1), "external_id": "9"}))

    assert only(report) == (2, "external_id")


def test_two_rows_about_one_person_must_say_the_same(bring):
    again = members_csv(MEI, MEI)
    otherwise = members_csv(MEI, {"external_id": "7", "name": "小林"})

    assert said(bring("members", again)) == (2, 1, 1, 0)
    assert only(bring("members", otherwise)) == (3, None)


def test_two_new_rows_may_not_share_a_phone(bring):
    rows = (
        {"external_id": "8", "phone": "0922222222"},
        {"external_id": "9", "phone": "922222222"},
    )

    assert only(bring("members", members_csv(*rows))) == (3, None)


def test_an_opening_balance_is_credited_once_and_another_is_rejected(bring, session, now):
    bring("members", members_csv({"external_id": "7"}))
    bring("members", members_csv({"external_id": "7", "points": "120"}))

    report = bring("members", members_csv({"external_id": "7", "points": "121"}))

    assert only(report) == (2, "points")
    assert said(bring("members", members_csv({"external_id": "7", "points": "120"})))[2] == 1
    assert points.balance(session, mei(session).id, now).available == 120


@pytest.mark.parametrize(
    ("row", "column"),
    [
        ({"name": "小美"}, None),
        ({"external_id": "8", "joined_on": "2026-11-25"}, "joined_on"),
        ({"external_id": "8", "left_on": "2026-11-25"}, "left_on"),
        ({"external_id": "8", "joined_on": "2026-03-05", "left_on": "2026-03-04"}, "left_on"),
        ({"external_id": "8", "birthday": "2026-11-25"}, "birthday"),
        ({"external_id": "8", "points": "-1"}, "points"),
        ({"external_id": "8", "name": "=1+1"}, "name"),
        ({"external_id": "8", "name": "＝1+1"}, "name"),
        ({"external_id": "8", "tags": "a;@b"}, "tags"),
        ({"external_id": "8", "name": "a\0b"}, "name"),
        ({"external_id": "8", "consent": "maybe"}, "consent"),
        ({"line_user_id": "小美", "external_id": "8"}, "line_user_id"),
        ({"external_id": "8", "email": "mei"}, "email"),
        ({"external_id": "x" * 65}, "external_id"),
    ],
)
def test_each_thing_that_cannot_be_is_rejected_with_row_and_column(bring, row, column):
    report = bring("members", csv_of([MEMBER_COLUMNS, [row.get(c, "") for c in MEMBER_COLUMNS]]))

    assert only(report) == (2, column)


def test_today_in_taipei_is_not_later_than_now(bring):
    early = datetime(2026, 11, 24, 16, 30, tzinfo=UTC)

    report = bring(
        "members", members_csv({"external_id": "8", "joined_on": "2026-11-25"}), at=early
    )

    assert report.committed


def test_a_workbook_gives_phones_their_zero_back(bring, session):
    bring(
        "members",
        xlsx_of([["external_id", "phone", "birthday"], [7, 912345678, date(1990, 3, 5)]]),
    )

    assert vault(session).open(mei(session).phone_sealed) == "0912345678"
    assert mei(session).birth_month == 3


def test_an_id_that_somebody_took_since_the_check_stops_the_import(bring, session, now, programme):
    bring("members", members_csv({"external_id": "9", "phone": "0922222222"}))
    checked_before = arrival({"external_id": "8", "phone": "0922222222"}, now)

    with pytest.raises(Busy):
        write(session, [checked_before], now=now, programme=programme, progress=None)


def test_a_phone_that_somebody_took_since_the_check_stops_the_import(
    bring, session, now, programme
):
    bring(
        "members", members_csv({"external_id": "8"}, {"external_id": "9", "phone": "0922222222"})
    )
    member = session.scalars(select(Member).where(Member.external_id == "8")).one()
    checked_before = Change(member_id=member.id, phone="0922222222")

    with pytest.raises(Busy):
        write(session, [checked_before], now=now, programme=programme, progress=None)
    session.rollback()


def test_progress_is_told_while_rows_are_checked_and_written(session, now, programme):
    heard = []

    imports.run(
        session,
        "members",
        members_csv(*({"external_id": str(n)} for n in range(1_001))),
        "f",
        now=now,
        programme=programme,
        commit=True,
        progress=lambda *said: heard.append(said),
    )

    assert heard == [
        ("檢查", 0, 1001),
        ("檢查", 1000, 1001),
        ("寫入", 1000, 1001),
        ("寫入", 1001, 1001),
    ]


def test_only_members_and_orders_can_be_imported(bring):
    with pytest.raises(imports.NoSuchKind):
        bring("coupons", b"")
