"""A shop's till, for the tests and the town: speaks the API, and sends again with the same key until it was heard."""

from __future__ import annotations

import time
import uuid
from collections.abc import Sequence
from typing import Any

import httpx


class Till:
    """`who` is one or more of card=, qr=, phone=, email=. Every call returns what Lanka answered."""

    def __init__(
        self,
        url: str,  # of this Lanka, without a slash at its end
        token: str,  # the line's
        api_key: str,
        *,
        store: str = "Helsinki Kamppi",
        register: str = "1",
        client: httpx.Client | None = None,
        tries: int = 5,
    ) -> None:
        self.base = f"{url}/c/{token}"
        self.headers = {"authorization": f"Bearer {api_key}"}
        self.place = {"store": store, "register": register}
        self.client = client or httpx.Client(timeout=10, trust_env=False)
        self.tries = tries

    def visit(self, text: str = "", **who: str) -> dict[str, Any]:
        return self.post("visit", self._said(who, text=text))

    def purchase(
        self, lines: Sequence[dict[str, Any]], *, amount: int | None = None, currency: str = "EUR", order: str = "", **who: str
    ) -> dict[str, Any]:
        """`lines`: [{sku, name, quantity, amount}], amounts in cents of the whole line."""
        total = amount if amount is not None else sum(line.get("amount", 0) for line in lines)
        return self.post("purchase", self._said(who, lines=list(lines), amount=total, currency=currency, order=order))

    def pickup(self, order: str, text: str = "", **who: str) -> dict[str, Any]:
        return self.post("pickup", self._said(who, order=order, text=text))

    def note(self, text: str, **who: str) -> dict[str, Any]:
        return self.post("note", self._said(who, text=text))

    def batch(self, happenings: Sequence[dict[str, Any]]) -> dict[str, Any]:
        """What a till gathered while the network was down: [{kind, key, who, …}]."""
        return self.post("batch", {"happenings": [{**self.place, **one} for one in happenings]})

    def hello(self) -> dict[str, Any]:
        return self._answer(self.client.get(f"{self.base}/", headers=self.headers))

    def _said(self, who: dict[str, str], **said: Any) -> dict[str, Any]:
        known = {name: who.pop(name) for name in ("card", "qr", "phone", "email") if name in who}
        return {"who": known, **self.place, **{name: value for name, value in {**said, **who}.items() if value not in ("", None)}}

    def post(self, kind: str, body: dict[str, Any], key: str = "") -> dict[str, Any]:
        """Raises httpx.HTTPStatusError when Lanka refuses, httpx.TransportError when it cannot be reached."""
        headers = {**self.headers, "idempotency-key": key or f"till-{self.place['register']}-{uuid.uuid4()}"}
        for number in range(self.tries):
            last = number == self.tries - 1
            try:
                answer = self.client.post(f"{self.base}/{kind}", json=body, headers=headers)
            except httpx.TransportError:
                if last:
                    raise
            else:
                if answer.status_code < 500 or last:
                    return self._answer(answer)
            time.sleep(0.1 * 2**number)
        raise AssertionError("not reached")

    @staticmethod
    def _answer(answer: httpx.Response) -> dict[str, Any]:
        answer.raise_for_status()
        told: dict[str, Any] = answer.json()
        return told
