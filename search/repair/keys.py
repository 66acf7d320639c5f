"""What a Vietnamese keyboard would have made of the keys, had it been on: shared by Telex and VNI. Pure.

Both put a syllable together from letters and keys that change them; the keys may come right after the vowel or at the end
of the syllable. What comes out is only believed if the language can have such a syllable.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from search.text.letters import VOWELS
from search.text.syllables import is_syllable, with_tone, without_tone

LONGEST: Final = 16
"""Keys of one syllable: "nghieengx" has nine, some repeat themselves."""
_VOWELS: Final = frozenset(row[0] for row in VOWELS)


@dataclass(frozen=True, slots=True)
class Decoded:
    text: str
    """A syllable with its accents."""
    keys: int
    """How many of what was typed were keys and no letters: the more, the surer."""


@dataclass(slots=True)
class Syllable:
    """What has been typed of a syllable so far."""

    letters: list[str] = field(default_factory=list)
    tone: int = 0
    keys: int = 0

    @property
    def has_vowel(self) -> bool:
        return not _VOWELS.isdisjoint(self.letters)

    def press(self, tone: int) -> bool:
        """A key for a tone; the last one counts."""
        if not self.has_vowel:
            return False
        self.tone = tone
        return self._pressed()

    def change(self, letter: str, into: str) -> bool:
        """A key that makes another letter of the last such one."""
        if letter not in self.letters:
            return False
        at = len(self.letters) - 1 - self.letters[::-1].index(letter)
        self.letters[at] = into
        return self._pressed()

    def cross_d(self) -> bool:
        if self.letters[:1] != ["d"]:
            return False
        self.letters[0] = "đ"
        return self._pressed()

    def add_horn(self) -> bool:
        """On u, o or both: "uo" → "ươ", "ua" → "ưa", "uu" → "ưu"."""
        letters = self.letters
        start = 2 if letters[:2] == ["q", "u"] else 0
        at = next((n for n in range(start, len(letters)) if letters[n] in "uo"), None)
        if at is None:
            return False
        for place in (at, at + 1):
            following = letters[place] if place < len(letters) else ""
            if place == at or (letters[at] == "ư" and following == "o"):
                letters[place] = {"u": "ư", "o": "ơ"}[letters[place]]
        return self._pressed()

    def add(self, letter: str) -> bool:
        """A key that is a letter of its own."""
        self.letters.append(letter)
        return self._pressed()

    def _pressed(self) -> bool:
        self.keys += 1
        return True


def decode(typed: str, step: Callable[[Syllable, str], bool]) -> Decoded | None:
    """`typed`: lower case, NFC, possibly with some accents already.

    `step` applies a key to the syllable; where it says no, the character is a letter.
    """
    if len(typed) > LONGEST:
        return None
    toneless, tones = without_tone(typed)
    syllable = Syllable(tone=tones[-1] if tones else 0)
    for character in toneless:
        if not step(syllable, character):
            syllable.letters.append(character)
    if not syllable.keys:
        return None
    word = _together("".join(syllable.letters))
    text = with_tone(word, syllable.tone)
    return Decoded(text, syllable.keys) if is_syllable(text) else None


def _together(word: str) -> str:
    """Where u and o stand together both have a horn ("được") but at the end of a word only the o ("thuở")."""
    if word.startswith("q"):
        return word
    word = word.replace("ưo", "ươ").replace("uơ", "ươ")
    return f"{word[:-2]}uơ" if word.endswith("ươ") else word
