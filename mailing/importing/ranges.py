"""Keys of rows as ranges, since those that are added together follow each other."""

from collections.abc import Iterable
from itertools import chain

Ranges = list[list[int]]


def ranges_of(keys: Iterable[int]) -> Ranges:
    """Return `[[first, last], …]` for keys in any order."""
    ranges: Ranges = []
    for key in sorted(keys):
        if ranges and key == ranges[-1][1] + 1:
            ranges[-1][1] = key
        else:
            ranges.append([key, key])
    return ranges


def keys_in(ranges: Ranges) -> Iterable[int]:
    """Return the keys in ranges, in their order."""
    return chain.from_iterable(range(first, last + 1) for first, last in ranges)


def take(ranges: Ranges, number: int) -> tuple[list[int], Ranges]:
    """Return up to `number` keys from the beginning, and the ranges that are left."""
    taken: list[int] = []
    for place, (first, last) in enumerate(ranges):
        room = number - len(taken)
        taken += range(first, min(last, first + room - 1) + 1)
        if last >= first + room:
            return taken, [[first + room, last], *ranges[place + 1 :]]
    return taken, []


def size(ranges: Ranges) -> int:
    return sum(last - first + 1 for first, last in chain(ranges))
