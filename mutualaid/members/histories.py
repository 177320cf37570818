"""Which members it happens to: the exits of a cohort, in random order."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor, Future

import numpy as np
from numpy.typing import NDArray

from mutualaid.members.counts import PLACES, stream

__all__ = ["Codes", "draw_histories", "shuffled"]

Codes = NDArray[np.uint16]


def shuffled(seed: int, period: int, exits: NDArray[np.int32]) -> Codes:
    """Return the code of each member who joined in a period, cohort after cohort.

    `exits` are those of its cohorts, codes x cohorts. Within a cohort all orders of the codes have
    the same chance.
    """
    rng = stream(seed, PLACES, period)
    cohort, code = np.nonzero(exits.T)
    ends = np.repeat(code.astype(np.uint16), exits[code, cohort])
    edges = np.concatenate([[0], np.cumsum(exits.sum(axis=0, dtype=np.int64))])
    for start, stop in zip(edges[:-1].tolist(), edges[1:].tolist(), strict=True):
        if stop - start > 1:
            rng.shuffle(ends[start:stop])
    return ends


def draw_histories(
    seed: int,
    exits: NDArray[np.int32],
    periods: int,
    executor: Executor | None,
    told: Callable[[], None],
) -> Codes:
    """Return the codes of all members, in the order in which they joined.

    Each joining period has random numbers of its own, so that it does not matter who draws them.
    """
    groups = exits.shape[1] // periods
    blocks = [exits[:, t * groups : (t + 1) * groups] for t in range(periods)]
    edges = np.concatenate([[0], np.cumsum([each.sum(dtype=np.int64) for each in blocks])])
    ends = np.empty(int(edges[-1]), dtype=np.uint16)
    waiting: list[Future[Codes]] = []
    try:
        if executor is not None:
            waiting = [executor.submit(shuffled, seed, t, blocks[t]) for t in range(periods)]
            waiting.reverse()  # the next one is the last, and is let go when it is read
        for t in range(periods):
            part = waiting.pop().result() if waiting else shuffled(seed, t, blocks[t])
            ends[edges[t] : edges[t + 1]] = part
            told()
    finally:
        for each in waiting:
            each.cancel()
    return ends
