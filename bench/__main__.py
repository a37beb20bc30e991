"""`lanka bench [name [arguments]]`: one benchmark, or all of them one after the other."""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Sequence

NAMES = ("receive", "live", "desk", "identity", "mail_corpus", "decide", "send", "letters", "crash", "segment", "journey")


def main(argv: Sequence[str]) -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lanka.settings")
    import django

    django.setup()
    names, rest = ([argv[0]], list(argv[1:])) if argv else (list(NAMES), [])
    if names[0] not in NAMES:
        print(f"no benchmark {names[0]!r}: {', '.join(NAMES)}")
        return 2
    return max(importlib.import_module(f"bench.{name}").main(rest) for name in names)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
