"""How a document lies in an index, and how it comes back.

Text reaches the server as folded words with spaces between (`search.text`), once each, so the plain whitespace analyzer is
all it needs. What is shown and what is compared are packed as in the embedded engine (`storing`).
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from base64 import b64decode, b64encode
from collections.abc import Collection, Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

from elasticsearch.dsl import (
    Binary,
    Boolean,
    Date,
    Document,
    Integer,
    Keyword,
    MetaField,
    Object,
    Text,
)

import search.text
from search.documents import KIND, DocumentId, Part, Passage, SearchDocument
from search.engines import storing, wording
from search.engines.contract import Candidate, Suggestion

LAYOUT: Final = 2
"""Raised when the same fields come to hold something else."""
STATE: Final = "#state"
"""Value of `kind` in the one entry that is no document: how far the index is."""
MOST_LETTERS: Final = 255
"""Of a word, to the server's analyzer; nobody types a longer one."""
_PLAIN: Final = re.compile(r"[a-z][a-z0-9-]{0,39}")
_MOST_KEY_BYTES: Final = 400
"""An `_id` of more than 512 bytes makes the server refuse everything that was sent with it."""


def _words(**named: Any) -> Text:
    """Only whether a word stands there: no places, no counts."""
    return Text(analyzer="whitespace", index_options="docs", norms=False, **named)


class Entry(Document):
    kind = Keyword()
    key = Keyword()
    title = Keyword(index=False, doc_values=False)
    """For operators who look into the index."""
    listed = Boolean()
    """Whether it is found by words. The ended are not, nor is the entry STATE."""
    head = _words(index_prefixes={"min_chars": 1, "max_chars": 8})
    accented = _words()
    all = _words()
    """Head and parts together."""
    parts = Object(properties={part.value: _words() for part in Part})
    codes = Keyword()
    facets = Object(dynamic=True)
    dated = Date(format="strict_date")
    title_key = Keyword()
    standing = Integer()
    card = Binary(doc_values=True)
    units = Binary(doc_values=True)
    whole = Binary(doc_values=True)
    state = Object(enabled=False)

    class Meta:
        dynamic = MetaField("strict")
        # What is searched lies in the index, what is shown in fields of its own; nothing needs all of it again.
        _source = MetaField(includes=["kind", "key", "title", "state"])
        dynamic_templates = MetaField(
            [{"facets": {"path_match": "facets.*", "mapping": {"type": "keyword"}}}]
        )


def mapping() -> dict[str, Any]:
    made: dict[str, Any] = Entry._doc_type.mapping.to_dict()
    return made


@cache
def version(documents: str = "") -> str:
    """Changes with everything that decides what lies in an index: mapping, how words are made, Unicode's tables, and the
    version of the documents' own shape."""
    digest = hashlib.sha256(f"{LAYOUT} {unicodedata.unidata_version} {documents}".encode())
    assert search.text.__file__ is not None  # a package of this tree
    sources = sorted(Path(search.text.__file__).parent.glob("*.py"))
    for file in [*sources, Path(storing.__file__), Path(wording.__file__), Path(__file__)]:
        digest.update(file.read_bytes())
    return digest.hexdigest()[:12]


def entry_id(document: DocumentId) -> str:
    plain = f"{document.kind}/{document.key}"
    if len(plain.encode("utf-8", "replace")) <= _MOST_KEY_BYTES:
        return plain
    return f"{document.kind}/#{hashlib.sha256(plain.encode()).hexdigest()}"


# In -------------------------------------------------------------------------------------------------------------------


def entry(document: SearchDocument) -> dict[str, Any]:
    """Fields of the entry. Raises ValueError for what can't be stored (UnicodeError is one)."""
    if not document.names:
        raise ValueError("a document without a name")
    # Half a surrogate pair is no text; elsewhere it is left out or packed.
    "".join((*document.id, *document.facets)).encode()
    made: dict[str, Any] = {
        "kind": document.id.kind,
        "key": document.id.key,
        "title": document.title.encode("utf-8", "replace").decode(),
        "listed": not document.ended,
        "codes": sorted(
            key for key in map(wording.code_key, document.codes) if key and wording.storable(key)
        ),
        "card": _packed(storing.card(document)),
        "units": _packed(storing.units(document)),
        "whole": _packed(storing.whole(document)),
    }
    if not document.ended:
        made |= _found_by(document)
    return made


def _found_by(document: SearchDocument) -> dict[str, Any]:
    heads = (*document.names, *document.everyday)
    head = _distinct(heads)
    everything = set(head)
    parts: dict[str, set[str]] = {}
    for passage in document.passages:
        found = search.text.distinct_words(passage.text)
        parts.setdefault(passage.part.value, set()).update(found)
        everything |= found
    made: dict[str, Any] = {
        "head": _line(head),
        "accented": _line({word for name in heads for word in search.text.accented_words(name)}),
        "all": _line(everything),
        "parts": {part: _line(found) for part, found in parts.items()},
        "facets": {
            facet_field(facet): [value for value in values if wording.storable(value)]
            for facet, values in document.facets.items()
            if facet != KIND
        },
        "title_key": title_key(document.title),
        "standing": wording.standing(document),
    }
    if document.dated:
        made["dated"] = document.dated.isoformat()
    return made


def facet_field(facet: str) -> str:
    """The name of its field below `facets`: its own, unless that means something to the server."""
    if _PLAIN.fullmatch(facet):
        return facet
    return "_" + hashlib.sha256(facet.encode("utf-8", "surrogatepass")).hexdigest()[:24]


def title_key(title: str) -> str:
    return wording.title_key(title).encode("utf-8", "replace").decode()[:1_000]


def _distinct(texts: Iterable[str]) -> set[str]:
    return {word for text in texts for word in search.text.words(text)}


def _line(found: set[str]) -> str:
    return " ".join(
        sorted(word for word in found if word and len(word) <= MOST_LETTERS and wording.storable(word))
    )


def _packed(raw: bytes) -> str:
    return b64encode(raw).decode("ascii")


# Out ------------------------------------------------------------------------------------------------------------------

CARD_FIELDS: Final = ("kind", "key", "card", "units")


def candidate(hit: Mapping[str, Any]) -> Candidate:
    fields = hit["fields"]
    return storing.candidate(
        identity(hit),
        b64decode(fields["card"][0]),
        b64decode(fields["units"][0]),
        _masks(hit.get("matched_queries", ())),
    )


def suggestion(hit: Mapping[str, Any]) -> Suggestion:
    return storing.suggestion(identity(hit), b64decode(hit["fields"]["card"][0]))


def document(hit: Mapping[str, Any]) -> SearchDocument:
    fields = hit["fields"]
    return storing.document(identity(hit), b64decode(fields["card"][0]), b64decode(fields["whole"][0]))


def passages(hit: Mapping[str, Any], parts: Collection[Part]) -> tuple[Passage, ...]:
    return storing.passages(b64decode(hit["fields"]["whole"][0]), parts)


def identity(hit: Mapping[str, Any]) -> DocumentId:
    return DocumentId(hit["fields"]["kind"][0], hit["fields"]["key"][0])


def mask_name(part: Part, concept: int) -> str:
    return f"{part.value}:{concept}"


def _masks(names: Any) -> dict[Part, int]:
    masks: dict[Part, int] = {}
    for name in names:
        part, _, number = name.partition(":")
        masks[Part(part)] = masks.get(Part(part), 0) | 1 << int(number)
    return masks
