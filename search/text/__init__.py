"""The one text pipeline of the search: every engine, query and highlight cuts and folds text here. Pure, no Django in it."""

from __future__ import annotations

import re

from search.text.letters import clean, fold, one_spelling
from search.text.tokenizing import Token, accented_words, tokenize, words

__all__ = ["Token", "accented_words", "clean", "fold", "one_spelling", "tokenize", "tokens", "words"]

_WORD = re.compile(r"[0-9a-z]+(?:[./-][0-9a-z]+)*")


def tokens(text: str) -> list[str]:
    """Folded words of `text`; codes and document numbers (1.004194, 163/qd-btp) stay whole."""
    return _WORD.findall(fold(text))
