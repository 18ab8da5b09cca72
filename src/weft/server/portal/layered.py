"""Where the boxes of a directed graph stand: in layers from left to right, edges crossing as little as a few sweeps can do.

Source: Sugiyama, Tagawa, Toda: Methods for visual understanding of hierarchical system structures (1981).
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, Generic, TypeVar

N = TypeVar("N", bound=Hashable)

BOX_WIDTH, BOX_HEIGHT = 192.0, 48.0
ACROSS, BETWEEN, MARGIN, ROUND = 56.0, 16.0, 28.0, 24.0
BEND = 8.0
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


@dataclass(frozen=True, slots=True)
class Shape:
    """How large boxes are: all of one width, each as tall as `talls` says, else as a box is."""

    wide: float = BOX_WIDTH
    talls: Mapping[Hashable, float] = field(default_factory=dict)

    def tall(self, one: Hashable) -> float:
        return BEND if isinstance(one, _Bend) else self.talls.get(one, BOX_HEIGHT)


def placed(nodes: Sequence[N], edges: Iterable[tuple[N, N]], shape: Shape = Shape()) -> Placed[N]:
    """Edges lead from what is read to who reads it; those that would close a circle are drawn, and do not count.

    Those that nothing is joined to stand together below the rest.
    """
    known = set(nodes)
    kept = list(dict.fromkeys((a, b) for a, b in edges if a in known and b in known and a != b))
    joined = {end for edge in kept for end in edge}
    layers_of = _layers([node for node in nodes if node in joined], kept)
    chains = {edge: _chain(edge, layers_of) for edge in kept if layers_of[edge[0]] < layers_of[edge[1]]}
    layers = _ordered(layers_of, chains)
    alone = [node for node in nodes if node not in joined]
    return _placed(nodes, kept, _Drawn(layers, chains, alone, shape))


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


@dataclass(frozen=True, slots=True)
class _Drawn:
    layers: list[list[Hashable]]
    chains: Mapping[tuple[Any, Any], list[Hashable]]
    alone: Sequence[Hashable]
    shape: Shape

    @property
    def across(self) -> float:
        return self.shape.wide + ACROSS


def _placed(nodes: Sequence[N], edges: Sequence[tuple[N, N]], drawn: _Drawn) -> Placed[N]:
    tops = _tops(drawn)
    corner: dict[Hashable, tuple[float, float]] = {
        one: (MARGIN + at * drawn.across, tops[one]) for at, layer in enumerate(drawn.layers) for one in layer
    }
    height = max((tops[one] + drawn.shape.tall(one) for one in tops), default=0.0) + MARGIN
    columns, bottom = _gathered(drawn, height + BETWEEN if drawn.layers else MARGIN, corner)
    shape, chains = drawn.shape, drawn.chains
    ways = {edge: _way(chains[edge], corner, shape) if edge in chains else _back(edge, corner, shape) for edge in edges}
    width = 2 * MARGIN + columns * drawn.across - (ACROSS if columns else 0)
    return Placed({node: corner[node] for node in nodes}, ways, width, max(height, bottom))


def _tops(drawn: _Drawn) -> dict[Hashable, float]:
    """How high each stands: near the middle of what it is joined to, in the order of its layer, so that ways are short and straight."""
    tall = drawn.shape.tall
    tops: dict[Hashable, float] = {}
    for layer in drawn.layers:
        y = 0.0
        for one in layer:
            tops[one] = y
            y += tall(one) + BETWEEN
    beside: dict[Hashable, list[Hashable]] = defaultdict(list)
    for chain in drawn.chains.values():
        for one, next_ in pairwise(chain):
            beside[one].append(next_)
            beside[next_].append(one)
    for sweep in range(SWEEPS):
        for layer in drawn.layers if sweep % 2 else reversed(drawn.layers):
            wanted = [_middle_of(one, beside[one], (tops, tall)) - tall(one) / 2 for one in layer]
            tops.update(zip(layer, _apart(wanted, [tall(one) + BETWEEN for one in layer]), strict=True))
    least = min(tops.values(), default=0.0) - MARGIN
    return {one: top - least for one, top in tops.items()}


def _middle_of(
    one: Hashable,
    beside: Sequence[Hashable],
    known: tuple[Mapping[Hashable, float], Callable[[Hashable], float]],
) -> float:
    tops, tall = known
    joined = beside or [one]
    return sum(tops[other] + tall(other) / 2 for other in joined) / len(joined)


def _apart(wanted: Sequence[float], talls: Sequence[float]) -> list[float]:
    """The heights nearest to what is wanted (by least squares) at which nothing overlaps: neighbours that would are moved as one.

    Source: Ayer et al.: An empirical distribution function for sampling with incomplete information (1955), pooling adjacent violators.
    """
    blocks: list[tuple[float, int]] = []
    below = 0.0
    above: list[float] = []
    for want, tall in zip(wanted, talls, strict=True):
        above.append(below)
        total, count = want - below, 1
        while blocks and blocks[-1][0] / blocks[-1][1] >= total / count:
            other, others = blocks.pop()
            total, count = total + other, count + others
        blocks.append((total, count))
        below += tall
    shifts = [total / count for total, count in blocks for _ in range(count)]
    return [shift + offset for shift, offset in zip(shifts, above, strict=True)]


def _gathered(drawn: _Drawn, top: float, corner: dict[Hashable, tuple[float, float]]) -> tuple[int, float]:
    """Those that stand alone, in rows as wide as the rest (or about as wide as they are tall); how many columns there are then, and where they end."""
    layers, alone = len(drawn.layers), drawn.alone
    if not alone:
        return layers, 0.0
    columns = max(layers, min(len(alone), max(2, round(math.sqrt(len(alone) * BOX_HEIGHT / drawn.across)))))
    ends = [top] * columns
    for one in alone:
        at = ends.index(min(ends))
        corner[one] = MARGIN + at * drawn.across, ends[at]
        ends[at] += drawn.shape.tall(one) + BETWEEN
    return columns, max(ends) - BETWEEN + MARGIN


def _back(edge: tuple[N, N], corner: Mapping[Hashable, tuple[float, float]], shape: Shape) -> list[tuple[float, float]]:
    """Against the flow, out of a box's left side: into the right side of one before it, or round to one of its own layer."""
    (x, y), (to_x, to_y) = corner[edge[0]], corner[edge[1]]
    middle, end = y + shape.tall(edge[0]) / 2, to_y + shape.tall(edge[1]) / 2
    if to_x < x:
        return [(x, middle), (to_x + shape.wide, end)]
    return [(x, middle), (x - ROUND, (middle + end) / 2), (x, end)]


def _way(
    chain: Sequence[Hashable], corner: Mapping[Hashable, tuple[float, float]], shape: Shape
) -> list[tuple[float, float]]:
    x, y = corner[chain[0]]
    points = [(x + shape.wide, y + shape.tall(chain[0]) / 2)]
    for bend in chain[1:-1]:
        x, y = corner[bend]
        points += [(x, y + BEND / 2), (x + shape.wide, y + BEND / 2)]
    x, y = corner[chain[-1]]
    return [*points, (x, y + shape.tall(chain[-1]) / 2)]
