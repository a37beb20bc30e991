"""Whatever a person is called, it stays words: no markup, no Liquid, no second header, and every channel says the same name."""

import json
from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lanka.channels.base import Capabilities
from lanka.content.compose import tokens
from lanka.content.prepare import Prepared, prepare

NAME = {
    "fi": {
        "subject": "{{ person.name }}",
        "blocks": [{"id": "t", "kind": "text", "text": "A**{{ person.name }}**Z [x](https://e.fi/{{ person.name }})"}],
    }
}
READY: dict[str, Prepared] = {}
nasty = st.text(st.characters(codec="utf-8"), min_size=1, max_size=40) | st.sampled_from(
    ["<b>", "{{ x }}", "{% endif %}", "\r\nBcc: x", '"\\', "\\u0022", "\ue0003\ue001", "\ue0021\ue003", "null", "**", "](", "javascript:x"]
)


@pytest.fixture(scope="module", autouse=True)
def ready():
    for name, more in (("html", {"html": True}), ("short", {"segmented": True}), ("paper", {"paper": True})):
        can = Capabilities(address="account", **more)
        READY[name] = prepare(NAME, "fi", can, {**tokens(None), "logo": ""})


@given(nasty)
def test_a_name_is_a_name(name):
    values = {"person": {"name": name}}
    html = READY["html"].fill(values)
    assert f"<strong>{name}</strong>" in unescape(html.html.replace("&#13;", "\r")) or name != unescape(name) or "\r" in name
    assert html.html.count("<strong>") == 1 and "\n" not in html.subject and "\r" not in html.subject
    assert READY["short"].fill(values).text.startswith(f"A{name}Z") or name.strip() != name
    paper = READY["paper"].fill(values)
    assert paper.data["blocks"][0]["runs"][1]["text"] == name
    assert json.loads(json.dumps(paper.data)) == paper.data


@given(nasty)
def test_a_name_in_an_address_stays_in_its_place(name):
    url = READY["paper"].fill({"person": {"name": name}}).data["blocks"][0]["runs"][3]["url"]
    assert url.startswith("https://e.fi/") and all(c not in url[13:] for c in "/?#&:@ \"'<>\\")
