"""What each kind of slip costs, in one place: the natural logarithm of how seldom it happens, beside the usual keystroke.

A repair is believed if the words it makes are likelier, by more than its slips cost. Likelihoods come from the lexicon.
"""

from __future__ import annotations

from typing import Final

# Left undecoded: hardly an error at all, and nothing else looks like it.
UNDECODED: Final = 0.5
UNDECODED_ALONE: Final = 3.0
"""Only one key in the whole query: "visa" and "quan1" decode too."""
DECODED_UNKNOWN: Final = 1.0
"""More, where no name writes the word with these accents."""

# Spaces.
MISSING_SPACE: Final = 1.5
EXTRA_SPACE: Final = 3.0
MOVED_SPACE: Final = 4.0

# Letters.
DOUBLED: Final = 2.5
"""A letter typed twice: "kket"."""
SWAPPED: Final = 2.5
"""Two letters in the wrong order: "dagn"."""
SOUNDS_ALIKE: Final = 2.0
"""As it is said here or there: "bo xung", "trung thuc", "dang ky ket hong"."""
NEIGHBOUR: Final = 3.0
"""A key beside the right one, instead of it or along with it: "jet hon", "kert hon"."""
MISSING: Final = 3.0
"""A letter left out: "dng ky"."""
EXTRA: Final = 4.0
OTHER: Final = 5.0
"""Any other letter instead of the right one."""
REAL_WORD: Final = 3.0
"""More, where what was typed is a word that names or texts know."""
SYLLABLE: Final = 0.5
"""More, where it is no such word, but the language can have it."""
ANOTHER_WORD: Final = 8.0
"""More, for each such word after the first: a finger slips once, not onto good words again and again."""
UNLIKE: Final = 1.5
"""More than `OTHER`, where that may be a word or has only three letters: little is left to tell what was meant."""
TYPED_ACCENTS: Final = 0.75
"""More, where what was typed is a good syllable with accents: it came through a keyboard that makes only such."""

# Words that the lexicon does not know.
UNKNOWN_SYLLABLE: Final = 14.0
ABBREVIATION: Final = 10.0
"""Nothing but consonants: stands for other words."""


def unknown(letters: str) -> float:
    """No syllable at all: the longer, the less likely to be a word."""
    return 10.0 + 1.5 * len(letters)


LEAST_GAIN: Final = 1.0
"""By so much the repaired words must be likelier than what was typed, slips included."""
SURE: Final = 12.0
"""By so much likelier, a repair needs no other proof."""
LEAST_GAIN_OF_WORD: Final = 2.0
"""The same, where a word was given up that may have been meant."""

STRANGE: Final = 3.0
"""More of it, for each pair of good words in the query that nobody has met, beyond those that one slip explains."""

# Letters and groups of letters that are said alike in some region: at the beginning and at the end of a syllable.
ALIKE_FIRST: Final = (
    ("s", "x"), ("ch", "tr"), ("d", "gi"), ("d", "r"), ("r", "gi"), ("l", "n"), ("c", "k"), ("d", "v"),
    ("g", "gh"), ("ng", "ngh"), ("qu", "k"), ("qu", "c"), ("ph", "f"), ("hoa", "qua"),
)  # fmt: skip
ALIKE_LAST: Final = (
    ("n", "ng"), ("t", "c"), ("i", "y"), ("inh", "in"), ("inh", "ing"), ("ich", "it"), ("iu", "ieu"), ("iu", "uu"),
    ("ieu", "uou"), ("au", "ao"), ("oi", "ui"), ("im", "iem"), ("ip", "iep"), ("om", "am"), ("ai", "ay"), ("uoi", "ui"),
)  # fmt: skip

_ROWS: Final = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_OFFSETS: Final = (0.0, 0.25, 0.75)
_PLACES: Final = {
    key: (row, column + offset)
    for row, (keys, offset) in enumerate(zip(_ROWS, _OFFSETS, strict=True))
    for column, key in enumerate(keys)
}
_NEAR: Final = 1.1
NEIGHBOURS: Final = {
    key: frozenset(
        other
        for other, (other_row, other_column) in _PLACES.items()
        if other != key and abs(other_row - row) <= 1 and abs(other_column - column) <= _NEAR
    )
    for key, (row, column) in _PLACES.items()
}
"""Key of a QWERTY board → those that a finger meets instead."""
