"""LINE over HTTP."""

from __future__ import annotations

import http.client
import socket
import threading
import time
from collections.abc import Iterator
from typing import Any

import flask
import orjson
import pytest

from emulator.posting import Poster
from emulator.server import Server
from tests.emulator.channel import HELLO, RETRY_KEY, TOKEN, Channel
from tests.emulator.wire import ask

LINE = {"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/json"}


@pytest.fixture
def channel() -> Channel:
    return Channel()


@pytest.fixture
def server(channel: Channel) -> Iterator[Server]:
    with Server(channel.platform, fallback=shop()) as server:
        yield server


def shop() -> flask.Flask:
    application = flask.Flask("shop")

    @application.post("/callback")
    def callback() -> tuple[str, int]:
        body = flask.request.get_json()
        time.sleep(0.05 * len(body["events"]))
        return "OK", 200

    @application.route("/echo/<path:rest>", methods=["GET", "POST"])
    def echo(rest: str) -> flask.Response:
        answer = flask.jsonify(
            method=flask.request.method,
            rest=rest,
            query=flask.request.args.get("q"),
            header=flask.request.headers.get("X-Shop"),
            body=flask.request.get_data(as_text=True),
        )
        answer.set_cookie("a", "1")
        answer.set_cookie("b", "2")
        return answer

    @application.get("/dashboard")
    def dashboard() -> Any:
        return flask.redirect("/login")

    return application


def push(server: Server, channel: Channel, **headers: str) -> tuple[int, dict[str, str], bytes]:
    body = {"to": channel.mei, "messages": [HELLO]}
    return ask(server, "POST", "/v2/bot/message/push", body, {**LINE, **headers})


def test_an_answer_over_http_is_that_of_the_platform(server: Server, channel: Channel) -> None:
    status, headers, body = push(server, channel, **{"X-Line-Retry-Key": RETRY_KEY})

    assert status == 200
    assert headers["content-type"] == "application/json"
    assert orjson.loads(body)["sentMessages"]
    again, told, _ = push(server, channel, **{"X-Line-Retry-Key": RETRY_KEY})
    assert (again, told["x-line-accepted-request-id"]) == (409, headers["x-line-request-id"])


def test_both_hosts_are_on_one_port(server: Server, channel: Channel) -> None:
    channel.platform.send_file(channel.mei, "a.csv", b"1,2")
    item = channel.platform.chat(channel.mei)[-1]

    status, headers, body = ask(server, "GET", f"/v2/bot/message/{item.id}/content", headers=LINE)

    assert (status, body) == (200, b"1,2")
    assert headers["content-type"] == "application/octet-stream"
    assert ask(server, "GET", "/v2/bot/nothing", headers=LINE)[0] == 404


def test_a_body_too_large_is_refused_as_line_does(server: Server) -> None:
    body = b" " * (2 * 1024 * 1024 + 1)

    assert ask(server, "POST", "/v2/bot/message/push", body, LINE)[0] == 413


def test_a_broken_connection_gives_no_answer(server: Server, channel: Channel) -> None:
    channel.platform.faults.drop = 1.0

    with pytest.raises((http.client.RemoteDisconnected, ConnectionResetError)):
        push(server, channel)

    assert channel.platform.heard(channel.mei) == [HELLO]


def test_slow_answers_do_not_hold_up_others(server: Server, channel: Channel) -> None:
    channel.platform.faults.slow_ms = 300
    statuses: list[int] = []
    threads = [
        threading.Thread(target=lambda: statuses.append(push(server, channel)[0]))
        for _ in range(10)
    ]
    started = time.perf_counter()

    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert statuses == [200] * 10
    assert 0.3 <= time.perf_counter() - started < 2.5


def test_nothing_waits_for_small_packets(server: Server) -> None:
    """An answer of two parts on a connection kept open comes at once."""
    connection = http.client.HTTPConnection(server.host, server.port, timeout=10)
    taken = []
    for _ in range(25):
        started = time.perf_counter()
        connection.request("GET", "/v2/bot/info", headers=LINE)
        connection.getresponse().read()
        taken.append(time.perf_counter() - started)
    connection.close()

    # with Nagle's algorithm and delayed acknowledgements each takes 40 ms
    assert sorted(taken)[5] < 0.03


def test_webhooks_go_to_the_shop_behind_the_same_port(server: Server, channel: Channel) -> None:
    channel.platform.webhook_url = f"{server.url}/callback"
    channel.platform.webhook = Poster(lambda: channel.platform.webhook_url)
    path = f"/_emulator/people/{channel.mei}/say"
    threads = [
        threading.Thread(target=lambda: ask(server, "POST", path, {"text": "點數"}))
        for _ in range(40)
    ]

    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    webhooks = [each for each in channel.platform.log if each.direction == "webhook"][-40:]
    assert {each.status for each in webhooks} == {200}


def test_a_webhook_trial_over_http_reaches_the_shop(server: Server, channel: Channel) -> None:
    channel.platform.webhook_url = f"{server.url}/callback"
    channel.platform.webhook = Poster(lambda: channel.platform.webhook_url)

    _, _, body = ask(server, "POST", "/v2/bot/channel/webhook/test", {}, LINE)

    assert orjson.loads(body)["reason"] == "OK"


def test_other_paths_are_the_shops(server: Server) -> None:
    status, headers, body = ask(
        server, "POST", "/echo/%E8%8A%92%E6%9E%9C?q=%2B1", b"hello", {"X-Shop": "yes"}
    )

    assert status == 200
    assert orjson.loads(body) == {
        "method": "POST",
        "rest": "芒果",
        "query": "+1",
        "header": "yes",
        "body": "hello",
    }
    assert headers["content-type"] == "application/json"
    assert ask(server, "GET", "/dashboard")[1]["location"] == "/login"
    assert ask(server, "GET", "/nothing")[0] == 404


def test_every_cookie_of_the_shop_is_passed_on(server: Server) -> None:
    connection = http.client.HTTPConnection(server.host, server.port, timeout=10)
    connection.request("GET", "/echo/x")
    answer = connection.getresponse()
    answer.read()
    connection.close()

    assert len(answer.msg.get_all("Set-Cookie") or []) == 2


def test_without_a_shop_other_paths_are_empty(channel: Channel) -> None:
    with Server(channel.platform) as server:
        status, _, body = ask(server, "GET", "/dashboard")

    assert status == 404
    assert orjson.loads(body)["message"]


def test_the_chat_page_and_its_files_are_served(server: Server) -> None:
    status, headers, body = ask(server, "GET", "/")

    assert status == 200
    assert headers["content-type"].startswith("text/html")
    assert b"/_emulator/static/" in body
    assert ask(server, "GET", "/_emulator/static/index.html")[0] == 200
    assert ask(server, "GET", "/_emulator/static/../server.py")[0] == 404


def test_a_taken_port_is_told() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()

        with pytest.raises(OSError, match=str(taken.getsockname()[1])):
            Server(Channel().platform, port=taken.getsockname()[1]).start()


def test_a_server_can_be_stopped_and_its_port_used_again(channel: Channel) -> None:
    with Server(channel.platform) as first:
        port = first.port
    with Server(channel.platform, port=port) as second:
        assert ask(second, "GET", "/v2/bot/info", headers=LINE)[0] == 200
    assert channel.platform.listeners == []


def test_what_was_not_answered_is_brought_again_by_itself(channel: Channel) -> None:
    channel.platform.redelivery, channel.status = True, 503
    channel.platform.say(channel.mei, "點數")
    count = len(channel.bodies)

    with Server(channel.platform):
        channel.status, channel.tick = 200, 60.0
        ends = time.monotonic() + 5
        while len(channel.bodies) == count and time.monotonic() < ends:
            time.sleep(0.02)

    assert channel.events[-1]["deliveryContext"] == {"isRedelivery": True}
