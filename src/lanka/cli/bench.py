"""`./lanka bench [names]`: runs the measurements in bench/, on a database of their own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]


def run(argv: Sequence[str]) -> int:
    os.environ.setdefault("LANKA_HOME", str(ROOT / ".lanka" / "bench"))
    os.environ.setdefault("LANKA_ALLOW_PRIVATE", "1")
    from lanka.cli.manage import database

    with database():
        return subprocess.run([sys.executable, "-m", "bench", *argv], cwd=ROOT, check=False).returncode
