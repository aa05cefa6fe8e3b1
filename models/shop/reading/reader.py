"""One message, one reading: an order, a change, a cancellation, a question to ask, or none.

Pure: the same words with the same things open and the same order before always read
the same. Whatever the text, this answers and never raises.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from models.shop.reading import cues, judgement, lists, numerals, slips, wishes
from models.shop.reading.cancels import cancelled
from models.shop.reading.changes import changed
from models.shop.reading.clauses import Message, divided
from models.shop.reading.elements import Element, gathered
from models.shop.reading.facts import (
    NONE,
    Chat,
    Expect,
    Item,
    Line,
    Missing,
    Reading,
    Unclear,
)
from models.shop.reading.lexicon import SIZE, Lexicon, compiled
from models.shop.reading.persons import with_persons
from models.shop.reading.phrases import phrased
from models.shop.reading.resolution import Scope, lines
from models.shop.reading.settling import settled
from models.shop.reading.tokens import tokens
from models.shop.reading.writing import LONGEST, Folded, each, fold

Recogniser = Callable[[str], str | None]
GROUP_COMMANDS = frozenset({"團購"})
OWN_NAMES = frozenset(each("老闆 老闆娘 團主 團媽 團爸 團友 小編 主揪 團長"))
CHANGES = set("syzmni")
WEAK = set("dxcW")


@dataclass(frozen=True)
class Setting:
    """Where a message was written, and what its reader may know.

    `items` are what is open there; `quotes` the code of the item whose card is quoted,
    `quotes_chat` whether ordinary chat is; `writer` and `names` are who writes and whom
    the group knows; `recognise` gives the canonical command that a text calls.
    """

    items: tuple[Item, ...]
    chat: Chat = Chat.GROUP
    had: tuple[Line, ...] = ()
    quotes: str | None = None
    quotes_chat: bool = False
    writer: str = ""
    names: frozenset[str] = frozenset()
    shop: frozenset[str] = OWN_NAMES
    recognise: Recogniser | None = None


def read(text: str, setting: Setting) -> Reading:
    """How `text` reads in this setting."""
    if not text.strip() or len(text) > LONGEST:
        return NONE
    command = setting.recognise(text) if setting.recognise else None
    if command is not None and (setting.chat is Chat.DIRECT or command in GROUP_COMMANDS):
        return Reading(Expect.COMMAND, command=command)
    folded = Folded(text)
    lexicon = compiled(setting.items)
    try:
        return _read(folded, setting, lexicon)
    except Unclear as unclear:
        return Reading(Expect.ASK, missing=unclear.missing)


def _read(folded: Folded, setting: Setting, lexicon: Lexicon) -> Reading:
    text = folded.text
    if text.lstrip().startswith("/"):
        return NONE
    if lists.reposted(text, setting.writer) or wishes.same_again(text):
        raise Unclear(Missing.TARGET)
    names = setting.names | ({setting.writer} if setting.writer else frozenset())
    found = with_persons(settled(tokens(text, lexicon, names), lexicon, setting.shop), folded)
    message = divided(found, text)
    elements = _own(gathered(message.core, lexicon), setting.writer)
    scope = Scope(lexicon, lexicon.codes.get(fold(setting.quotes or "")), setting.had)
    return _judged(elements, message, setting, scope, text)


def _own(elements: list[Element], writer: str) -> list[Element]:
    """The writer's own name is the writer."""
    if not writer:
        return elements
    return [
        each._replace(text="") if each.kind == "W" and fold(each.text) == writer else each
        for each in elements
    ]


def _judged(
    elements: list[Element], message: Message, setting: Setting, scope: Scope, text: str
) -> Reading:
    """Which kind of wish it is, if any."""
    if not setting.had:
        elements = _undeclined(elements)
    kinds = {element.kind for element in elements}
    if kinds & {"x", "d"} and "s" not in kinds:
        return _taken_back(elements, message, setting, scope)
    if setting.had and cues.OTHER_KIND.search(text):
        raise Unclear(Missing.TARGET)
    before = [talk.text for talk in message.talk if talk.before]
    if not setting.had and any(map(cues.DECLINE.search, before)):
        return NONE
    slipped = _slipped(message, setting, scope.lexicon)
    if not _says_something(elements, kinds, setting):
        return slipped or _wished(message, elements, setting, scope, text)
    if slipped is not None and kinds & {"P", "E"}:
        return slipped
    if _changes(elements, kinds, setting):
        return _changed(elements, message, setting, scope, text)
    return _ordered(elements, message, setting, scope, text)


def _undeclined(elements: list[Element]) -> list[Element]:
    """A+1 B先不要: what somebody who has nothing yet does not want is left out."""
    made: list[Element] = []
    for at, element in enumerate(elements):
        counted = at + 1 < len(elements) and elements[at + 1].kind == "Q"
        if element.kind == "d" and made and made[-1].kind == "P" and not counted:
            made.pop()
        else:
            made.append(element)
    return made if any(each.kind == "Q" for each in made) else elements


def _says_something(elements: list[Element], kinds: set[str], setting: Setting) -> bool:
    """A quantity, a change, or all colours: more than a name, and not what stays as it is."""
    if "u" in kinds and not kinds & {"s", "y", "z"}:
        return False
    colours = any(
        each.pick.every and ("色" in each.text or each.text.startswith("包")) for each in elements
    )
    denies = bool(setting.had) and {"P", "n"} <= kinds
    return bool(kinds & {"Q", "T", "E", "s", "z"}) or colours or denies


def _taken_back(
    elements: list[Element], message: Message, setting: Setting, scope: Scope
) -> Reading:
    """A cancellation; 不要了 where nothing was ordered only declines."""
    kinds = {element.kind for element in elements}
    talk = " ".join(each.text for each in message.talk)
    if setting.had and {"?", "c"} <= kinds and not message.talk:
        raise Unclear(Missing.INTENT)
    asks = "?" in kinds or cues.ASKS.search(talk) or cues.ELSEWHERE.search(talk)
    if asks or "%" in kinds or ("x" not in kinds and not setting.had):
        return NONE
    if kinds <= WEAK and not any(token.kind in "oM" for token in message.core):
        said = [token.text for token in message.core if token.kind in "xd"]
        if not any(word.endswith("了") for word in said) and "x" not in kinds:
            raise Unclear(Missing.INTENT)
    unsure = talk and not kinds & {"P", "W", "m"} and not cues.REASON.search(talk)
    if unsure and not any(token.kind == "o" for token in message.core):
        return Reading(Expect.ASK, missing=Missing.INTENT) if setting.had else NONE
    return cancelled([each for each in elements if each.kind != "d"], scope)


def _changes(elements: list[Element], kinds: set[str], setting: Setting) -> bool:
    """Whether it is about what was ordered before."""
    said = kinds & CHANGES
    if not setting.had:
        said -= {"i"}
    summed = bool(setting.had) and "T" in kinds and "Q" not in kinds
    return bool(said) or summed or any(each.quantity.less for each in elements)


def _changed(
    elements: list[Element], message: Message, setting: Setting, scope: Scope, text: str
) -> Reading:
    kinds = {element.kind for element in elements}
    if setting.had and kinds <= set("csyW?") and not message.talk:
        _unsaid(kinds, message)
    points = any(token.kind in "vo" for token in message.core)
    if not (kinds & {"Q", "T", "P"} or (setting.had and points)):
        return NONE
    if not setting.had and (kinds & CHANGES == {"n"} or _from_to(elements)):
        return NONE
    if _told(elements, kinds, text):
        return NONE
    for talk in message.talk:
        elsewhere = cues.ELSEWHERE.search(talk.text) or cues.AGREE.search(talk.text)
        if talk.before and (cues.PAST.search(talk.text) or (elsewhere and "P" not in kinds)):
            return NONE
    _asked(elements)
    return Reading(Expect.CHANGE, tuple(changed(elements, scope)))


def _told(elements: list[Element], kinds: set[str], text: str) -> bool:
    """喊+1就可以了 tells others how; 總共37份 counts everybody's."""
    sums = [each.quantity.number for each in elements if each.kind == "T"]
    counts = bool(sums) and not kinds & {"Q", "P"} and sums[0] > numerals.DOZEN
    return counts or ("i" in kinds and "P" not in kinds and bool(cues.TELLS.search(text)))


def _unsaid(kinds: set[str], message: Message) -> None:
    """可以改嗎, 改一下: a change, and not which.

    Raises:
        Unclear: it is wanted, or asked for.
    """
    if {"c", "?"} <= kinds:
        raise Unclear(Missing.INTENT)
    last = message.core[-1]
    if last.kind not in {"M", "?", "s"} and "W" not in kinds:
        raise Unclear(Missing.TARGET)


def _from_to(elements: list[Element]) -> bool:
    """一箱換一箱: a number on the left of 改, of somebody who has nothing."""
    kinds = "".join(each.kind for each in elements)
    return "Q" in kinds.partition("s")[0] and "s" in kinds


def _ordered(
    elements: list[Element], message: Message, setting: Setting, scope: Scope, text: str
) -> Reading:
    if not any(each.kind in "QTP" for each in elements):
        return NONE
    if setting.quotes_chat and not any(each.kind == "P" for each in elements):
        return NONE
    if not judgement.is_order(elements, message, setting.chat, scope.lexicon, text):
        return NONE
    if _about_sizes(elements):
        return NONE
    _asked(elements)
    said = [each for each in elements if each.kind in "PQW"]
    sums = [each for each in elements if each.kind == "T"]
    if sums and not any(each.kind in "QP" for each in said):
        if sums[0].quantity.number > numerals.DOZEN:
            return NONE
        _summed(message)
    if sums and not any(each.kind == "Q" for each in said):
        told = [each._replace(kind="Q") if each.kind == "T" else each for each in elements]
        said, sums = [each for each in told if each.kind in "PQW"], []
    return Reading(Expect.ORDER, tuple(lines(phrased(said), sums, scope)))


def _about_sizes(elements: list[Element]) -> bool:
    """一盤30顆對嗎 asks what is in a pack."""
    asks = any(each.kind == "?" for each in elements)
    picks = [each for each in elements if each.kind == "P"]
    return asks and bool(picks) and all(SIZE.fullmatch(each.text) for each in picks)


def _summed(message: Message) -> None:
    """總共3箱 of somebody who has nothing yet: a wish, or a count of everybody's.

    Raises:
        Unclear: it does not say which.
    """
    if not any(token.kind == "v" for token in message.core):
        raise Unclear(Missing.INTENT)


def _asked(elements: list[Element]) -> None:
    """What nobody can answer but the writer.

    Raises:
        Unclear: a thing that is not on offer, somebody unknown, or a question.
    """
    kinds = {element.kind for element in elements}
    broken = [each.quantity.unclear for each in elements if each.quantity.unclear is not None]
    if broken:
        raise Unclear(broken[0])
    if "E" in kinds:
        raise Unclear(Missing.ITEM)
    if kinds & {"%", "@"}:
        raise Unclear(Missing.PERSON)
    if "|" in kinds:
        raise Unclear(Missing.QUANTITY)
    if kinds & {"?", "c"}:
        raise Unclear(Missing.INTENT)


def _slipped(message: Message, setting: Setting, lexicon: Lexicon) -> Reading | None:
    for talk in message.talk:
        if cues.ASKS.search(talk.text) or cues.DECLINE.search(talk.text):
            continue
        missing = slips.slip(talk.text, lexicon, direct=setting.chat is Chat.DIRECT)
        if missing is not None:
            return Reading(Expect.ASK, missing=missing)
    return None


def _wished(
    message: Message, elements: list[Element], setting: Setting, scope: Scope, text: str
) -> Reading:
    made = wishes.wished(message, elements, scope, setting.chat, text)
    return Reading(Expect.ORDER, tuple(made)) if made else NONE
