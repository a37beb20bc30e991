"""The house's rules hold for the house. `./lanka check` runs these and the slower ones, and shows all complaints at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from lanka.cli.checks import docs, kinds, sizes, templates

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize(
    "rule", [sizes.names, sizes.sizes, kinds.check, templates.check, docs.check], ids=lambda rule: f"{rule.__module__}.{rule.__name__}"
)
def test_the_house_keeps_its_rules(rule: object) -> None:
    assert "\n".join(rule(ROOT)) == ""  # type: ignore[operator]
