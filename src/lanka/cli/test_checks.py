"""Each check finds what it is for, in a tree of three files, and leaves the innocent alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from lanka.cli.checks import docs, kinds, pins, sizes, templates


def write(root: Path, path: str, text: str = "") -> None:
    file = root / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)


@pytest.fixture
def house(tmp_path: Path) -> Path:
    for kind in ("email", "store", "pigeon"):
        write(tmp_path, f"src/lanka/channels/{kind}/__init__.py", f'kind = "{kind}"\n')
    return tmp_path


def test_no_file_is_named_after_nothing(house: Path) -> None:
    write(house, "src/lanka/customers/utils.py")
    write(house, "src/lanka/desk/helpers/__init__.py")
    write(house, "src/lanka/desk/service.html")
    assert len(sizes.names(house)) == 3


def test_long_files_and_functions_are_found_but_not_migrations(house: Path) -> None:
    long_function = "def tell():\n" + "    x = 1\n" * 30
    write(house, "src/lanka/customers/long.py", "x = 1\n" * 301)
    write(house, "src/lanka/customers/merge.py", long_function)
    write(house, "src/lanka/customers/test_merge.py", long_function)
    write(house, "src/lanka/customers/migrations/0001.py", "x = 1\n" * 900)
    assert sizes.sizes(house) == [
        "src/lanka/customers/long.py: 301 lines, 300 at most",
        "src/lanka/customers/merge.py:1: tell has 31 lines, 30 at most",
    ]


@pytest.mark.parametrize(
    "code",
    [
        'if line.kind == "pigeon": pass',
        'ICONS = {"pigeon": "bird"}',
        'if line.kind in ("email", "fax"): pass',
        'record(customer, channel="store")',
        'channel("email").send(line)',
        'if event.channel != "store": pass',
    ],
)
def test_a_kind_named_in_code_is_found(house: Path, code: str) -> None:
    write(house, "src/lanka/deliver/send.py", code + "\n")
    assert len(kinds.check(house)) == 1


@pytest.mark.parametrize(
    "code",
    ['Known("email", "maija.laine@example.fi")', 'data.get("store")', 'if known.kind == "email": pass', 'USERNAME_FIELD = "email"'],
)
def test_a_word_of_another_sense_is_left_alone(house: Path, code: str) -> None:
    write(house, "src/lanka/customers/claim.py", code + "\n")
    assert kinds.check(house) == []


def test_a_kind_in_templates_and_scripts_is_found_and_one_folder_may_not_name_another(house: Path) -> None:
    write(house, "src/lanka/desk/row.html", '{% if line.kind == "pigeon" %}bird{% endif %}<input type="email">')
    write(house, "src/lanka/desk/row.js", 'if (row.dataset.channel === "email") fly();\n')
    write(house, "src/lanka/channels/email/send.py", 'NEXT = "pigeon"\nOWN = "email"\n')
    assert [complaint.split(":")[0] for complaint in kinds.check(house)] == [
        "src/lanka/channels/email/send.py",
        "src/lanka/desk/row.html",
        "src/lanka/desk/row.js",
    ]


@pytest.mark.parametrize("markup", ['<a onclick="go()">', "<p\n style='color: red'>", "<script>go()</script>", "<style>p {}</style>"])
def test_inline_script_and_style_are_found(house: Path, markup: str) -> None:
    write(house, "src/lanka/desk/row.html", markup)
    assert len(templates.check(house)) == 1


@pytest.mark.parametrize(
    "markup", ['<script src="x.js">', '<script nonce="{{ n }}">', '<a data-style="x" class="on">', "<p>style = 'calm'</p>"]
)
def test_markup_without_inline_script_passes(house: Path, markup: str) -> None:
    write(house, "src/lanka/desk/row.html", markup)
    assert templates.check(house) == []


def test_a_package_that_nobody_pinned_is_found(house: Path) -> None:
    write(house, "requirements/base.txt", "django==5.2 \\\n    --hash=sha256:00\nzxing-cpp==3.1 \\\n")
    write(house, "requirements/dev.txt", "pytest==9.0 \\\n")
    write(
        house, "src/lanka/customers/card.py", "import os, django.db\nfrom lanka.core import clock\ndef scan():\n    import zxingcpp, fax\n"
    )
    write(house, "src/lanka/customers/test_card.py", "import pytest\n")
    write(house, "src/lanka/customers/merge.py", "import pytest\n")
    packages = {"django": ["Django"], "zxingcpp": ["zxing-cpp"], "pytest": ["pytest"]}
    assert [complaint.split(" is")[0] for complaint in pins.check(house, packages)] == [
        "src/lanka/customers/card.py:4: fax",
        "src/lanka/customers/merge.py:1: pytest",
    ]


def test_what_nobody_wrote_about_is_found(house: Path) -> None:
    write(house, "src/lanka/config.py", 'PORT = number("LANKA_PORT", 8000)\nHOME = text("LANKA_HOME")\n')
    write(house, "lanka")
    write(house, "docs/operate.md", "`LANKA_PORT` ./lanka demo, email and store")
    complaints = docs.check(house)
    assert "docs/operate.md: nothing about LANKA_HOME" in complaints
    assert "docs/operate.md: nothing about LANKA_PORT" not in complaints
    assert "docs/: nothing about the channel pigeon" in complaints
    assert "docs/: nothing about `./lanka backup`" in complaints
    assert "docs/: nothing about `./lanka demo`" not in complaints
