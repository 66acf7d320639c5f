"""The one text pipeline of the search: every engine, query and highlight cuts and folds text here. Pure, no Django in it."""

from __future__ import annotations

from typing import Final

from search.text.letters import clean, fold, one_spelling
from search.text.tokenizing import Token, accented_words, distinct_words, tokenize, tokens_of, words

LEADING: Final = ("thu", "tuc")
"""Half of all names begin with it, the other half could: it tells nothing."""

__all__ = [
    "LEADING",
    "Token",
    "accented_words",
    "clean",
    "distinct_words",
    "fold",
    "one_spelling",
    "tokenize",
    "tokens_of",
    "words",
]
