"""Which command somebody means who does not use its word: 有什麼團, 我多少錢, 末五碼 12345.

For 1:1 chat. What the router finds by a command's own words goes by the same canonical
ones; careful commands need their word.
"""

from __future__ import annotations

import re
from functools import cache

from bot import router, words
from bot.spoken_words import SAID
from models.people.roles import Role

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
        r"^(?:我要|想|幫我)?取消(?:訂單|單號|訂單編號)?(?:[:： ]*#|[:： ]*)(\d{3,})(?:謝謝)?$",
        "取消 {0}",
    ),
    (r"^(?:想|我想|許願)?敲碗[:： ]*(?!\+)(\S.*)$", "敲碗 {0}"),
    (r"^(?:為什麼|為何)(?:我)?(?:還?是|只有)(.{1,2})級.?$", "為什麼是{0}級"),
    (r"^(?:我要提|提供|給個)?意見[:： ](.+)$", "意見 {0}"),
    (r"^(?:找)?客服[:： ](.+)$", "客服 {0}"),
)
_SPOILT = re.compile(
    r"破[掉了損]|有.{0,4}破|壞[掉了]|[是都]壞|爛[掉了]|[是都]爛|發霉|漏[了水出氣]|碎[掉了]|少[了給寄送算]|缺了|臭[掉了]|酸掉|過期|"
    r"不新鮮|[寄送給拿出]錯|沒收到貨|有蟲|異味|瑕疵|裂[開了]|凹[掉了]|退冰|融化|撞傷|壓[扁壞]|怪味|味道怪|多算|算錯"
)
_ASKING = re.compile(r"[嗎?？]|會不會|怎麼辦|多久")


def recognise(text: str) -> str | None:
    """The canonical command, with its words, that `text` calls; None if it calls none."""
    plain = words.plain(text)
    if not plain or len(plain) > 200:
        return None
    return _named(plain) or _with_words(plain) or _by_router(plain) or _complaint(plain)


@cache
def _known() -> dict[str, str]:
    found = {words.key(canonical): canonical for canonical in SAID}
    for canonical, said in SAID.items():
        for word in said.split():
            found.setdefault(words.key(word.replace("_", " ")), canonical)
    return found


def _named(plain: str) -> str | None:
    """By its own words, with courtesy around them, or with a slip in them."""
    known = _known()
    whole = words.key(plain)
    polite = words.polite(whole)
    for word in (whole, polite, words.bare(polite), polite.removesuffix("嗎"), _asked(polite)):
        if word in known:
            return known[word]
    close = {
        canonical
        for word, canonical in known.items()
        if word == words.key(canonical) and words.near(polite, word)
    }
    return close.pop() if len(close) == 1 and not close & CAREFUL else None


def _asked(word: str) -> str:
    return re.sub(
        r"^(?:不好意思|老闆|請問一下|請問|想問|想請問|那|我想看|我想知道|你好)+", "", word
    )


def _with_words(plain: str) -> str | None:
    said = plain.translate(_DIGITS)
    traditional = words.traditional(said)
    traditional = re.sub(
        r"[\s,，。!！~～]*(?:謝謝|感謝|感恩|喔|麻煩了)[\s。!！~～]*$", "", traditional
    ).strip()
    for pattern, canonical in _WITH_WORDS:
        found = re.search(pattern, traditional, re.IGNORECASE)
        if found:
            return canonical.format(*found.groups())
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


def _complaint(plain: str) -> str | None:
    """Something is wrong with what was bought: that goes to a person, in its own words."""
    said = words.traditional(plain)
    if _SPOILT.search(said) and not _ASKING.search(said) and not re.search(r"\+\s?\d", said):
        return f"客服 {plain}"
    return None
