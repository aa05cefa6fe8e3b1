"""Which command somebody means who does not use its word: 有什麼團, 我多少錢, 末五碼 12345.

For 1:1 chat. What the router finds by a command's own words goes by the same canonical
ones; careful commands need their word.
"""

from __future__ import annotations

import re
from functools import cache

from bot import router, words
from bot.spoken_words import SAID
from models import characters
from models.people.roles import Role

UPPER = {"推薦碼 {0}", "使用 {0}"}
CAREFUL = {"再買一次", "停止行銷", "恢復行銷", "刪除我的資料", "退換", "匯款"}
FIVE = r"(?<![\d.,$])(\d{5})(?!\d|元|塊)"
_DIGITS = str.maketrans("０１２３４５６７８９", "0123456789")
_WITH_WORDS = (
    (rf"[末後](?:五|5)碼?(?:是|為)?[:： ]*{FIVE}", "匯款 {0}"),
    (rf"(?:匯款?|轉帳|轉|匯了|付款|帳號後五|五碼)(?:.*?)[^\d$]?{FIVE}(?!.*\d{{5}})", "匯款 {0}"),
    (r"^(?:我的?)?生日(?:是|為)?[:： ]*(\d{1,2})[/\-.月](\d{1,2})日?號?$", "生日 {0}/{1}"),
    (
        r"^(?:我的?)?(?:手機|電話)(?:號碼)?(?:是|為)?[:： ]*(09\d\d)[- ]?(\d{3})[- ]?(\d{3})$",
        "手機 {0}{1}{2}",
    ),
    (r"^(?:請叫我|叫我|稱呼我?)(?:是|為|改)?[:： ]*(\S{1,20})$", "稱呼 {0}"),
    (
        r"^(?:我有|輸入)?(?:推薦碼|邀請碼|推薦代碼)(?:是|為)?[:： ]*([A-Za-z0-9]{6,12})$",
        "推薦碼 {0}",
    ),
    (
        r"^(?:使用|用|use)(?:優惠券|券)?[:： ]*([A-Za-z0-9]*\d[A-Za-z0-9]*[A-Za-z0-9-]{4,})$",
        "使用 {0}",
    ),
    (r"^(?:我要|想)?(?:退換貨?|退貨|換貨)(?:單號)?[:： #]*(\d{2,})$", "退換 {0}"),
    (
        r"^(?:我要|想|幫我)?取消(?:訂單|單號|訂單編號)?(?:[:： ]*#|[:： ]*)(\d{2,})(?:謝謝)?$",
        "取消 {0}",
    ),
    (r"^(?:想|我想|許願)?敲碗[:： ]*(?!\+)(\S.*)$", "敲碗 {0}"),
    (r"^(?:為什麼|為何)(?:我)?(?:還?是|只有)(.{1,2})級.?$", "為什麼是{0}級"),
    (r"^(?:我要提|提供|給個)?意見[:： ](.+)$", "意見 {0}"),
    (r"^(?:找)?客服[:： ](.+)$", "客服 {0}"),
)
_SPOILT = re.compile(
    r"破[掉了損]|有.{0,4}破|壞[掉了]|[是都]壞|爛[掉了]|[是都]爛|發霉|發黴|漏[了水出氣]|碎[掉了]|少[了給寄送算]|缺了|臭[掉了]|酸掉|過期|"
    r"不新鮮|[寄送給拿出]錯|沒收到貨|有蟲|異味|瑕疵|裂[開了]|凹[掉了]|退冰|融化|撞傷|壓[扁壞]|怪味|味道怪|多算|算錯"
)
_MEANT = (
    (
        r"(?:我的?)?[^\d+＋]{0,6}?(?:什麼時候|何時|幾號|幾點|哪天|多久|幾時)(?:可以|能|會|才)?(?:去|過去)?"
        r"(?:拿|領|取|取貨|領貨|到|到貨|出貨|寄|寄出|送到)(?:到|貨)?",
        "我的訂單",
    ),
    (
        r"(?:請問)?(?:我)?(?:要|可以)?(?:在|去|到)?(?:哪|哪裡|哪邊)(?:可以|能)?(?:拿|領|取|取貨|領貨)",
        "我的訂單",
    ),
    (
        r"我(?:總共|一共|全部|這樣|現在)?(?:要|該|應該|應)?(?:付|匯|給|是|轉|繳)?多少(?:錢)?"
        r"|(?:總共|一共|全部|這樣)?(?:要|該|應該|應)(?:付|匯|給|轉|繳)多少(?:錢)?",
        "我的訂單",
    ),
    (r"(?:我的?)?(?:點數|紅利|積分)(?:還|現在|目前)?(?:剩下?|有)?(?:多少|幾點)點?", "點數"),
    (
        r"(?:現在|目前|今天|最近|這週|本週|這禮拜|這幾天)?(?:還有|有開|在開|有|開)?(?:什麼|哪些)(?:新)?團購?"
        r"(?:可以跟|可以買|在開|可跟)?",
        "團購",
    ),
    (
        r"我?(?:還|現在)?(?:有沒有|有)(?:什麼)?(?:優惠|折價|折扣|抵用)(?:券|卷)?(?:可以用|能用)?",
        "優惠券",
    ),
    (r"(?:切換?|改|換)成?(?:到|為)?(?:中文|英文|語言|英語)", "語言"),
    (
        r".{0,6}(?:朋友|別人|家人|他人|老公|老婆|媽媽|先生|太太|人)(?:來|去)?(?:代領|代拿|幫拿|幫領)",
        "代領",
    ),
    (r"我?(?:要|想)?(?:找|轉|聯絡|呼叫)(?:真人|客服|人工|專人)(?:客服|服務)?", "客服"),
    (
        r"(?:請)?(?:不要|別|不想|停止)再?(?:收到|傳|發|寄)(?:我)?(?:廣告|推播|優惠訊息)(?:給我)?了?",
        "停止行銷",
    ),
)
# questions that are answered by yes or no; told as a fact they ask nothing
_WHETHER = (
    (r"[^\d+＋]{0,8}(?:到|到貨|出貨|寄出|來)(?:了嗎|了沒|沒|了\?)", "我的訂單"),
    (
        r"我?(?:有沒有|有)(?:登記|訂|喊|買|收|加|算|記|報|跟)(?:到|成功)?(?:我的?)?"
        r"(?:單|\+1|訂單|登記)?(?:嗎|了嗎|沒|\?)",
        "我的訂單",
    ),
)
_ASKING = re.compile(r"[嗎?？]|會不會|怎麼辦|多久")


_WORDED = tuple((re.compile(each, re.IGNORECASE), canonical) for each, canonical in _WITH_WORDS)
_SENTENCES = tuple((re.compile(each), canonical) for each, canonical in _MEANT)
_QUESTIONS = tuple((re.compile(each), canonical) for each, canonical in _WHETHER)


def recognise(text: str) -> str | None:
    """The canonical command, with its words, that `text` calls; None if it calls none."""
    plain = words.plain(text)
    if not plain or len(plain) > 200:
        return None
    return (
        _named(plain)
        or _with_words(plain)
        or _by_router(plain)
        or _complaint(plain)
        or _meant(plain)
    )


@cache
def _known() -> dict[str, str]:
    found = {words.key(canonical): canonical for canonical in SAID}
    for canonical, said in SAID.items():
        for word in said.split():
            found.setdefault(words.key(word.replace("_", " ")), canonical)
    return found


@cache
def _canonical() -> tuple[str, ...]:
    """The commands' own words: only in these a slip is forgiven."""
    return tuple(word for word, each in _known().items() if word == words.key(each))


def _named(plain: str) -> str | None:
    """By its own words, with courtesy around them, or with a slip in them."""
    known = _known()
    whole = words.key(plain)
    polite = words.polite(whole)
    for word in (whole, polite, words.bare(polite), polite.removesuffix("嗎"), _asked(polite)):
        if word in known:
            return known[word]
    wanted = known.get(re.sub(r"^(?:我想要|我要|我想)", "", polite))
    if wanted is not None and wanted not in CAREFUL:
        return wanted
    if whole.startswith("/"):  # said as an organiser's: no slip of a member's word
        return None
    close = {known[word] for word in words.close(polite, _canonical())}
    return close.pop() if len(close) == 1 and not close & CAREFUL else None


def _asked(word: str) -> str:
    return re.sub(
        r"^(?:不好意思|老闆|請問一下|請問|想問|想請問|那|我想看|我想知道|你好)+", "", word
    )


def _with_words(plain: str) -> str | None:
    said = plain.translate(_DIGITS)
    traditional = characters.traditional(said)
    traditional = re.sub(
        r"[\s,，。!！~～]*(?:謝謝|感謝|感恩|喔|麻煩了)[\s。!！~～]*$", "", traditional
    ).strip()
    for pattern, canonical in _WORDED:
        found = pattern.search(traditional)
        if found:
            said_with = canonical.format(*found.groups())
            return said_with.upper() if canonical in UPPER else said_with
    return None


def _by_router(plain: str) -> str | None:
    found = router.find(plain, Role.MEMBER)
    if found is None:
        return None
    canonical = found.command.words[0]
    if canonical not in SAID and canonical not in _TAKES_WORDS:
        return None
    return f"{canonical} {found.rest}".strip()


_TAKES_WORDS = {"生日", "手機", "稱呼", "使用", "推薦碼"}


def _meant(plain: str) -> str | None:
    """A whole sentence that can only want one thing."""
    whole = _asked(words.polite(words.key(plain)))
    asked = f"{whole}?" if plain.rstrip().endswith(("?", "？")) else whole
    said = whole.removesuffix("嗎").removesuffix("呢")
    for text, patterns in ((said, _SENTENCES), (whole, _QUESTIONS), (asked, _QUESTIONS)):
        for pattern, canonical in patterns:
            if pattern.fullmatch(text):
                return canonical
    return None


def _complaint(plain: str) -> str | None:
    """Something is wrong with what was bought: that goes to a person, in its own words."""
    said = characters.traditional(plain)
    if _SPOILT.search(said) and not _ASKING.search(said) and not re.search(r"\+\s?\d", said):
        return f"客服 {plain}"
    return None
