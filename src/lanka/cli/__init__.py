"""The command line behind `./lanka`.

The commands listed here prepare the ground themselves (they choose home, port and database before Django reads its
settings). Everything else is a Django management command of some room; its database is put in place first.
"""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Callable, Sequence

COMMANDS = {
    "demo": "the bicycle shop with its customers, in a home of its own",
    "up": "everything, on one port, until Ctrl-C",
    "test": "the tests; takes pytest's arguments",
    "check": "what CI checks besides the tests: floors, types, style, words, translations, docs",
    "bench": "the measurements of docs/benchmarks.md",
    "doctor": "what is wrong, and how to mend it",
    "backup": "everything Lanka knows, into one file",
    "restore": "a backup, into an empty database",
    "messages": "gathers the words for translation and says which are missing",
    "lock": "pins what requirements/*.in ask for, by version and hash",
    "prepare": "migrations, translations and static files: what `up` does before it starts",
}


def main(argv: Sequence[str]) -> int:
    """The exit code."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lanka.settings")
    name = argv[0] if argv else "help"
    if name in ("help", "--help", "-h") and len(argv) < 2:
        print(overview())
        return 0
    if name in COMMANDS:
        run: Callable[[Sequence[str]], int] = importlib.import_module(f"lanka.cli.{name}").run
        return run(argv[1:])
    from lanka.cli.manage import manage

    return manage(argv)


def overview() -> str:
    from lanka.cli.manage import own_commands

    rows = [f"  {name:<10} {words}" for name, words in COMMANDS.items()]
    others = ", ".join(sorted(own_commands()))
    return "\n".join(
        ["usage: ./lanka COMMAND [...]", "", *rows, "", f"Also: {others or 'nothing yet'}.", "Each of them explains itself with --help."]
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
