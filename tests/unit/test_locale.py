"""The Vietnamese catalogue of the admin: complete against what is installed, placeholders whole, compiled.

A new release of Wagtail or Django that brings new texts fails here, by name, until they are translated.
"""

import importlib.util
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import polib
import pytest

OURS = Path(__file__).resolve().parents[2] / "locale" / "vi" / "LC_MESSAGES"
DOMAINS = ("django", "djangojs")

# Catalogues whose texts a user of the portal can meet: everything of Wagtail, and of Django what the admin's forms,
# pages and mails take from it (its own admin is not installed).
PACKAGES = {
    "wagtail": "",
    "taggit": "",
    "django": "conf",
    "django.contrib.auth": "",
    "django.contrib.contenttypes": "",
    "django.contrib.sessions": "",
}

# Shown by runserver before a project has any address, never by this one.
DJANGO_INSTALL_PAGE = frozenset(
    {
        "The install worked successfully! Congratulations!",
        'View <a href="https://docs.djangoproject.com/en/%(version)s/releases/" target="_blank" rel="noopener">release notes</a> for Django %(version)s',
        'You are seeing this page because <a href="https://docs.djangoproject.com/en/%(version)s/ref/settings/#debug" target="_blank" rel="noopener">DEBUG=True</a> is in your settings file and you have not configured any URLs.',
        "Django Documentation",
        "Topics, references, &amp; how-to’s",
        "Tutorial: A Polling App",
        "Get started with Django",
        "Django Community",
        "Connect, get help, or contribute",
    }
)
NOT_TRANSLATED = DJANGO_INSTALL_PAGE

PLACEHOLDER = re.compile(
    r"%\(\w+\)[a-zA-Z]"  # %(name)s
    r"|%[sdr]"  # %s
    r"|\{\w*\}"  # {name}, {}
    r"|</?[a-zA-Z][^>]*>"  # tags with all their attributes
    r"|&\w+;"
)
# The mark on the first vowel of open oa, oe, uy (hòa, khỏe, thủy), as official documents write; "quý" is qu + ý.
TONE_ON_SECOND_VOWEL = re.compile(r"o[àáảãạèéẻẽẹ]\b|(?<!q)u[ỳýỷỹỵ]\b", re.IGNORECASE)

Key = tuple[str, str, str]


def key(entry: polib.POEntry | polib.MOEntry) -> Key:
    return entry.msgctxt or "", entry.msgid, entry.msgid_plural or ""


def text(entry: polib.POEntry | polib.MOEntry) -> str:
    """The one Vietnamese form, whether or not the source has a plural."""
    return entry.msgstr_plural.get(0, "") if entry.msgid_plural else entry.msgstr


@cache
def entries(path: Path) -> dict[Key, polib.POEntry]:
    return {key(entry): entry for entry in polib.pofile(str(path)) if not entry.obsolete}


def translated(path: Path) -> set[Key]:
    if not path.exists():
        return set()
    return {k for k, entry in entries(path).items() if not entry.fuzzy and text(entry)}


def sources(domain: str) -> Iterator[Path]:
    """English catalogues of `domain` in PACKAGES."""
    for package, below in PACKAGES.items():
        spec = importlib.util.find_spec(package)
        assert spec is not None, f"{package} is not installed"
        assert spec.submodule_search_locations
        root = Path(spec.submodule_search_locations[0]) / below
        pattern = "**" if package == "wagtail" else "."
        yield from sorted(root.glob(f"{pattern}/locale/en/LC_MESSAGES/{domain}.po"))


def ours(domain: str) -> dict[Key, polib.POEntry]:
    return entries(OURS / f"{domain}.po")


@pytest.mark.parametrize("domain", DOMAINS)
def test_every_installed_text_is_in_vietnamese(domain: str) -> None:
    """Ours or, where ours says nothing, the app's own; a fuzzy guess does not count."""
    have = translated(OURS / f"{domain}.po")
    missing: list[str] = []
    catalogues = list(sources(domain))
    assert catalogues
    for english in catalogues:
        vietnamese = Path(str(english).replace("/locale/en/", "/locale/vi/"))
        lacking = entries(english).keys() - have - translated(vietnamese)
        missing += [f"{english}: {msgid!r}" for _, msgid, _ in sorted(lacking) if msgid not in NOT_TRANSLATED]
    assert not missing, "\n".join(missing)


def test_exceptions_are_still_needed() -> None:
    known = {msgid for english in sources("django") for _, msgid, _ in entries(english)}
    assert known >= NOT_TRANSLATED


@pytest.mark.parametrize("domain", DOMAINS)
def test_every_entry_has_a_text(domain: str) -> None:
    catalogue = ours(domain)
    assert catalogue
    assert [k for k, entry in catalogue.items() if entry.fuzzy or not text(entry).strip()] == []
    assert [
        k for k, entry in catalogue.items() if entry.msgid_plural and set(entry.msgstr_plural) != {0}
    ] == []


@pytest.mark.parametrize("domain", DOMAINS)
def test_placeholders_agree(domain: str) -> None:
    """The same placeholders and tags; of a plural, those of its plural form, since one text stands for every number."""
    wrong: list[str] = []
    for entry in ours(domain).values():
        source = entry.msgid_plural or entry.msgid
        if Counter(PLACEHOLDER.findall(source)) != Counter(PLACEHOLDER.findall(text(entry))):
            wrong.append(f"{source!r} → {text(entry)!r}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("domain", DOMAINS)
def test_spaces_at_the_ends_agree(domain: str) -> None:
    """Templates glue some of these texts to a value."""

    def ends(value: str) -> tuple[str, str]:
        return value[: len(value) - len(value.lstrip())], value[len(value.rstrip()) :]

    assert [e.msgid for e in ours(domain).values() if ends(e.msgid) != ends(text(e))] == []


@pytest.mark.parametrize("domain", DOMAINS)
def test_spelling(domain: str) -> None:
    texts = [text(entry) for entry in ours(domain).values()]
    assert [t for t in texts if not unicodedata.is_normalized("NFC", t)] == []
    assert [t for t in texts if TONE_ON_SECOND_VOWEL.search(t)] == []
    assert [t for t in texts if "..." in t or "  " in t.strip()] == []


def test_same_source_same_text_in_scripts() -> None:
    """A button drawn by script reads like the one drawn by a template."""
    drawn, scripted = ours("django"), ours("djangojs")
    both = drawn.keys() & scripted.keys()
    assert both
    assert [k for k in both if text(drawn[k]) != text(scripted[k])] == []


@pytest.mark.parametrize("domain", DOMAINS)
def test_compiled_catalogue_is_current(domain: str) -> None:
    """Contents, not bytes: compilers order and date a file differently."""
    written = polib.pofile(str(OURS / f"{domain}.po"))
    compiled = polib.mofile(str(OURS / f"{domain}.mo"))
    assert {key(e): text(e) for e in compiled} == {key(e): text(e) for e in written}
    assert compiled.metadata["Plural-Forms"] == written.metadata["Plural-Forms"] == "nplurals=1; plural=0;"
    assert compiled.metadata["Content-Type"] == "text/plain; charset=UTF-8"
