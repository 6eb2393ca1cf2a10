"""The transforms of a policy, those within combinations included, each with the key of its random numbers."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from hardy.augmentation.combining import Combination
from hardy.augmentation.transform import Transform


@dataclass(frozen=True)
class Node:
    """A transform with its key, and where it lies within which combination."""

    transform: Transform
    key: str
    draws: int
    within: str | None = None
    place: int = 0
    forced: bool = False
    apart: bool = False


def nodes_of(transforms: tuple[Transform, ...], parent: Node | None = None) -> Iterator[Node]:
    """All transforms in their order, combinations before what they hold.

    A key is the name and how many of it came before; those that have one of their own do not count. Within a
    combination the combination's key stands before it.
    """
    seen: Counter[str] = Counter()
    for place, transform in enumerate(transforms):
        name = type(transform).__name__
        key = (
            transform.key or f"{parent.key}/{name}#{seen[name]}" if parent else transform.key or f"{name}#{seen[name]}"
        )
        seen[name] += transform.key is None
        draws = transform.numbers if isinstance(transform, Combination) else transform.draws
        combination = parent.transform if parent and isinstance(parent.transform, Combination) else None
        forced = combination.decides if combination else False
        apart = bool(parent and parent.apart) or (isinstance(transform, Combination) and transform.apart)
        node = Node(transform, key, draws, parent.key if parent else None, place, forced, apart)
        yield node
        if isinstance(transform, Combination):
            yield from nodes_of(transform.transforms, node)
