"""Names and sizes: what no file may be called, how long files and functions may be."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

FORBIDDEN = {"utils", "util", "helpers", "helper", "services", "service", "managers", "common", "misc"}
LONGEST_FILE = 300
LONGEST_FUNCTION = 30
LONGEST_TEST = 60
EXEMPT = {"migrations", "captured", "locale", "__pycache__"}
FOLDERS = ("src", "tests", "bench")


def files(root: Path, *suffixes: str) -> Iterator[Path]:
    for folder in FOLDERS:
        for path in sorted((root / folder).rglob("*")):
            if path.suffix in suffixes and not EXEMPT & set(path.parts) and path.is_file():
                yield path


def names(root: Path) -> list[str]:
    return [
        f"{path.relative_to(root)}: name it after what it is about"
        for folder in FOLDERS
        for path in sorted((root / folder).rglob("*"))
        if path.stem in FORBIDDEN and path.suffix in ("", ".py", ".js", ".html", ".css") and "__pycache__" not in path.parts
    ]


def sizes(root: Path) -> list[str]:
    return [complaint for path in files(root, ".py", ".js", ".html") for complaint in long(path, path.relative_to(root))]


def long(path: Path, shown: Path) -> Iterator[str]:
    source = path.read_text()
    if (lines := source.count("\n")) > LONGEST_FILE:
        yield f"{shown}: {lines} lines, {LONGEST_FILE} at most"
    if path.suffix == ".py":
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                limit = LONGEST_TEST if is_test(path) else LONGEST_FUNCTION
                lines = (node.end_lineno or node.lineno) - node.lineno + 1
                if lines > limit:
                    yield f"{shown}:{node.lineno}: {node.name} has {lines} lines, {limit} at most"


def is_test(path: Path) -> bool:
    return path.name.startswith("test_") or path.name in ("conftest.py", "contract.py") or "tests" in path.parts
