"""A Chromium for the browser tests: one that is installed, else Debian's package, else Playwright's own."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "chrome")
PLACES = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/snap/bin/chromium",
)


def find() -> str | None:
    """The path of a Chromium or Chrome, or None."""
    if named := os.environ.get("LANKA_BROWSER"):
        return named
    for name in NAMES:
        if path := shutil.which(name):
            return path
    return next((place for place in PLACES if Path(place).exists()), None) or playwrights_own()


def playwrights_own() -> str | None:
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        return None
    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).exists() else None


def install() -> str | None:
    """Tries what this machine allows; None with the reasons on stderr."""
    for name, commands in ways():
        print(f"No browser here; installing one: {name}", file=sys.stderr, flush=True)
        if all(done(command) for command in commands) and (path := find()):
            return path
    return None


def ways() -> list[tuple[str, list[list[str]]]]:
    playwright = ("Playwright's own", [[sys.executable, "-m", "playwright", "install", "chromium"]])
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return [playwright]
    packages = ["chromium", "fonts-liberation", "fonts-noto-color-emoji"]
    debian = ("Debian's", [["apt-get", "update"], ["apt-get", "install", "-y", "--no-install-recommends", *packages]])
    return [debian, playwright]


def done(command: list[str]) -> bool:
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    result = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False, env=environment)
    if result.returncode:
        print(result.stdout[-2000:] + result.stderr[-2000:], file=sys.stderr, flush=True)
    return result.returncode == 0
