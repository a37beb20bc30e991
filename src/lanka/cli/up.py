"""`./lanka up`: PostgreSQL, web, listener and workers on one port, until Ctrl-C."""

from __future__ import annotations

import argparse
import os
from collections.abc import Sequence


def run(argv: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(
        prog="./lanka up", description="Starts everything and stops everything: database, web, listener, worker."
    )
    parser.add_argument("--port", type=int, help="instead of LANKA_PORT (8000)")
    options = parser.parse_args(argv)
    if options.port:
        os.environ["LANKA_PORT"] = str(options.port)
    from lanka.cli.start import start

    return start(("web", "listen", "work"))
