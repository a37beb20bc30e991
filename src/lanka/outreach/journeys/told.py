"""What the trigger told, as the values that words are filled with (`content.fields` names them)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Values = dict[str, Any]


def values_told(told: Mapping[str, Any]) -> Values:
    """Of a purchase: the order and its first product. Of anything else: nothing but when it was."""
    lines = [line for line in told.get("lines", []) if isinstance(line, dict)]
    values: Values = {}
    if told.get("order") or lines:
        currency = str(told.get("currency") or "EUR")
        values["order"] = {
            "number": str(told.get("order", "")),
            "at": str(told.get("at", ""))[:10],
            "total": {"amount": int(told.get("amount") or 0), "currency": currency},
            "lines": [
                {
                    "name": str(line.get("name", "")),
                    "quantity": line.get("quantity", 1),
                    "amount": {"amount": int(line.get("amount") or 0), "currency": currency},
                }
                for line in lines
            ],
        }
    if lines:
        values["product"] = {"name": str(lines[0].get("name", "")), "bought_at": str(told.get("at", ""))[:10]}
    if told.get("store"):
        values["shop"] = {"name": str(told["store"])}
    return values
