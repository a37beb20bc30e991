"""What all screens keep: rights beside routes, no inline code, small files, a closed list of htmx attributes."""

import re
from pathlib import Path

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from lanka.desk.stylesheets import MODULES

HERE = Path(__file__).resolve().parent
OPEN = {"channels-css", "manifest", "worker", "offline", "language", "home"}
HTMX = {
    *("hx-post", "hx-get", "hx-target", "hx-swap", "hx-headers", "hx-confirm", "hx-trigger", "hx-vals", "hx-include"),
    *("hx-encoding", "hx-sync"),
    *("hx-indicator", "hx-disabled-elt", "hx-select"),
}
TEMPLATES = sorted(HERE.rglob("*.html"))


def routes(patterns=None, prefix=""):
    for pattern in patterns if patterns is not None else get_resolver("lanka.desk.urls").url_patterns:
        if isinstance(pattern, URLResolver):
            yield from routes(pattern.url_patterns, prefix + str(pattern.pattern))
        elif isinstance(pattern, URLPattern):
            yield prefix + str(pattern.pattern), pattern


def test_every_route_names_its_right():
    bare = [pattern.name for _path, pattern in routes() if not hasattr(pattern.callback, "right")]
    assert set(bare) <= OPEN


def test_strangers_see_the_sign_in_page(story):
    for path, pattern in routes():
        if pattern.name in OPEN:
            continue
        url = "/" + re.sub(r"<int:\w+>", "1", re.sub(r"<(slug|str):\w+>", "mine", path))
        response = Client().get(url)
        assert response.status_code == 302 and response.url.startswith("/account/login/"), url


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda p: str(p.relative_to(HERE)))
def test_templates_are_small_and_hold_no_code(path):
    text = path.read_text()
    assert text.count("\n") <= 80
    assert not re.search(r"\sstyle=", text), "an inline style"
    assert not re.search(r"\son[a-z]+=\"", text), "an inline handler"
    assert not re.search(r"<style|<script(?![^>]*\bsrc=)", text) or "templates/" in str(path), "inline code"
    assert set(re.findall(r"\bhx-[\w-]+", text)) <= HTMX


@pytest.mark.parametrize("path", [*HERE.rglob("*.js")], ids=lambda p: str(p.relative_to(HERE)))
def test_islands_are_small(path):
    assert path.read_text().count("\n") <= 300


def test_all_modules_are_fetched_at_once():
    """What desk.js leads to is what the pages preload: no chain of requests."""
    found, wanted = set(), [HERE / "desk.js"]
    while wanted:
        path = wanted.pop()
        if path not in found:
            found.add(path)
            wanted += [(path.parent / name).resolve() for name in re.findall(r"^import .*?'(\.[^']+)';$", path.read_text(), re.MULTILINE)]
    assert {f"desk/{path.relative_to(HERE)}" for path in found} == set(MODULES)


def test_pages_send_a_policy_without_holes(story, aino):
    policy = aino.get("/desk/inbox/mine/")["Content-Security-Policy"]
    assert "unsafe-inline" not in policy and "unsafe-eval" not in policy and "script-src 'self'" in policy


def test_what_makes_it_installable():
    manifest = Client().get("/desk/manifest.webmanifest").json()
    assert manifest["start_url"] == "/desk/" and {icon["sizes"] for icon in manifest["icons"]} >= {"192x192", "512x512"}
    assert "/desk/offline/" in Client().get("/desk/worker.js").content.decode()
    assert Client().get("/desk/offline/").status_code == 200


def test_the_look_is_ones_own(story, aino):
    aino.post("/desk/preferences/", {"theme": "dark", "next": "/desk/inbox/all/"})
    assert 'data-theme="dark"' in aino.get("/desk/inbox/all/").content.decode()
    assert aino.post("/desk/preferences/", {"density": "compact", "next": "https://evil.example/"}).url == "/desk/"
    aino.post("/desk/preferences/", {"language": "fi"})
    story.aino.refresh_from_db()
    assert story.aino.language == "fi" and story.aino.settings == {"theme": "dark", "density": "compact"}


def test_channels_bring_their_colours(story):
    css = Client().get("/desk/channels.css").content.decode()
    assert ".ch-email{--c:oklch" in css


def test_the_pattern_page_shows_everything(story, aino, settings):
    assert aino.get("/desk/patterns/").status_code == 404
    settings.DEBUG = True
    assert aino.get("/desk/patterns/").status_code == 200
