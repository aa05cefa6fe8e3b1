"""One message, one reading: an order, a change, a cancellation, a question to ask, or none.

Pure: the same words with the same things open and the same order before always read
the same. Whatever the text, this answers and never raises.
"""

from __future__ import annotations

import re

from models.shop.reading import cues, forms, lists, slips, telling, wishes
from models.shop.reading.amending import about_before, amended, beside_what_stays
from models.shop.reading.clauses import divided
from models.shop.reading.declining import undeclined
from models.shop.reading.elements import Element, gathered
from models.shop.reading.excepting import all_but
from models.shop.reading.facts import NONE, Chat, Expect, Missing, Reading, Setting, Unclear
from models.shop.reading.heard import Heard
from models.shop.reading.keeping import kept_back
from models.shop.reading.lexicon import Lexicon, compiled
from models.shop.reading.ordering import ordered
from models.shop.reading.parts import Part, Step
from models.shop.reading.paying import reckoned
from models.shop.reading.persons import with_persons
from models.shop.reading.resolution import Scope
from models.shop.reading.retelling import arrows_read, retold
from models.shop.reading.revoking import REVOKES, lessened, only_kept, revoked
from models.shop.reading.settling import settled
from models.shop.reading.standing import quoted_named
from models.shop.reading.tokens import tokens
from models.shop.reading.whose import with_owners
from models.shop.reading.writing import LONGEST, Folded, fold, pattern

GROUP_COMMANDS = frozenset({"團購"})
# no command of a group has a number, and each has one of these; asking costs more than reading
NO_CALL = re.compile(r"[+＋\d]")
CALL = re.compile(r"[團团買买商開开]|sh|op", re.IGNORECASE)
LIVES = pattern(r"[的棟樓號室戶f]|\d")
PEOPLE = {Step.PERSON, Step.WHOSE}
SAYS_SOMETHING = {Step.QUANTITY, Step.SUM, Step.NO_SUCH, Part.SETS, Part.ANEW}


def read(text: str, setting: Setting) -> Reading:
    """How `text` reads in this setting."""
    if not text.strip() or len(text) > LONGEST:
        return NONE
    direct = setting.chat is Chat.DIRECT
    may_call = setting.recognise is not None and (direct or _may_call(text))
    command = setting.recognise(text) if setting.recognise and may_call else None
    if command is not None and (direct or command in GROUP_COMMANDS):
        return Reading(Expect.COMMAND, command=command)
    folded = Folded(text)
    lexicon = compiled(setting.items)
    try:
        return _read(folded, setting, lexicon)
    except Unclear as unclear:
        return Reading(Expect.ASK, missing=unclear.missing)


def _may_call(text: str) -> bool:
    return CALL.search(text) is not None and not NO_CALL.search(text)


def _read(folded: Folded, setting: Setting, lexicon: Lexicon) -> Reading:
    text = folded.text
    if text.lstrip().startswith("/"):
        return NONE
    if telling.tells(text, had=bool(setting.had)):
        return NONE
    if wishes.same_again(text):
        raise Unclear(Missing.TARGET)
    text = folded.text = forms.ordered_in(text, setting.names, setting.writer)
    names = setting.names | ({setting.writer} if setting.writer else frozenset())
    read_first = tokens(text, lexicon, names)
    listed = read_first if lexicon.numbered else lists.unnumbered(read_first)
    if listed is read_first and lists.reposted(text, setting.writer):
        raise Unclear(Missing.TARGET)
    if setting.had:
        listed = arrows_read(listed, text)
    listed = kept_back(listed, setting.had, lexicon)
    words = settled(reckoned(listed, text), lexicon, setting.shop)
    found = with_persons(with_owners(words, folded), folded, lexicon.names)
    message = divided(found, text)
    elements = all_but(_own(gathered(message.core, lexicon), setting.writer), lexicon)
    elements = undeclined(elements, setting.had)
    scope = Scope(lexicon, lexicon.codes.get(fold(setting.quotes or "")), setting.had)
    if setting.had:
        elements = quoted_named(elements, scope)
        elements = retold(elements, message.core, scope)
    return _judged(Heard(elements, message, setting, scope, text))


def _own(elements: list[Element], writer: str) -> list[Element]:
    """The writer's own name is the writer."""
    if not writer:
        return elements
    return [
        each._replace(text="") if each.kind in PEOPLE and _names(each.text, writer) else each
        for each in elements
    ]


def _names(said: str, writer: str) -> bool:
    """小林, 住5樓的小林 and B棟小林."""
    whole = fold(said)
    return whole == writer or (whole.endswith(writer) and LIVES.search(whole) is not None)


def _judged(heard: Heard) -> Reading:
    """Which kind of wish it is, if any."""
    if heard.kinds & REVOKES and Part.SETS not in heard.kinds and not lessened(heard):
        return revoked(heard)
    if heard.had and cues.OTHER_KIND.search(heard.text):
        raise Unclear(Missing.TARGET)
    if any(line.option for line in heard.had) and cues.OTHER_SIZE.search(heard.text):
        raise Unclear(Missing.OPTION)
    before = [talk.text for talk in heard.message.talk if talk.before]
    if not heard.had and any(map(cues.declines, before)):
        return NONE
    if left := only_kept(heard):
        return Reading(Expect.CANCEL, tuple(left))
    slipped = _slipped(heard)
    conditional = cues.IF_ANY.search(heard.text) and cues.ASKS.search(heard.text)
    if (slipped and conditional) or cues.IF_LEFT.search(heard.text):
        raise Unclear(Missing.INTENT)
    talks = bool(heard.message.talk)
    if cues.depends(heard.text, had=bool(heard.had), talks=talks):
        raise Unclear(Missing.INTENT)
    if not _says_something(heard):
        return slipped or _wished(heard)
    if slipped is not None and heard.kinds & {Step.PICK, Step.NO_SUCH}:
        return slipped
    return amended(heard) if about_before(heard) else ordered(heard)


def _says_something(heard: Heard) -> bool:
    """A quantity, a change, or all colours: more than a name, and not what stays as it is."""
    kinds = heard.kinds
    if Part.STAYS in kinds and not kinds & {Part.SETS, Part.CORRECTS, Part.ANEW}:
        return beside_what_stays(heard)
    colours = any(
        each.pick.every and ("色" in each.text or each.text.startswith("包"))
        for each in heard.elements
    )
    denies = bool(heard.had) and {Step.PICK, Part.NOT} <= kinds
    return bool(kinds & SAYS_SOMETHING) or colours or denies


def _slipped(heard: Heard) -> Reading | None:
    for talk in heard.message.talk:
        if cues.ASKS.search(talk.text) or cues.DECLINE.search(talk.text):
            continue
        if heard.had and slips.changed_to(talk.text, heard.scope.lexicon):
            return Reading(Expect.ASK, missing=Missing.OPTION)
        direct = heard.chat is Chat.DIRECT
        missing = slips.slip(talk.text, heard.scope.lexicon, direct=direct)
        if missing is not None:
            return Reading(Expect.ASK, missing=missing)
    return None


def _wished(heard: Heard) -> Reading:
    made = wishes.wished(heard.message, heard.elements, heard.scope, heard.chat, heard.text)
    return Reading(Expect.ORDER, tuple(made)) if made else NONE
