"""The channels' own checker, in a process of its own: a folder that cannot be loaded must not take the others down."""

from __future__ import annotations

import subprocess
import sys
from importlib.util import find_spec

CODE = """
import django; django.setup()
from lanka.channels import checker
for complaint in checker.run() or ():
    print(complaint)
"""


def check() -> list[str]:
    if find_spec("lanka.channels.checker") is None:
        return []
    result = subprocess.run([sys.executable, "-W", "ignore", "-c", CODE], capture_output=True, text=True, check=False)
    lines = result.stdout.strip().splitlines()
    return lines if not result.returncode else [*lines, *result.stderr.strip().splitlines()[-5:]]
