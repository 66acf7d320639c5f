"""What people write and what the official texts say: the files of this folder and what curators added."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from threading import Lock

from search.vocabulary.entries import Entry
from search.vocabulary.reading import Vocabulary, load


@dataclass(frozen=True, slots=True)
class Provider:
    """Where curators' entries come from."""

    entries: Callable[[], Iterable[Entry]]
    version: Callable[[], Hashable]
    """Another value when the entries changed, in this process or another one; asked before every search: cheap."""


_lock = Lock()
_provider: Provider | None = None
_held: tuple[Hashable, Vocabulary] | None = None
_tried: ContextVar[Vocabulary | None] = ContextVar("vocabulary_tried", default=None)


def register_provider(*, entries: Callable[[], Iterable[Entry]], version: Callable[[], Hashable]) -> None:
    """One only; who registers again takes the place of the one before."""
    global _provider  # noqa: PLW0603 -- one provider in a process
    with _lock:
        _provider = Provider(entries, version)
    forget()


def current() -> Vocabulary:
    """Cached until the provider's version changes."""
    if (tried := _tried.get()) is not None:
        return tried
    global _held  # noqa: PLW0603 -- the cache
    provider, held = _provider, _held
    version = provider.version() if provider else None
    if held is not None and held[0] == version:
        return held[1]
    vocabulary = load(provider.entries() if provider else ())
    with _lock:
        _held = (version, vocabulary)
    return vocabulary


@contextmanager
def trying(vocabulary: Vocabulary) -> Iterator[None]:
    """What is searched inside is understood by `vocabulary`: what an entry would change is seen before it is kept."""
    token = _tried.set(vocabulary)
    try:
        yield
    finally:
        _tried.reset(token)


def forget() -> None:
    """The next search reads the entries anew."""
    global _held  # noqa: PLW0603 -- the cache
    with _lock:
        _held = None
