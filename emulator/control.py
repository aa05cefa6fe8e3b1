"""The control API: what the chat page, tests and the demo do with the emulator.

Everything under `/_emulator` is JSON; a refusal is a 4xx with one sentence.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeAlias

import orjson
from aiohttp import web
from aiohttp.helpers import content_disposition_header

from emulator import views
from emulator.acts import ACTS, Given
from emulator.platform import Platform
from emulator.world import Impossible

PREFIX = "/_emulator"
LONGEST_WAIT = 20.0
Handler: TypeAlias = Callable[[web.Request], Awaitable[web.StreamResponse]]
TimeTravel: TypeAlias = Callable[[dict[str, Any]], dict[str, Any]]


class Control:
    """Belongs to the loop it is made in; acts of people run in `threads`."""

    def __init__(
        self, platform: Platform, threads: ThreadPoolExecutor, time_travel: TimeTravel | None
    ) -> None:
        self._platform, self._threads, self._time_travel = platform, threads, time_travel
        self._loop = asyncio.get_running_loop()
        self._changed, self._closed = asyncio.Event(), False
        platform.listeners.append(self._wake)

    def close(self) -> None:
        """Stop listening to the platform, and let go of everybody who waits."""
        self._platform.listeners.remove(self._wake)
        self._closed = True
        self._changed.set()

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get(f"{PREFIX}/state", answered(self._state)),
            web.get(f"{PREFIX}/chat/{{chat}}", answered(self._chat)),
            web.get(f"{PREFIX}/log", answered(self._log)),
            web.get(f"{PREFIX}/wait", answered(self._wait)),
            web.get(f"{PREFIX}/content/{{message}}", answered(self._content)),
            web.get(f"{PREFIX}/richmenu/{{menu}}.png", answered(self._menu_image)),
            web.post(f"{PREFIX}/people", answered(self._add_person)),
            web.post(f"{PREFIX}/groups", answered(self._add_group)),
            web.post(f"{PREFIX}/people/{{person}}/{{act}}", answered(self._act)),
            web.post(f"{PREFIX}/time", answered(self._time)),
            web.post(f"{PREFIX}/faults", answered(self._faults)),
            web.route("*", f"{PREFIX}/{{tail:.*}}", answered(nothing_here)),
        ]

    async def _state(self, request: web.Request) -> Any:
        del request
        return views.state(self._platform, time_travel=self._time_travel is not None)

    async def _chat(self, request: web.Request) -> Any:
        return views.chat(self._platform, request.match_info["chat"], after(request))

    async def _log(self, request: web.Request) -> Any:
        return views.log(self._platform, after(request))

    async def _wait(self, request: web.Request) -> Any:
        """Answer as soon as anything changed since `after`."""
        seen, ends = after(request), self._loop.time() + LONGEST_WAIT
        while not self._closed and self._platform.seq <= seen:
            self._changed.clear()
            left = ends - self._loop.time()
            if self._platform.seq > seen or left <= 0:
                break
            try:
                async with asyncio.timeout(left):  # wait_for may lose a cancellation
                    await self._changed.wait()
            except TimeoutError:
                break
        return {"seq": self._platform.seq}

    async def _add_person(self, request: web.Request) -> Any:
        body = await read(request)
        name = body.get("name")
        if not isinstance(name, str) or not name.strip():
            raise Impossible("請給這個人一個名字。")
        made = self._platform.add_user(
            name.strip(), user_id=body.get("id"), label=str(body.get("label", ""))
        )
        return {"id": made}

    async def _add_group(self, request: web.Request) -> Any:
        body = await read(request)
        name, members = str(body.get("name", "")), body.get("members", [])
        return {"id": await self._in_thread(lambda: self._platform.add_group(name, members))}

    async def _act(self, request: web.Request) -> Any:
        act = ACTS.get(request.match_info["act"])
        if act is None:
            raise Missing("沒有這種動作。")
        given = await read_given(request)
        person = self._platform.person(request.match_info["person"]).id
        return {"event": await self._in_thread(lambda: act(self._platform, person, given))}

    async def _time(self, request: web.Request) -> Any:
        travel = self._time_travel
        if travel is None:
            return web.json_response(
                {"message": "這個模擬器跟著真實時間走，不能調整。"}, status=409
            )
        body = await read(request)
        found = await self._in_thread(lambda: travel(body))
        self._platform.changed()
        return found

    async def _faults(self, request: web.Request) -> Any:
        self._platform.faults.set(await read(request))
        self._platform.changed()
        return self._platform.faults.as_dict()

    async def _content(self, request: web.Request) -> web.StreamResponse:
        found = self._platform.received.get(request.match_info["message"])
        if found is None or found.content is None or found.content.gone:
            raise Missing("沒有這個檔案，或已收回。")
        # what people send is shown or saved, never run
        headers = {"Content-Security-Policy": "sandbox", "X-Content-Type-Options": "nosniff"}
        if name := found.item.message.get("fileName"):
            headers["Content-Disposition"] = content_disposition_header("attachment", name=name)
        content = found.content
        return web.Response(body=content.data, content_type=content.media_type, headers=headers)

    async def _menu_image(self, request: web.Request) -> web.StreamResponse:
        menu = self._platform.menus.all.get(request.match_info["menu"])
        if menu is None or menu.image is None:
            raise Missing("沒有這張選單圖片。")
        return web.Response(body=menu.image, content_type=menu.media_type)

    async def _in_thread(self, act: Callable[[], Any]) -> Any:
        return await self._loop.run_in_executor(self._threads, act)

    def _wake(self) -> None:
        if not self._changed.is_set():
            # the loop may end while somebody still speaks
            with contextlib.suppress(RuntimeError):
                self._loop.call_soon_threadsafe(self._changed.set)


class Missing(LookupError):
    """Nothing is at this address."""


async def nothing_here(request: web.Request) -> Any:
    raise Missing(f"沒有這個網址：{request.path}")


def answered(handler: Callable[[web.Request], Awaitable[Any]]) -> Handler:
    """Send what a handler returns as JSON, and what it refuses as a sentence."""

    async def answer(request: web.Request) -> web.StreamResponse:
        try:
            found = await handler(request)
        except Missing as missing:
            return web.json_response({"message": str(missing)}, status=404)
        except ValueError as refused:
            return web.json_response({"message": str(refused)}, status=400)
        if isinstance(found, web.StreamResponse):
            return found
        return web.Response(body=orjson.dumps(found), content_type="application/json")

    return answer


def after(request: web.Request) -> int:
    """The `after` of a query; 0 if it is missing or no number."""
    written = request.query.get("after", "0")
    return int(written) if written.isascii() and written.isdecimal() else 0


async def read(request: web.Request) -> dict[str, Any]:
    """The JSON object of a request, `{}` if there is no body.

    Raises:
        Impossible: it is none.
    """
    body = await request.read()
    try:
        found = orjson.loads(body or b"{}")
    except orjson.JSONDecodeError:
        found = None
    if not isinstance(found, dict):
        raise Impossible("請求內容不是 JSON 物件。")
    return found


async def read_given(request: web.Request) -> Given:
    """What an act is given: JSON, or a form with one file."""
    if not request.content_type.startswith("multipart/"):
        return Given(await read(request))
    values: dict[str, Any] = {}
    given = Given(values)
    for name, field in (await request.post()).items():
        if isinstance(field, web.FileField):
            given = Given(values, field.file.read(), field.filename, field.content_type)
        else:
            values[name] = field
    return given
