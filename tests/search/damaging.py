"""Queries as they are typed with the keyboard off or in a hurry: each way to damage one, reproducibly."""

from __future__ import annotations

from random import Random

from search.repair.costs import NEIGHBOURS
from search.text import fold
from search.text.syllables import without_tone

_TELEX = dict(zip("âêôăơưđ", ("aa", "ee", "oo", "aw", "ow", "uw", "dd"), strict=True))
_VNI = dict(zip("âêôăơưđ", ("a6", "e6", "o6", "a8", "o7", "u7", "d9"), strict=True))
_TELEX_TONES = " frxsj"
_VNI_TONES = " 23415"


def as_telex(query: str, way: str = "end") -> str:
    """`way`: "end": tones at the end; "vowel": right after the vowel; "short": w for ư, "uow" for ươ; "apart": hono for hoon."""
    return " ".join(_telex(word, way) for word in query.lower().split())


def _telex(word: str, way: str) -> str:
    toneless, tones = without_tone(word)
    typed = "".join(_TELEX.get(letter, letter) for letter in toneless)
    if way == "short":
        typed = typed.replace("uwow", "uow")
        typed = typed.replace("uw", "w") if typed.find("uw") > 0 else typed
    if way == "apart":
        for doubled in ("aa", "ee", "oo"):
            typed = typed.replace(doubled, doubled[0]) + doubled[0] * typed.count(doubled)
    return _with_tone(typed, tones, _TELEX_TONES, way, "aeiouyw")


def as_vni(query: str, way: str = "end") -> str:
    """`way`: "end", "vowel" or "last": all digits at the end of the syllable."""
    return " ".join(_vni(word, way) for word in query.lower().split())


def _vni(word: str, way: str) -> str:
    toneless, tones = without_tone(word)
    typed = "".join(_VNI.get(letter, letter) for letter in toneless).replace("u7o7", "uo7")
    if way == "last":
        typed = "".join(filter(str.isalpha, typed)) + "".join(filter(str.isdigit, typed))
    return _with_tone(typed, tones, _VNI_TONES, way, "aeiouy678")


def _with_tone(typed: str, tones: tuple[int, ...], keys: str, way: str, vowels: str) -> str:
    if not tones:
        return typed
    at = len(typed) if way != "vowel" else 1 + max(n for n, key in enumerate(typed) if key in vowels)
    return typed[:at] + keys[tones[0]] + typed[at:]


WAYS = (
    "joined",
    "all joined",
    "split",
    "moved",
    "swapped",
    "doubled",
    "neighbour",
    "along with it",
    "missing",
)


def with_slip(query: str, way: str, random: Random) -> str | None:
    """The query without accents and with one slip; None where it has no place for it."""
    words = fold(query).split()
    if way == "all joined":
        return "".join(words)
    if way in ("joined", "moved"):
        return _spaces(words, way, random)
    long_enough = [at for at, word in enumerate(words) if len(word) > (3 if way == "split" else 2)]
    if not long_enough:
        return None
    at = random.choice(long_enough)
    damaged = _letters(words[at], way, random)
    return " ".join([*words[:at], damaged, *words[at + 1 :]]) if damaged != words[at] else None


def _spaces(words: list[str], way: str, random: Random) -> str | None:
    if len(words) < 2:
        return None
    at = random.randrange(len(words) - 1)
    first, second = words[at : at + 2]
    if way == "joined":
        between = first + second
    elif len(first) > 2:
        between = f"{first[:-1]} {first[-1]}{second}"
    else:
        return None
    return " ".join([*words[:at], between, *words[at + 2 :]])


def _letters(word: str, way: str, random: Random) -> str:
    at = random.randrange(1, len(word) - 1) if way in ("split", "swapped") else random.randrange(len(word))
    before, letter, after = word[:at], word[at], word[at + 1 :]
    beside = random.choice(sorted(NEIGHBOURS[letter]))
    return {
        "split": f"{before} {letter}{after}",
        "swapped": f"{before}{after[:1]}{letter}{after[1:]}",
        "doubled": f"{before}{letter}{letter}{after}",
        "neighbour": f"{before}{beside}{after}",
        "along with it": f"{before}{letter}{beside}{after}",
        "missing": f"{before}{after}",
    }[way]
