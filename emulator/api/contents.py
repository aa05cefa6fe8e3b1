"""What people sent: pictures, films, recordings, files."""

from __future__ import annotations

from bot.line import Response
from emulator.api.registry import endpoint
from emulator.calls import Call, Refused, not_found, ok
from emulator.chats import Content
from emulator.courier import Courier

PATH = "/v2/bot/message/{messageId}/content"


@endpoint("GET", PATH, "getMessageContent", data=True)
def content(world: Courier, call: Call) -> Response:
    """The bytes as sent; recordings and films are not ready at the first request."""
    found = asked(world, call)
    if found.waits > 0:
        found.waits -= 1
        return Response(202, {}, b"")
    return Response(200, {"Content-Type": found.media_type}, found.data)


@endpoint("GET", f"{PATH}/preview", "getMessageContentPreview", data=True)
def preview(world: Courier, call: Call) -> Response:
    """Of pictures and films; the emulator shows the whole picture."""
    found = asked(world, call)
    if not found.media_type.startswith(("image/", "video/")):
        raise not_found("not found")
    media_type = found.media_type if found.media_type.startswith("image/") else "image/jpeg"
    return Response(200, {"Content-Type": media_type}, found.data)


@endpoint("GET", f"{PATH}/transcoding", "getMessageContentTranscodingByMessageId", data=True)
def transcoding(world: Courier, call: Call) -> Response:
    found = asked(world, call)
    if not found.media_type.startswith(("audio/", "video/")):
        raise not_found("not found")
    status = "processing" if found.waits > 0 else "succeeded"
    # whoever asks only here must come to an end as well
    found.waits = max(found.waits - 1, 0)
    return ok({"status": status})


def asked(world: Courier, call: Call) -> Content:
    """The content of the path's message.

    Raises:
        Refused: there is none, or it was taken back.
    """
    received = world.received.get(call.arguments["messageId"])
    if received is None or received.content is None:
        raise not_found("not found")
    if received.content.gone:
        raise Refused(410, "The content is gone")
    return received.content
