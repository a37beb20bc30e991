"""What the code imports is pinned in requirements/: else it works only where somebody happened to install it."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator, Mapping
from importlib.metadata import packages_distributions
from pathlib import Path

from lanka.cli.checks.sizes import files, is_test

OWN = {"lanka", "tests", "bench"}


def check(root: Path, installed: Mapping[str, list[str]] | None = None) -> list[str]:
    base = pinned(root / "requirements/base.txt")
    every = base | pinned(root / "requirements/dev.txt")
    packages = packages_distributions() if installed is None else installed
    found = []
    for path in files(root, ".py"):
        shown = path.relative_to(root)
        for_development = is_test(path) or {"tests", "bench", "cli"} & set(shown.parts) or path.name == "testing.py"
        for line, name in imported(ast.parse(path.read_text())):
            if not {plain(package) for package in packages.get(name, [name])} & (every if for_development else base):
                found.append(f"{shown}:{line}: {name} is not pinned; add its package to requirements/base.in and run ./lanka lock")
    return found


def pinned(file: Path) -> set[str]:
    return {plain(line.split("==")[0]) for line in file.read_text().splitlines() if "==" in line and not line.startswith(" ")}


def plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def imported(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Top-level names of other people's packages, also those imported inside functions."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and not node.level and node.module:
            names = [node.module]
        else:
            continue
        for name in names:
            top = name.partition(".")[0]
            if top not in sys.stdlib_module_names and top not in OWN:
                yield node.lineno, top
