"""How a Vietnamese syllable is built: where its tone stands, and whether letters make one at all. Pure.

A syllable is an onset, a rhyme and a tone. Every word of a search is one syllable or no Vietnamese word, so this tells a
word typed with undecoded keys ("chuwngs") from a real one, and where a tone mark belongs.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from search.text.letters import TONES, VOWELS, fold

NO_TONE: Final = 0
"""Tones are numbered as in `TONES`, from 1: huyền, hỏi, ngã, sắc, nặng."""
ACUTE: Final = 4
DOT: Final = 5
TONED: Final = {row[0]: row for row in VOWELS}
"""Vowel → itself without tone, then with each tone."""
_TONE_OF: Final = {letter: (row[0], tone) for row in VOWELS for tone, letter in enumerate(row)}
_MARKED: Final = frozenset("ăâêôơư")

_SHAPE: Final = re.compile(
    r"(?P<onset>ngh|gi(?=[aăâeêoôơuư])|qu(?=[aăâeêioơôy])|[cgknpt]h|ng|tr|[bcdđghklmnprstvx])?"
    r"(?P<vowels>[aăâeêioôơuưy]{1,3})"
    r"(?P<coda>ch|n[gh]?|[cmpt])?"
)

# Every rhyme of the language, without tone; "ooc", "oong", "oec", "uym" in loan words.
_RHYMES: Final = """
    a ac ach ai am an ang anh ao ap at au ay ăc ăm ăn ăng ăp ăt âc âm ân âng âp ât âu ây
    e ec em en eng eo ep et ê êch êm ên ênh êp êt êu êng
    i ia ich iêc iêm iên iêng iêp iêt iêu im in inh ip it iu
    o oa oac oach oai oam oan oang oanh oao oap oat oay oăc oăm oăn oăng oăt oc oe oen oeo oet oi om on ong ooc oong op ot
    ô ôc ôi ôm ôn ông ôp ôt ơ ơi ơm ơn ơp ơt ơng
    u ua uân uâng uât uây uc uê uêch uên uênh ui um un ung uôc uôi uôm uôn uông uôt uơ uơn up ut
    uy uya uych uyên uyêt uyêu uym uyn uynh uyp uyt uyu
    ư ưa ưc ưi ưm ưn ưng ươc ươi ươm ươn ương ươp ươt ươu ưt ưu
    y yêm yên yêng yêt yêu
"""
RHYMES: Final = frozenset(_RHYMES.split())
_STOPS: Final = ("c", "ch", "p", "t")
# After "qu" and "gi" the written rhyme lacks its glide.
_RHYMES_AFTER_QU: Final = """
    a ac ach ai am an ang anh ao au ay ăc ăm ăn ăng ăp ăt ân âng ât ây e en eo et ê ên ênh êt êch
    i in inh it y yên yêt yt ynh yêu ych ơ ơi ôc oc
"""
_AFTER_QU: Final = frozenset(_RHYMES_AFTER_QU.split())
_BEFORE_E_AND_I: Final = frozenset({"gh", "k", "ngh"})
_NEVER_BEFORE_E_AND_I: Final = frozenset({"c", "g", "ng"})
_ONSETS: Final = "b c ch d đ g gh gi h k kh l m n ng ngh nh p ph qu r s t th tr v x"


def without_tone(word: str) -> tuple[str, tuple[int, ...]]:
    """A word (NFC, lower case) without its tones, and the tones in their order."""
    tones: list[int] = []
    letters: list[str] = []
    for letter in word:
        bare, tone = _TONE_OF.get(letter, (letter, NO_TONE))
        letters.append(bare)
        if tone:
            tones.append(tone)
    return "".join(letters), tuple(tones)


def with_tone(toneless: str, tone: int) -> str:
    """The tone put where today's spelling wants it ("hòa", "toàn", "quý", "giữa"); as it is if this is no syllable."""
    shape = _SHAPE.fullmatch(toneless)
    if tone == NO_TONE or shape is None:
        return toneless
    at = _place(shape)
    return toneless[:at] + TONED[toneless[at]][tone] + toneless[at + 1 :]


def _place(shape: re.Match[str]) -> int:
    """Index of the letter that bears the tone."""
    vowels = shape["vowels"]
    start = shape.start("vowels")
    marked = [at for at, letter in enumerate(vowels) if letter in _MARKED]
    if marked:
        return start + marked[-1]
    closed = shape["coda"] is not None
    return start + (1 if len(vowels) == 3 or (len(vowels) == 2 and closed) else 0)


def place_tone(word: str) -> str:
    """A word (NFC, lower case) with its tone at today's place: "hoà" → "hòa", "hòan" → "hoàn", "qúy" → "quý"."""
    toneless, tones = without_tone(word)
    return with_tone(toneless, tones[0]) if len(tones) == 1 and _SHAPE.fullmatch(toneless) else word


def completes(word: str, typed: str) -> bool:
    """Whether `word` is `typed` with more accents, none of them changed: "đăng" completes "dăng" and "dang", not "đang"."""
    letters, tones = without_tone(word)
    typed_letters, typed_tones = without_tone(typed)
    return (
        len(letters) == len(typed_letters)
        and all(a == b or fold(a) == b for a, b in zip(letters, typed_letters, strict=True))
        and (not typed_tones or tones == typed_tones)
    )


@lru_cache(maxsize=20_000)
def is_syllable(word: str) -> bool:
    """Whether this (NFC, lower case) is a syllable that the language can have, its tone included."""
    toneless, tones = without_tone(word)
    if len(tones) > 1 or not _is_toneless_syllable(toneless):
        return False
    return not toneless.endswith(_STOPS) or not tones or tones[0] in (ACUTE, DOT)


def lacks_tone(word: str) -> bool:
    """Before a stop there are two tones and nothing else: "lâp" has yet to become "lập", whatever keyboard it came from."""
    return word.endswith(_STOPS) and not without_tone(word)[1]


def _is_toneless_syllable(word: str) -> bool:
    shape = _SHAPE.fullmatch(word)
    if shape is None:
        return False
    onset, rhyme = shape["onset"] or "", shape["vowels"] + (shape["coda"] or "")
    front = rhyme[0] in "eêiy"
    if onset == "qu":
        return rhyme in _AFTER_QU
    if (front and onset in _NEVER_BEFORE_E_AND_I) or (not front and onset in _BEFORE_E_AND_I):
        # gì, gìn, giếng: the i of "gi" is the vowel itself.
        return onset == "g" and rhyme in {"i", "in", "iêng", "iêc", "iêt"}
    return rhyme in RHYMES


FOLDED_SYLLABLES: Final = frozenset(
    folded
    for onset in ("", *_ONSETS.split())
    for rhyme in RHYMES | _AFTER_QU
    if _is_toneless_syllable(onset + rhyme)
    for folded in (fold(onset + rhyme),)
)
"""Every syllable that can be written without accents: about 2,000."""


def tone_of_mark(mark: str) -> int:
    return TONES.index(mark) + 1
