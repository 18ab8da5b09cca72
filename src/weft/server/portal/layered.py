"""Where the boxes of a directed graph stand: in layers from left to right, edges crossing as little as a few sweeps can do.

Source: Sugiyama, Tagawa, Toda: Methods for visual understanding of hierarchical system structures (1981).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Generic, TypeVar

N = TypeVar("N", bound=Hashable)

BOX_WIDTH, BOX_HEIGHT = 192.0, 48.0
ACROSS, BETWEEN, MARGIN, ROUND = 56.0, 16.0, 28.0, 24.0
SWEEPS = 6


@dataclass(frozen=True, slots=True)
class Placed(Generic[N]):
    """`boxes` are top left corners, `ways` the points that each edge goes through, from its right edge to its left."""

    boxes: Mapping[N, tuple[float, float]]
    ways: Mapping[tuple[N, N], Sequence[tuple[float, float]]]
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class _Bend:
    """A place in a layer that an edge only passes through."""

    edge: tuple[Hashable, Hashable]
    layer: int


def placed(nodes: Sequence[N], edges: Iterable[tuple[N, N]]) -> Placed[N]:
    """Edges lead from what is read to who reads it; those that would close a circle are drawn, and do not count."""
    known = set(nodes)
    kept = list(dict.fromkeys((a, b) for a, b in edges if a in known and b in known and a != b))
    layers_of = _layers(nodes, kept)
    chains = {edge: _chain(edge, layers_of) for edge in kept if layers_of[edge[0]] < layers_of[edge[1]]}
    layers = _ordered(layers_of, chains)
    return _placed(nodes, kept, (layers, chains))


def _layers(nodes: Sequence[N], edges: Sequence[tuple[N, N]]) -> dict[N, int]:
    """The longest way from where nothing comes from; then each goes as near as it can to who reads it."""
    after: dict[N, list[N]] = defaultdict(list)
    waits = dict.fromkeys(nodes, 0)
    for a, b in edges:
        after[a].append(b)
        waits[b] += 1
    layer, ready, left = dict.fromkeys(nodes, 0), [node for node in nodes if not waits[node]], dict.fromkeys(nodes)
    done: list[N] = []
    while left:
        # In a circle nobody is ready: whoever waits for the fewest goes on.
        node = ready.pop() if ready else min(left, key=waits.__getitem__)
        del left[node]
        done.append(node)
        for reader in after[node]:
            if reader in left:
                layer[reader] = max(layer[reader], layer[node] + 1)
                waits[reader] -= 1
                if not waits[reader]:
                    ready.append(reader)
    for node in reversed(done):
        nearest = min((layer[reader] for reader in after[node]), default=layer[node] + 1) - 1
        layer[node] = max(layer[node], nearest)
    return layer


def _chain(edge: tuple[N, N], layers: Mapping[N, int]) -> list[Hashable]:
    a, b = edge
    return [a, *(_Bend(edge, layer) for layer in range(layers[a] + 1, layers[b])), b]


def _ordered(layers_of: Mapping[N, int], chains: Mapping[tuple[N, N], list[Hashable]]) -> list[list[Hashable]]:
    layers: list[list[Hashable]] = [[] for _ in range(max(layers_of.values(), default=-1) + 1)]
    for node, layer in layers_of.items():
        layers[layer].append(node)
    before: dict[Hashable, list[Hashable]] = defaultdict(list)
    after: dict[Hashable, list[Hashable]] = defaultdict(list)
    for chain in chains.values():
        for bend in chain[1:-1]:
            assert isinstance(bend, _Bend)
            layers[bend.layer].append(bend)
        for one, next_ in pairwise(chain):
            after[one].append(next_)
            before[next_].append(one)
    for sweep in range(SWEEPS):
        forward = sweep % 2 == 0
        order = range(1, len(layers)) if forward else range(len(layers) - 2, -1, -1)
        for at in order:
            _settle(layers[at], layers[at - 1 if forward else at + 1], before if forward else after)
    return layers


def _settle(layer: list[Hashable], beside: Sequence[Hashable], neighbours: Mapping[Hashable, list[Hashable]]) -> None:
    """Each to the middle of those that it is joined to in the layer beside."""
    at = {node: place for place, node in enumerate(beside)}
    middle = {}
    for place, node in enumerate(layer):
        joined = [at[one] for one in neighbours.get(node, ()) if one in at]
        middle[node] = sum(joined) / len(joined) if joined else place
    layer.sort(key=lambda node: middle[node])


def _placed(
    nodes: Sequence[N],
    edges: Sequence[tuple[N, N]],
    drawn: tuple[list[list[Hashable]], Mapping[tuple[N, N], list[Hashable]]],
) -> Placed[N]:
    layers, chains = drawn
    talls = [sum(_tall(one) for one in layer) + BETWEEN * max(len(layer) - 1, 0) for layer in layers]
    height = max(talls, default=0.0) + 2 * MARGIN
    corner: dict[Hashable, tuple[float, float]] = {}
    for at, layer in enumerate(layers):
        y = (height - talls[at]) / 2
        for one in layer:
            corner[one] = MARGIN + at * (BOX_WIDTH + ACROSS), y
            y += _tall(one) + BETWEEN
    ways = {edge: _way(chains[edge], corner) if edge in chains else _back(edge, corner) for edge in edges}
    width = 2 * MARGIN + len(layers) * BOX_WIDTH + max(len(layers) - 1, 0) * ACROSS
    return Placed({node: corner[node] for node in nodes}, ways, width, height)


def _back(edge: tuple[N, N], corner: Mapping[Hashable, tuple[float, float]]) -> list[tuple[float, float]]:
    """Against the flow, out of a box's left side: into the right side of one before it, or round to one of its own layer."""
    (x, y), (to_x, to_y) = corner[edge[0]], corner[edge[1]]
    middle, end = y + BOX_HEIGHT / 2, to_y + BOX_HEIGHT / 2
    if to_x < x:
        return [(x, middle), (to_x + BOX_WIDTH, end)]
    return [(x, middle), (x - ROUND, (middle + end) / 2), (x, end)]


def _tall(one: Hashable) -> float:
    return 8.0 if isinstance(one, _Bend) else BOX_HEIGHT


def _way(chain: Sequence[Hashable], corner: Mapping[Hashable, tuple[float, float]]) -> list[tuple[float, float]]:
    x, y = corner[chain[0]]
    points = [(x + BOX_WIDTH, y + BOX_HEIGHT / 2)]
    for bend in chain[1:-1]:
        x, y = corner[bend]
        points += [(x, y + 4), (x + BOX_WIDTH, y + 4)]
    x, y = corner[chain[-1]]
    return [*points, (x, y + BOX_HEIGHT / 2)]
