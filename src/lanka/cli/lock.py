"""`./lanka lock`: pins the newest versions that requirements/*.in allow, with hashes, for every platform."""

from __future__ import annotations

import argparse
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[3] / "requirements"
FLAGS = ["--python-version", "3.11", "--universal", "--generate-hashes", "--no-emit-index-url", "--no-annotate", "--no-header", "--quiet"]


def run(argv: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(
        prog="./lanka lock", description="Writes requirements/*.txt from requirements/*.in. Look at the diff and run the tests."
    )
    parser.add_argument("--upgrade", action="store_true", help="take the newest versions; otherwise pins that still fit are kept")
    options = parser.parse_args(argv)
    for name in ("uv", "base", "dev"):
        words = ["pip", "compile", *FLAGS, *(["--upgrade"] if options.upgrade else []), f"{name}.in", "-o", f"{name}.txt"]
        code = subprocess.run([sys.executable, "-m", "uv", *words], cwd=FOLDER, check=False).returncode
        if code:
            return code
        print(f"requirements/{name}.txt")
    return 0
