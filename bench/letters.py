"""`lanka bench letters [count]`: letters of two pages each, from verdicts to one merged PDF and its manifest."""

from __future__ import annotations

import json
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from bench import crowd
from bench.house import database, memory, table

ADDRESS = "Maija Laine\nMannerheimintie #\n00100 HELSINKI"


def main(argv: Sequence[str]) -> int:
    import os

    from lanka import config
    from lanka.deliver.batch import gather_due
    from lanka.deliver.promise import promise_due

    count = int(argv[0]) if argv else 1000
    config.HOME = Path(tempfile.mkdtemp(prefix="lanka-letters-"))  # type: ignore[misc]
    with database("lanka_bench_letters"):
        line = crowd.line_to("letter", cut_off="23:59", return_address="Pyörä & Polku Oy\nAnnankatu 31\n00100 Helsinki")
        crowd.people(count)
        crowd.verdicts(crowd.message(crowd.LONG).pk, line.pk, ADDRESS)
        while promise_due():
            pass
        backdate()
        began = time.monotonic()
        gathered = gather_due()
        seconds = time.monotonic() - began
        told = json.loads(next(config.HOME.glob("letters/*.json")).read_text())
        size = next(config.HOME.glob("letters/*.pdf")).stat().st_size
        rows = {
            "gathered": f"{gathered:,} letters, {told['pages']:,} pages in {seconds:.1f} s: {gathered / seconds:.0f} letters/s",
            "file": f"{size / 1e6:.1f} MB, manifest of {told['pieces']:,} pieces and {told['sheets']:,} sheets",
            "memory": f"{memory(os.getpid()):.0f} MB",
        }
        table("letters: claimed, typeset, checked, sorted, merged, handed over, settled", rows)
    return 0


def backdate() -> None:
    """So that the last cut-off lies behind them."""
    from datetime import timedelta

    from lanka.core.clock import now
    from lanka.deliver.models import Delivery

    Delivery.objects.update(planned_at=now() - timedelta(days=8))
