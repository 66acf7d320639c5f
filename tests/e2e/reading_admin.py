"""What a person can read on a screen of the admin, and which of its words are not Vietnamese."""

from __future__ import annotations

import re
from collections.abc import Iterable

READ = """(root) => {
  const found = [];
  const take = (where, words) => { if (words && /[A-Za-z]/.test(words)) found.push([where, words.trim().replace(/\\s+/g, ' ')]); };
  const silent = 'script, style, noscript, code, kbd, pre, svg, iframe, [lang=en], [translate=no], .xdsoft_save_selected, [data-side-panel-toggle-counter], option[value^="image/"]';
  const walk = (node) => {
    for (const child of node.childNodes) {
      if (child.nodeType === Node.TEXT_NODE) { take('text', child.textContent); continue; }
      if (child.nodeType !== Node.ELEMENT_NODE || child.matches(silent)) continue;
      for (const name of ['aria-label', 'title', 'placeholder', 'alt', 'label', 'aria-description', 'aria-roledescription',
        'data-w-tooltip-content-value', 'data-button-label', 'data-w-progress-active-value']) take(name, child.getAttribute(name));
      if (child.matches('input[type=submit], input[type=button]')) take('value', child.value);
      walk(child.tagName === 'TEMPLATE' ? child.content : child);
    }
  };
  walk(root);
  return found;
}"""
"""Texts and the attributes that are said or shown, also of what is still folded or only a template for scripts.

Not: a button of the picker of dates that Wagtail never shows, and the counters that a script fills when there is something.
"""

ENGLISH = frozenset(
    """
    the and your you page pages edit editing save saved delete deleted user users search draft drafts publish published history
    no results add added adding choose chosen link links subject body site sites name names port root action actions true false
    none this these that with from for are is was not has have all new view show hide more status live locked lock unlock
    workflow workflows task tasks report reports settings account password username log sign upload image images document
    documents collection collections title type date time created updated language open close cancel submit filter sort order
    clear yes select remove create update copy move unpublish usage comment comments item items group groups permission
    permissions can change first last next previous current version revision preview help text file files
    redirect redirects bulk enter required field value label address code number home owner parent children sorry error
    """.split()  # noqa: SIM905 -- reads better than quotes
) - {"can", "no", "home", "time", "may"}  # fmt: skip
"""Short words that are Vietnamese as well (can, no) tell nothing."""

_SYLLABLE = re.compile(
    r"(?:b|ch?|d|gh?|gi|h|kh?|l|m|nh?|ngh?|ph?|qu|r|s|th?|tr|v|x)?"
    r"(?:[aeiouy]|ai|ao|au|ay|eo|eu|ia|ie|iu|oa|oe|oi|oo|ua|ue|ui|uo|uu|uy|ye|ieu|yeu|oai|oay|oeo|uay|uoi|uou|uya|uye|uyu)"
    r"(?:ch?|m|nh?|ng|p|t)?",
    re.IGNORECASE,
)
_NOT_WORDS = re.compile(r"\S*[@/\\_=<>{}#|\d]\S*|\w+…|\S+\.\w{2,}\S*|\b[\w.-]+(?:-[\w.]+)+\b|%\(\w+\)s")
"""Addresses, names of files, slugs, codes, and words that a script has cut ("thủ tục th…"): not language."""
_WORD = re.compile(r"[^\W\d_]+")


def foreign_words(text: str, *, known: Iterable[str] = ()) -> list[str]:
    """Words of `text` that are English or can be no Vietnamese syllable. Abbreviations in capitals (XLSX) are nobody's language."""
    allowed = {word.lower() for word in known}
    return [
        word
        for word in _WORD.findall(_NOT_WORDS.sub(" ", text))
        if word.isascii() and word.lower() not in allowed and _is_foreign(word)
    ]


def _is_foreign(word: str) -> bool:
    if word.lower() in ENGLISH:
        return True
    if len(word) < 2 or word.isupper():
        return False
    return not _SYLLABLE.fullmatch(word)
