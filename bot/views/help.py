"""Help by situation, made from the commands themselves."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from bot.texts import _
from bot.views import kit
from bot.views.kit import Block, Message

A_CARD, A_CAROUSEL = 9, 10
# what is asked for most comes first: members see only the second line
FIRST = (
    *("今日", "開團", "訂單", "到貨", "團友"),
    *("訂購", "會員", "點數", "優惠券", "補貨", "客服", "隱私"),
    *("自動訊息", "店務"),
)


class Spoken(Protocol):
    """What help needs to know of a command."""

    @property
    def words(self) -> tuple[str, ...]: ...
    @property
    def topic(self) -> str: ...
    @property
    def help(self) -> str: ...
    @property
    def usage(self) -> str: ...
    @property
    def bare(self) -> bool: ...


def overview(commands: Sequence[Spoken]) -> list[Message]:
    """Everything one may say, by topic, in as many carousels as it takes."""
    listed = sorted((spoken for spoken in commands if spoken.topic), key=_turn)
    cards = [_entries(found) for found in _shared_out(listed)]
    shown = [
        kit.carousel(cards[start : start + A_CAROUSEL])
        for start in range(0, len(cards), A_CAROUSEL)
    ]
    choices = [kit.choice(_(word), word) for word in ("會員卡", "點數", "優惠券", "客服")]
    return [*shown[:-1], kit.with_choices(shown[-1], choices)]


def not_understood(guesses: Sequence[Spoken], *, turn: int) -> Message:
    """Another wording each time; a guess as a button, and always a way on."""
    if guesses:
        asked = (
            _("你是想看「{word}」嗎？按一下就可以。", word=guesses[0].words[0]),
            _("是不是想看「{word}」？按下面的按鈕，或換個說法。", word=guesses[0].words[0]),
        )
        sentence = asked[turn % len(asked)]
        words = [guess.usage.split()[0] for guess in guesses]
    else:
        sentences = (
            _("這句我還看不懂，可以按下面的按鈕，或輸入「說明」。"),
            _(
                "我可能會錯意了。要查點數、等級或優惠券，按下面就有；有別的事可以輸入「客服」加上內容。"
            ),
            _("還是沒看懂，不好意思。輸入「客服」加上想問的事，店家會回覆你。"),
        )
        sentence, words = sentences[turn % len(sentences)], []
    shown = [*words, "會員卡", "點數", "優惠券", "說明", "客服"]
    return kit.text(sentence, choices=[kit.choice(_(word), word) for word in dict.fromkeys(shown)])


def friendly(kind: str) -> Message:
    """A line for what is no text."""
    sentences = {
        "sticker": _("收到你的貼圖了！要看會員卡或點數，按下面就有。"),
        "image": _("收到圖片了。若是要給店家看的，請再輸入「客服」說明一下。"),
        "audio": _("我還聽不懂語音，麻煩用打字告訴我，謝謝。"),
        "video": _("收到影片了。若有問題，請輸入「客服」加上說明。"),
        "location": _("收到位置了。取貨地點請以店家的通知為準，有疑問請輸入「客服」。"),
        "file": _("收到檔案了。若有問題，請輸入「客服」加上說明。"),
    }
    sentence = sentences.get(kind, _("收到了！要看會員卡或點數，按下面就有。"))
    words = ("會員卡", "點數", "優惠券", "說明")
    return kit.text(sentence, choices=[kit.choice(_(word), word) for word in words])


def _turn(spoken: Spoken) -> tuple[int, bool]:
    """Topics in their order, and first in each the command that is called like it."""
    at = FIRST.index(spoken.topic) if spoken.topic in FIRST else len(FIRST)
    return at, spoken.words[0].removeprefix("/") != spoken.topic


def _shared_out(listed: Sequence[Spoken]) -> list[list[Spoken]]:
    """Topics kept whole on cards of at most A_CARD entries, if they fit on one."""
    by_topic: dict[str, list[Spoken]] = {}
    for spoken in listed:
        by_topic.setdefault(spoken.topic, []).append(spoken)
    cards: list[list[Spoken]] = []
    for found in by_topic.values():
        if not cards or len(cards[-1]) + len(found) > A_CARD:
            cards += [found[start : start + A_CARD] for start in range(0, len(found), A_CARD)]
        else:
            cards[-1] = cards[-1] + found
    return cards


def _entries(found: Sequence[Spoken]) -> Message:
    topics = "、".join(_(topic) for topic in dict.fromkeys(spoken.topic for spoken in found))
    blocks: list[Block] = []
    for spoken in found:
        blocks += [kit.rule(), _entry(spoken)] if blocks else [_entry(spoken)]
    return kit.card(topics, *blocks, size="kilo")


def _entry(spoken: Spoken) -> Block:
    """A command to tap; one that needs words opens the keyboard with its own in place."""
    word = spoken.words[0]
    action = kit.say(word) if spoken.bare else kit.begin(word, f"{word} ")
    return kit.column(
        kit.line(_(word), size="sm", weight="bold", color=kit.GREEN),
        kit.note(_(spoken.help)),
        spacing="xs",
        action=action,
    )
