"""Where the boxes of a directed graph stand: in layers from left to right, edges crossing as little as a few sweeps can do.

Source: Sugiyama, Tagawa, Toda: Methods for visual understanding of hierarchical system structures (1981).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

N = TypeVar("N", bound=Hashable)

BOX_WIDTH, BOX_HEIGHT = 208.0, 48.0
ACROSS, BETWEEN, MARGIN = 72.0, 16.0, 8.0
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
    chains = {edge: _chain(edge, layers_of) for edge in kept}
    layers = _ordered(layers_of, chains)
    return _placed(nodes, kept, (layers, chains))


def _layers(nodes: Sequence[N], edges: Sequence[tuple[N, N]]) -> dict[N, int]:
    """The longest way from where nothing comes from; then each goes as near as it can to who reads it."""
    after: dict[N, list[N]] = defaultdict(list)
    waits = dict.fromkeys(nodes, 0)
    for a, b in edges:
        after[a].append(b)
        waits[b] += 1
    layer, ready = dict.fromkeys(nodes, 0), [node for node in nodes if not waits[node]]
    done: list[N] = []
    while len(done) < len(nodes):
        if not ready:
            # A circle: whoever waits for the least goes on.
            left = set(nodes) - set(done)
            ready = [min(left, key=lambda node: waits[node])]
        node = ready.pop()
        if node in done[-1:] or waits[node] < 0:
            continue
        waits[node] = -1
        done.append(node)
        for reader in after[node]:
            if waits[reader] > 0:
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


def _ordered(
    layers_of: Mapping[N, int], chains: Mapping[tuple[N, N], list[Hashable]]
) -> list[list[Hashable]]:
    layers: list[list[Hashable]] = [[] for _ in range(max(layers_of.values(), default=-1) + 1)]
    for node, layer in layers_of.items():
        layers[layer].append(node)
    before: dict[Hashable, list[Hashable]] = defaultdict(list)
    after: dict[Hashable, list[Hashable]] = defaultdict(list)
    for chain in chains.values():
        for bend in chain[1:-1]:
            assert isinstance(bend, _Bend)
            layers[bend.layer].append(bend)
        for one, next_ in zip(chain, chain[1:], strict=False):
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
    ways = {edge: _way(chains[edge], corner) for edge in edges}
    width = 2 * MARGIN + len(layers) * BOX_WIDTH + max(len(layers) - 1, 0) * ACROSS
    return Placed({node: corner[node] for node in nodes}, ways, width, height)


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
