"""Rich menus: made, shown, replaced."""

from __future__ import annotations

import pytest

from emulator.menus import MOST, RichMenu
from tests.emulator.channel import STRANGER, Channel, refusal, told
from tests.emulator.pictures import MENU, add_menu, picture, upload

DEFAULT = "/v2/bot/user/all/richmenu"
NO_IMAGE = (400, "must upload richmenu image before applying it to user")


def own(user_id: str) -> str:
    return f"/v2/bot/user/{user_id}/richmenu"


def seen(channel: Channel, user_id: str) -> str | None:
    person = channel.platform.person(user_id)
    menu = channel.platform.menus.shown(person.menu, person.switched_menu)
    return menu.id if menu else None


def test_a_menu_is_made_listed_and_deleted() -> None:
    channel = Channel()
    menu = add_menu(channel, image=False)
    path = f"/v2/bot/richmenu/{menu}"

    assert told(channel.ask("GET", path)) == {"richMenuId": menu, **MENU}
    assert told(channel.ask("GET", "/v2/bot/richmenu/list"))["richmenus"] == [
        {"richMenuId": menu, **MENU}
    ]
    assert channel.ask("DELETE", path).status == 200
    assert channel.ask("DELETE", path).status == channel.ask("GET", path).status == 404


def test_an_account_has_at_most_a_thousand_menus() -> None:
    channel = Channel()
    for number in range(MOST - 1):
        channel.platform.menus.all[str(number)] = RichMenu(str(number), MENU)

    assert channel.ask("POST", "/v2/bot/richmenu", MENU).status == 200
    assert channel.ask("POST", "/v2/bot/richmenu", MENU).status == 400


@pytest.mark.parametrize(
    ("data", "media_type", "status"),
    [
        (picture(), "image/png", 200),
        (picture(form="JPEG"), "image/jpeg; charset=x", 200),
        (picture(), "image/jpeg", 400),
        (picture(), "image/gif", 415),
        (picture(), "", 415),
        (picture(799, 540), "image/png", 400),
        (picture(2501, 540), "image/png", 400),
        (picture(800, 249), "image/png", 400),
        (picture(800, 552), "image/png", 400),
        (b"no picture", "image/png", 400),
        (b"", "image/png", 400),
        (picture() + b"\0" * 1024 * 1024, "image/png", 413),
    ],
)
def test_a_picture_must_be_one_line_takes(data: bytes, media_type: str, status: int) -> None:
    channel = Channel()

    assert upload(channel, add_menu(channel, image=False), data, media_type) == status


def test_a_picture_is_never_replaced() -> None:
    channel = Channel()
    menu = add_menu(channel)
    path = f"/v2/bot/richmenu/{menu}/content"

    assert upload(channel, menu, picture()) == 400
    assert channel.ask("GET", path, data=True).body == picture()
    assert channel.ask("GET", path).status == 404
    assert upload(channel, "richmenu-0", picture()) == 404


def test_a_menu_without_picture_cannot_be_shown() -> None:
    channel = Channel()
    menu = add_menu(channel, image=False)
    path = f"/v2/bot/richmenu/{menu}/content"

    assert refusal(channel.ask("POST", f"{DEFAULT}/{menu}")) == NO_IMAGE
    assert refusal(channel.ask("POST", f"{own(channel.mei)}/{menu}")) == NO_IMAGE
    body = {"richMenuAliasId": "a", "richMenuId": menu}
    assert refusal(channel.ask("POST", "/v2/bot/richmenu/alias", body)) == NO_IMAGE
    assert channel.ask("GET", path, data=True).status == 404
    assert channel.ask("POST", f"{DEFAULT}/richmenu-0").status == 404


def test_everybody_sees_the_default_menu_until_they_get_their_own() -> None:
    channel = Channel()
    common, special = add_menu(channel), add_menu(channel)
    assert refusal(channel.ask("GET", DEFAULT)) == (404, "no default richmenu")

    assert channel.ask("POST", f"{DEFAULT}/{common}").status == 200
    assert channel.ask("POST", f"{own(channel.mei)}/{special}").status == 200

    assert told(channel.ask("GET", DEFAULT)) == {"richMenuId": common}
    assert told(channel.ask("GET", own(channel.mei))) == {"richMenuId": special}
    assert (seen(channel, channel.mei), seen(channel, channel.lin)) == (special, common)
    none = (404, "the user has no richmenu")
    assert refusal(channel.ask("GET", own(channel.lin))) == none
    assert channel.ask("DELETE", own(channel.mei)).status == 200
    assert refusal(channel.ask("GET", own(channel.mei))) == none
    assert channel.ask("DELETE", DEFAULT).status == 200
    assert seen(channel, channel.mei) is None


def test_who_is_no_friend_gets_no_menu_and_nobody_is_told() -> None:
    channel = Channel()
    menu = add_menu(channel)
    channel.platform.unfollow(channel.lin)

    for user_id in (channel.tu, channel.lin, STRANGER):
        assert channel.ask("POST", f"{own(user_id)}/{menu}").status == 200
        assert channel.ask("GET", own(user_id)).status == 404


def test_many_get_a_menu_at_once_or_nobody() -> None:
    channel = Channel()
    menu = add_menu(channel)
    path, both = "/v2/bot/richmenu/bulk/", [channel.mei, channel.lin]

    wrong = channel.ask("POST", f"{path}link", {"richMenuId": menu, "userIds": [*both, "x"]})
    assert refusal(wrong) == (
        400,
        "The property, 'userIds[2]', in the request body is invalid (line: -, column: -)",
    )
    assert seen(channel, channel.mei) is None
    linked = channel.ask("POST", f"{path}link", {"richMenuId": menu, "userIds": both})
    assert linked.status == 202
    assert seen(channel, channel.mei) == seen(channel, channel.lin) == menu
    assert channel.ask("POST", f"{path}unlink", {"userIds": both}).status == 202
    assert seen(channel, channel.mei) is None
    many = [channel.mei] * 501
    assert channel.ask("POST", f"{path}unlink", {"userIds": many}).status == 400


def test_a_batch_moves_everybody_from_where_they_were() -> None:
    channel = Channel()
    first, second = add_menu(channel), add_menu(channel)
    for user_id, menu in ((channel.mei, first), (channel.lin, second)):
        channel.ask("POST", f"{own(user_id)}/{menu}")
    swap = [
        {"type": "link", "from": first, "to": second},
        {"type": "link", "from": second, "to": first},
    ]

    answer = channel.ask("POST", "/v2/bot/richmenu/batch", {"operations": swap})

    assert answer.status == 202
    assert (seen(channel, channel.mei), seen(channel, channel.lin)) == (second, first)
    request_id = answer.headers["X-Line-Request-Id"]
    path = "/v2/bot/richmenu/progress/batch?requestId="
    assert told(channel.ask("GET", path + request_id))["phase"] == "succeeded"
    assert channel.ask("GET", path + "x").status == 400
    unlink = {"operations": [{"type": "unlink", "from": first}]}
    assert channel.ask("POST", "/v2/bot/richmenu/batch", unlink).status == 202
    assert (seen(channel, channel.mei), seen(channel, channel.lin)) == (second, None)
    everybody = {"operations": [{"type": "unlinkAll"}]}
    assert channel.ask("POST", "/v2/bot/richmenu/batch", everybody).status == 202
    assert seen(channel, channel.mei) is None


def test_a_batch_from_or_to_no_menu_is_refused() -> None:
    channel = Channel()
    menu = add_menu(channel)

    for operation in (
        {"type": "unlink", "from": "x"},
        {"type": "link", "from": menu, "to": "x"},
    ):
        body = {"operations": [operation]}
        assert channel.ask("POST", "/v2/bot/richmenu/batch", body).status == 400


def test_an_alias_is_made_once_changed_and_deleted() -> None:
    channel = Channel()
    first, second = add_menu(channel), add_menu(channel)
    path = "/v2/bot/richmenu/alias"
    body = {"richMenuAliasId": "page-a", "richMenuId": first}

    assert channel.ask("POST", path, body).status == 200
    assert refusal(channel.ask("POST", path, body)) == (400, "conflict richmenu alias id")
    assert channel.ask("POST", f"{path}/page-a", {"richMenuId": second}).status == 200
    assert told(channel.ask("GET", f"{path}/page-a"))["richMenuId"] == second
    assert len(told(channel.ask("GET", f"{path}/list"))["aliases"]) == 1
    assert channel.ask("DELETE", f"{path}/page-a").status == 200
    for method in ("GET", "DELETE"):
        assert channel.ask(method, f"{path}/page-a").status == 404
    assert channel.ask("POST", path, {**body, "richMenuAliasId": "Page A"}).status == 400


def test_an_account_has_at_most_a_thousand_aliases() -> None:
    channel = Channel()
    menu = add_menu(channel)
    channel.platform.menus.aliases.update({str(number): menu for number in range(MOST)})

    body = {"richMenuAliasId": "one-more", "richMenuId": menu}

    assert channel.ask("POST", "/v2/bot/richmenu/alias", body).status == 400
