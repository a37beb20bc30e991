"""Nobody but a channel's own folder knows its kind by name: capabilities and data say what a line can do."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from lanka.cli.checks.sizes import files, is_test

EXEMPT = {"town", "tests", "bench", "cli"}
EVERYDAY = {"chat", "email", "store"}
"""Kinds that are also words of another sense (an identifier's kind, a shop, a provider's field): wrong only where a channel is meant."""
MEANS_CHANNEL = re.compile(r"(^|_)(kinds?|channels?)$")
IN_TEXT = r"""(?:kind|channel)[\w.]*\s*(?:===?|!==?|=)\s*["']?(?:{kinds})\b"""


def check(root: Path) -> list[str]:
    kinds = known(root)
    return [complaint for path in files(root, ".py", ".html", ".js", ".css") for complaint in named(path, root, kinds)]


def known(root: Path) -> set[str]:
    return {path.parent.name for path in (root / "src/lanka/channels").glob("*/__init__.py")} - {"migrations", "management", "tests"}


def named(path: Path, root: Path, kinds: set[str]) -> Iterator[str]:
    shown = path.relative_to(root)
    if EXEMPT & set(shown.parts) or is_test(path):
        return
    own = {part for before, part in zip(shown.parts, shown.parts[1:], strict=False) if before == "channels"}
    others = kinds - own
    if others:
        lines = in_python(path, others) if path.suffix == ".py" else in_text(path, others)
        for line, kind in lines:
            yield f"{shown}:{line}: names the channel {kind!r}; ask for a capability instead"


def in_text(path: Path, kinds: set[str]) -> Iterator[tuple[int, str]]:
    pattern = re.compile(IN_TEXT.format(kinds="|".join(sorted(kinds))))
    for number, line in enumerate(path.read_text().splitlines(), 1):
        if found := pattern.search(line):
            yield number, found.group()


def in_python(path: Path, kinds: set[str]) -> Iterator[tuple[int, str]]:
    tree = ast.parse(path.read_text())
    meant = {id(node) for node in about_channels(tree)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and node.value in kinds and (node.value not in EVERYDAY or id(node) in meant):
            yield node.lineno, node.value


def about_channels(tree: ast.AST) -> Iterator[ast.AST]:
    """The literals that stand where a channel is meant: compared with, given as, or looked up as a kind or channel."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Compare) and any(means_channel(side) for side in (node.left, *node.comparators)):
            yield from ast.walk(node)
        elif isinstance(node, ast.keyword) and node.arg == "channel":
            yield from ast.walk(node.value)
        elif isinstance(node, ast.Call) and means_channel(node.func):
            yield from node.args


def means_channel(node: ast.AST) -> bool:
    """`line.kind`, `event.channel`, `channel(...)`; not `known.kind`, which is an identifier's."""
    if isinstance(node, ast.Attribute):
        if node.attr == "kind":
            return isinstance(node.value, ast.Name) and bool(re.search("line|channel", node.value.id))
        return bool(MEANS_CHANNEL.search(node.attr))
    return isinstance(node, ast.Name) and "channel" in node.id and bool(MEANS_CHANNEL.search(node.id))
