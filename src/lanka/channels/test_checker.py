"""The checker finds what it is for: a channel with one thing wrong at a time."""

import importlib.util
import json
import re
import sys
from pathlib import Path

import pytest
from pydantic import BaseModel, Field, SecretStr

from lanka.channels import checker
from lanka.channels.base import Capabilities, Channel, Forged, Inbound, Known, NotUnderstood, Sent
from lanka.channels.captured import ARRIVED

ICON = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" stroke="currentColor"><path d="M1 1h2"/></svg>'


class Pigeon(Channel):
    kind = "pigeon"
    name = "Carrier pigeon"

    class Settings(BaseModel):
        loft: str = Field("Kamppi", title="Loft")
        password: SecretStr = Field(SecretStr("coo"), title="Password")

    def can(self, line):
        return Capabilities(address="account", receipts=("sent", "delivered"))

    def receive(self, line, raw):
        try:
            said = json.loads(raw.body)
            yield Inbound(str(said["ring"])[:200], ARRIVED, Known("account", f"pigeon:{said['ring']}"), str(said["text"]))
        except (ValueError, TypeError, KeyError, RecursionError) as error:
            raise NotUnderstood(str(error)) from error

    def send(self, line, out):
        return Sent("ring-1")

    def verify(self, line, raw):
        raise Forged("no feather")

    def answer(self, line, raw):
        return 200, b"", "text/plain"


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "pigeon"
    (folder / "captured").mkdir(parents=True)
    for name, text in {"README.md": "# Pigeon", "icon.svg": ICON, "fake.py": "x = 1", "test_pigeon.py": "x = 1"}.items():
        (folder / name).write_text(text)
    captured = {
        "note": {"raw": {"body_json": {"ring": "7", "text": "Hei"}}},
        "note.expect": [{"type": "inbound", "key": "7", "sender": {"value": "pigeon:7"}, "text": "Hei"}],
        "back.expect": [{"type": "inbound", "state": "delivered"}],
    }
    for name, said in captured.items():
        (folder / "captured" / f"{name}.json").write_text(json.dumps(said))
    return folder


def found(folder, channel=None):
    subject = checker.Subject(folder, channel or Pigeon())
    return "\n".join(words for rule in checker.RULES for words in checker.problems(subject, rule))


def changed(**attributes):
    return type("Changed", (Pigeon,), attributes)()


def test_only_the_receipt_that_nobody_captured_is_wrong_with_this_pigeon(folder):
    assert found(folder) == "it claims the receipt 'delivered', but no captured payload shows one"


@pytest.mark.parametrize("name", ["README.md", "icon.svg", "fake.py", "test_pigeon.py"])
def test_a_missing_file(folder, name):
    (folder / name).unlink()
    assert f"{name} is missing" in found(folder)


def test_an_icon_with_a_script(folder):
    (folder / "icon.svg").write_text(ICON.replace("<path", "<script>1</script><path"))
    assert "shapes only" in found(folder)


def test_payloads_without_expectation_wrong_or_none(folder):
    (folder / "captured" / "note.expect.json").write_text('[{"text": "Moi"}]')
    assert "'Moi' expected, 'Hei' found" in found(folder)
    (folder / "captured" / "note.expect.json").unlink()
    assert "note.expect.json is missing" in found(folder)
    (folder / "captured" / "note.json").unlink()
    assert "captured/ holds no payload" in found(folder)


def test_a_crash_on_unknown_input(folder):
    def receive(self, line, raw):
        return [Inbound("1", ARRIVED, Known("account", "pigeon:1"), raw.body.decode())]

    assert "UnicodeDecodeError" in found(folder, changed(receive=receive))


def test_an_answer_that_changes_with_each_asking(folder):
    from itertools import count

    keys = count()

    def receive(self, line, raw):
        return [Inbound(str(next(keys)), ARRIVED, Known("account", "pigeon:7"), "Hei")]

    assert "understood a second time it says something else" in found(folder, changed(receive=receive))


def test_a_secret_in_the_clear_and_a_field_without_title(folder):
    class Settings(BaseModel):
        api_token: str = Field("", title="Token")
        loft: str = ""

    words = found(folder, changed(Settings=Settings))
    assert "Settings.api_token looks like a secret" in words
    assert "Settings.loft has no title" in words


def test_an_open_door(folder):
    assert "lets an unsigned request in" in found(folder, changed(verify=lambda self, line, raw: None))

    def verify(self, line, raw):
        raise KeyError("signature")

    assert "raises KeyError instead of Forged" in found(folder, changed(verify=verify))


def test_capabilities_that_make_no_sense(folder):
    def can(self, line):
        return Capabilities(address="pigeonhole", currency="grain", previews=True)

    words = found(folder, changed(can=can))
    assert "pigeonhole" in words
    assert "currency" in words
    assert "no preview()" in words


def test_a_folder_that_cannot_be_loaded_is_named_and_the_others_are_checked(monkeypatch, tmp_path):
    from lanka.channels import registry

    monkeypatch.setattr(registry, "folders", lambda: [tmp_path / "nothing_here"])
    assert checker.run() == ["channels/nothing_here: cannot be loaded: ModuleNotFoundError: No module named 'lanka.channels.nothing_here'"]


def test_the_channel_of_the_guide_works(folder, monkeypatch):
    """docs/write-a-channel.md: its code is a channel, its payload is understood as it says."""
    guide = (Path(__file__).parents[3] / "docs" / "write-a-channel.md").read_text()
    code = folder / "__init__.py"
    code.write_text(re.search(r"```python\n(.*?)```", guide, re.DOTALL)[1])
    line, message, expected = re.findall(r"```json\n(.*?)```", guide, re.DOTALL)
    for name, said in {"line": line, "note": message, "note.expect": expected}.items():
        (folder / "captured" / f"{name}.json").write_text(said)
    spec = importlib.util.spec_from_file_location("pigeon_of_the_guide", code)
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, "pigeon_of_the_guide", module)
    spec.loader.exec_module(module)
    (folder / "captured" / "landed.json").write_text('{"raw": {"body_json": {"type": "landed", "id": 7}}}')
    (folder / "captured" / "landed.expect.json").write_text('[{"type": "receipt", "ref": "7", "state": "delivered"}]')
    assert found(folder, module.Pigeon()) == ""
