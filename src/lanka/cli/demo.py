"""`./lanka demo`: the bicycle shop Pyörä & Polku and its customers, apart from your own data."""

from __future__ import annotations

import argparse
import os
import shutil
import socket
import sys
import webbrowser
from collections.abc import Sequence
from pathlib import Path

MARK = "this-is-the-demo"


def run(argv: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(
        prog="./lanka demo", description="A company with customers who do things, to look at and to play with."
    )
    parser.add_argument("--port", type=int, help="instead of the next free one from 8000")
    parser.add_argument("--no-browser", action="store_true", help="do not open a browser")
    parser.add_argument("--fresh", action="store_true", help="forget the last demo and begin again")
    options = parser.parse_args(argv)
    prepare_environment(options.port)
    from lanka import config
    from lanka.cli.start import only_one, start

    with only_one(config.HOME):
        if options.fresh:
            forget(config.HOME)
        (config.HOME / MARK).touch()
    ready = None if options.no_browser or not has_display() else webbrowser.open
    return start(("web", "listen", "work", "town", "townd", "stream"), ready)


def prepare_environment(port: int | None) -> None:
    root = Path(__file__).resolve().parents[3]
    os.environ.setdefault("LANKA_HOME", str(root / ".lanka" / "demo"))
    os.environ["LANKA_DEMO"] = "1"
    if port or "LANKA_PORT" not in os.environ:
        os.environ["LANKA_PORT"] = str(port or next_free(8000))
    os.environ.setdefault("LANKA_SMTP_PORT", str(int(os.environ["LANKA_PORT"]) + 25))  # two demos side by side must not meet


def next_free(port: int) -> int:
    while not is_free("127.0.0.1", port):
        port += 1
    return port


def is_free(host: str, port: int) -> bool:
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def forget(home: Path) -> None:
    if os.environ.get("DATABASE_URL"):
        raise SystemExit("lanka: --fresh wipes the embedded database only, and DATABASE_URL is set. Drop that database yourself.")
    if any(home.iterdir()) and not (home / MARK).exists() and (home / "postgres").exists():
        raise SystemExit(f"lanka: {home} holds data that no demo made; it is not wiped. Choose another LANKA_HOME.")
    for path in home.iterdir():
        if path.is_dir():
            shutil.rmtree(path)
        elif path.suffix != ".lock":
            path.unlink()


def has_display() -> bool:
    return sys.platform in ("darwin", "win32") or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
