"""How often somebody may do something: token buckets in memory, one set a process. Bounds nuisance, is not a book-keeper."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

MOST = 50_000


@dataclass(slots=True)
class Pace:
    """`take` costs one; a bucket of `size` fills in a minute unless told otherwise."""

    buckets: dict[tuple[str, str], tuple[float, float]] = field(default_factory=dict)

    def take(self, what: str, who: str, size: int, seconds: float = 60.0, now: float | None = None) -> float:
        """Seconds to wait, 0.0: go ahead."""
        moment = time.monotonic() if now is None else now
        left, at = self.buckets.get((what, who), (float(size), moment))
        left = min(float(size), left + (moment - at) * size / seconds)
        if left < 1:
            return (1 - left) * seconds / size
        self.buckets[what, who] = (left - 1, moment)
        if len(self.buckets) > MOST:
            self.forget()
        return 0.0

    def forget(self) -> None:
        """The half that has been quiet longest: their buckets are full again or nearly so."""
        oldest = sorted(self.buckets, key=lambda key: self.buckets[key][1])[: MOST // 2]
        for key in oldest:
            del self.buckets[key]
