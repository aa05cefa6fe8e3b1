"""中文 or English, whichever a member likes; at first it is their phone's."""

from bot.context import Context, Reply
from bot.router import NOTHING, Rest, command
from bot.texts import speaking
from bot.views import language as cards
from models import characters

TONGUES = {
    **dict.fromkeys(("中文", "繁體中文", "國語", "chinese"), "zh-TW"),
    **dict.fromkeys(("english", "英文", "英語"), "en"),
}


@command("語言", "language", topic="會員", careful=True, spaced=True, example="語言 English")
def switch(ctx: Context, tongue: Rest = NOTHING) -> Reply:
    """換成中文或英文（English）"""
    chosen = TONGUES.get(tongue.strip().casefold()) or _named(ctx.event.words or "")
    if chosen is None:
        return cards.which()
    ctx.member.language = chosen
    with speaking(chosen):
        return cards.switched()


def _named(said: str) -> str | None:
    """The one language that a sentence names: English, 換成中文."""
    plain = characters.traditional(said).casefold()
    found = {chosen for word, chosen in TONGUES.items() if word in plain}
    return found.pop() if len(found) == 1 else None
