"""Who is who, decided: the part of the graph that some events touch, in memory. No database here.

One event at a time, its identifiers from the strongest to the weakest. The strongest known one says whose event it is; each
other known one joins its person to that one, unless a guard says 'ask somebody'; what is new is learnt. A batch is the same
function called once an event, so that batches and single events cannot disagree.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from lanka.customers.models import Kind
from lanka.customers.normalise import Key

# plain ints: an enum's member and its number are equal but do not share a hash
CRM, CARD, PHONE, EMAIL, ACCOUNT, ORDER, VISITOR = (
    int(kind) for kind in (Kind.CRM, Kind.CARD, Kind.PHONE, Kind.EMAIL, Kind.ACCOUNT, Kind.ORDER, Kind.VISITOR)
)
LIMIT = {CRM: 1, CARD: 1, PHONE: 5, EMAIL: 5, ACCOUNT: 5, ORDER: 10_000, VISITOR: 50}  # CRM ids a system, accounts a provider
PERSONAL = frozenset({CRM, CARD, PHONE, EMAIL, ACCOUNT})
AT_ONCE = 8  # more people than this in one event: a machine speaks, not a person

Group = tuple[int, str]
Held = dict[Group, set[str]]


def group(key: Key) -> Group:
    """What is counted together: a person has one id in each CRM, five at each provider."""
    kind, value = key
    return (kind, value.partition(":")[0] if kind in (CRM, ACCOUNT) else "")


def over(a: Held, b: Held) -> Group | None:
    """The first group of which both together hold too many. What a person here has joined already (two cards) is no hindrance."""
    for kind in a.keys() & b.keys():
        mine, more = a[kind], b[kind]
        if len(mine | more) > max(LIMIT[kind[0]], len(mine), len(more)):
            return kind
    return None


@dataclass(slots=True)
class Cluster:
    """One person: bases, and the values they hold."""

    root: int
    bases: list[int]
    held: Held = field(default_factory=dict)

    def hold(self, key: Key) -> None:
        self.held.setdefault(group(key), set()).add(key[1])

    @property
    def personal(self) -> bool:
        return any(kind in PERSONAL for kind, _ in self.held)


@dataclass(frozen=True, slots=True)
class NewLink:
    a: int
    b: int
    left: Key
    right: Key


@dataclass(frozen=True, slots=True)
class Refusal:
    """Evidence that two people are one, and the guard that stood against it."""

    a: int  # bases
    b: int
    rule: str  # 'exclusive', 'limit', 'apart', 'too-many', 'shared-browser'
    left: Key
    right: Key


@dataclass(slots=True)
class Placed:
    """What one event means."""

    base: int = 0
    new: bool = False
    learnt: list[Key] = field(default_factory=list)
    links: list[NewLink] = field(default_factory=list)
    refused: list[Refusal] = field(default_factory=list)


@dataclass(slots=True)
class Graph:
    base_of: dict[Key, int] = field(default_factory=dict)
    root_of: dict[int, int] = field(default_factory=dict)
    clusters: dict[int, Cluster] = field(default_factory=dict)
    apart: dict[int, set[int]] = field(default_factory=dict)  # base -> bases that it is not

    def cluster(self, base: int) -> Cluster:
        return self.clusters[self.root_of[base]]

    def add(self, root: int, bases: Iterable[int]) -> Cluster:
        cluster = self.clusters[root] = Cluster(root, list(bases))
        self.root_of.update(dict.fromkeys(cluster.bases, root))
        return cluster

    def part(self, a: int, b: int) -> None:
        self.apart.setdefault(a, set()).add(b)
        self.apart.setdefault(b, set()).add(a)

    def absorb(self, a: Cluster, b: Cluster) -> Cluster:
        """Two people become one; the oldest base is the root."""
        keep, gone = (a, b) if a.root < b.root else (b, a)
        keep.bases += gone.bases
        for kind, values in gone.held.items():
            keep.held.setdefault(kind, set()).update(values)
        self.root_of.update(dict.fromkeys(gone.bases, keep.root))
        del self.clusters[gone.root]
        return keep

    def against(self, mine: Cluster, other: Cluster, right: Key) -> str:
        """The guard that stands against joining these two by `right`; '' when none does."""
        if any(not self.apart.get(base, set()).isdisjoint(other.bases) for base in mine.bases):
            return "apart"
        if too_many := over(mine.held, other.held):
            return "exclusive" if LIMIT[too_many[0]] == 1 else "limit"
        # a browser is no person: it joins what is anonymous, never two people known by more
        return "shared-browser" if right[0] == VISITOR and mine.personal and other.personal else ""


def place(graph: Graph, keys: Sequence[Key], new_id: Callable[[], int], *, anchor: int | None = None) -> Placed:
    """Decides one event and changes `graph` by it. `keys`: proven, without doubles, the strongest first.

    `anchor`: a base that is surely this person's, whatever the identifiers say (somebody proved an address).
    """
    return _Placing(graph, new_id, anchor).run(keys)


class _Placing:
    def __init__(self, graph: Graph, new_id: Callable[[], int], anchor: int | None) -> None:
        self.graph = graph
        self.new_id = new_id
        self.done = Placed(base=anchor or 0)
        self.trusted = anchor is not None
        self.left: Key | None = None  # the identifier that stands for the base
        self.waiting = Cluster(0, [])  # stronger than any known one so far, itself unknown
        self.new_keys: list[Key] = []

    def run(self, keys: Sequence[Key]) -> Placed:
        roots = {self.graph.root_of[self.graph.base_of[key]] for key in keys if key in self.graph.base_of}
        for key in keys:
            base = self.graph.base_of.get(key)
            if base is None:
                self.learn(key)
            elif not self.done.base and not self.settle(base, key):
                self.start()
                self.join(base, key, many=False)
            else:
                self.join(base, key, many=len(roots) > AT_ONCE)
            self.left = self.left or key
        if not self.done.base:
            self.start()
        return self.done

    def learn(self, key: Key) -> None:
        """Something new belongs to the base, or waits until there is one; over the limit it is left out."""
        cluster = self.graph.cluster(self.done.base) if self.done.base else self.waiting
        if over(cluster.held, {group(key): {key[1]}}):
            return
        cluster.hold(key)
        self.new_keys.append(key)
        if self.done.base:
            self.keep()

    def keep(self) -> None:
        self.graph.base_of.update(dict.fromkeys(self.new_keys, self.done.base))
        self.done.learnt += self.new_keys
        self.new_keys = []

    def settle(self, base: int, key: Key) -> bool:
        """The event is of this base, unless a stronger new identifier contradicts it (another card: another person)."""
        cluster = self.graph.cluster(base)
        if over(cluster.held, self.waiting.held):
            return False
        for new in self.new_keys:
            cluster.hold(new)
        self.done.base, self.left = base, key
        self.keep()
        return True

    def start(self) -> None:
        """Somebody not met before."""
        self.done.base, self.done.new = self.new_id(), True
        self.graph.add(self.done.base, [self.done.base]).held = self.waiting.held
        self.keep()

    def join(self, base: int, key: Key, *, many: bool) -> None:
        mine, other = self.graph.cluster(self.done.base), self.graph.cluster(base)
        if mine is other:
            return
        left = self.left or key
        guard = "too-many" if many else self.graph.against(mine, other, key)
        if guard and not (self.trusted and guard == "shared-browser"):
            self.done.refused.append(Refusal(self.done.base, base, guard, left, key))
            return
        self.done.links.append(NewLink(self.done.base, base, left, key))
        self.graph.absorb(mine, other)
