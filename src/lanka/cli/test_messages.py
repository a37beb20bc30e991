"""Words for translation without GNU gettext: found everywhere, kept when files change, complete in every language."""

from __future__ import annotations

from pathlib import Path

import pytest
from babel.messages.catalog import Catalog

from lanka.cli import catalogues, extract, messages
from lanka.cli.checks.messages import complaints


@pytest.fixture
def room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(extract, "ROOMS", tmp_path)
    monkeypatch.setattr(catalogues, "LOCALE", tmp_path / "locale")
    return tmp_path


def words(catalog: Catalog) -> set[object]:
    return {message.id for message in catalog if message.id}


def test_words_are_found_in_python_templates_and_scripts(room: Path) -> None:
    (room / "a.py").write_text(
        'from x import gettext as _\n_("Reply")\nngettext("%(n)s day", "%(n)s days", n)\npgettext("verb", "Close")\n'
    )
    (room / "b.html").write_text(
        '<h1>{% translate "Inbox" %}</h1>\n'
        "  {% blocktranslate count n=n %}{{ n }} message{% plural %}{{ n }} messages{% endblocktranslate %}\n"
        '      <p title="{% translate "It\'s yours" %}">\n {{ name|default:_("Nobody") }} (\n'
    )
    (room / "c.js").write_text('show(gettext("Reconnecting…"));\n')
    (room / "test_a.py").write_text('_("Not this")\n')
    assert words(extract.template()) == {
        "Reply",
        ("%(n)s day", "%(n)s days"),
        "Close",
        "Inbox",
        ("%(n)s message", "%(n)s messages"),
        "It's yours",
        "Nobody",
        "Reconnecting…",
    }


def test_an_update_keeps_translations_drops_the_unused_and_makes_small_diffs(room: Path) -> None:
    (room / "a.py").write_text('_("Reply")\n_("Close")\n')
    messages.update("fi", extract.template())
    file = catalogues.po("fi")
    file.write_text(file.read_text().replace('msgid "Reply"\nmsgstr ""', 'msgid "Reply"\nmsgstr "Vastaa"'))
    (room / "a.py").write_text('\n\n\n_("Reply")\n_("Assign")\n')
    messages.update("fi", extract.template())
    text = file.read_text()
    assert 'msgid "Reply"\nmsgstr "Vastaa"' in text
    assert "Close" not in text
    assert text.index('"Assign"') < text.index('"Reply"')
    assert "Date" not in text
    assert "a.py" not in text
    messages.update("fi", extract.template())
    assert file.read_text() == text, "nothing changed, nothing written differently"


def test_what_is_missing_wrong_or_left_over_is_said(room: Path) -> None:
    wanted, finnish = Catalog(), Catalog(locale="fi")
    for word in ("Reply", "Close", "%(name)s wrote", "Assign"):
        wanted.add(word)
    finnish.add("Reply", "Vastaa")
    finnish.add("%(name)s wrote", "%(nimi)s kirjoitti")
    finnish.add("Assign", "")
    finnish.add("Gone", "Poissa")
    catalogues.po("fi").parent.mkdir(parents=True)
    catalogues.po("fi").write_bytes(messages.written(finnish))
    said = [words.removeprefix("fi: ") for words in complaints(wanted) if words.startswith("fi")]
    assert said == [
        "missing (run ./lanka messages): 'Close'",
        "placeholders differ: '%(name)s wrote': %(nimi)s for %(name)s",
        "not translated: 'Assign'",
        "no longer used (run ./lanka messages): 'Gone'",
    ]


def test_compiled_once_and_again_only_when_changed(room: Path) -> None:
    catalog = Catalog(locale="pl")
    catalog.add("Reply", "Odpowiedz")
    catalogues.po("pl").parent.mkdir(parents=True)
    catalogues.po("pl").write_bytes(messages.written(catalog))
    assert [catalogues.compile_all(), catalogues.compile_all()] == [1, 0]
    assert b"Odpowiedz" in catalogues.po("pl").with_suffix(".mo").read_bytes()
