"""What it would cost to give back all shares, to the fen, and to whom they would go."""

from __future__ import annotations

import numpy as np
import pandas as pd

from mutualaid.members import CAUSES, Simulation
from mutualaid.members.counts import codes
from mutualaid.members.people import last_charged

__all__ = ["charges_by_end"]

#: How a membership ends, in words, with the two ways to be there at the end of the run.
_ENDS = (*CAUSES, "member", "pending")


def charges_by_end(simulation: Simulation) -> pd.DataFrame:
    """Return what all members of a simulated plan were charged, by how it ended for them.

    Everybody who joined in one period and was charged for the last time in another was charged
    the same, so that the sums are exact at any size.

    Parameters
    ----------
    simulation : Simulation
        The plan, drawn; histories need not be kept.

    Returns
    -------
    DataFrame
        A row for each end, ``member`` (still there) and ``pending`` (diagnosed, to be helped) last:
        ``end``, ``people``, ``charged_fen``. The sums are everybody who ever joined, and the
        ledger to the fen.

    Raises
    ------
    TypeError
        If it is no simulation.
    ValueError
        If it is pooled: then nobody knows when those joined who were charged.

    Examples
    --------
    >>> from mutualaid.churn import Scenario
    >>> from mutualaid.members import simulate
    >>> run = simulate(Scenario(), 1, members_scale=1e-4, histories=False)
    >>> table = charges_by_end(run)
    >>> int(table["charged_fen"].sum()) == int((run.bill * run.members).sum())
    True
    """
    if not isinstance(simulation, Simulation):
        raise TypeError(f"simulation must be a Simulation, got {simulation!r}")
    if simulation.pooled:
        raise ValueError("simulation must not be pooled where charges are asked for, got pooled")
    count = len(simulation.periods)
    exits = simulation.drawn.exits.reshape(codes(count), count, -1).sum(axis=2, dtype=np.int64)
    sums = np.concatenate([[0], np.cumsum(simulation.bill)])
    charged = sums[last_charged(count) + 1][:, None] - sums[:-1][None, :]
    yuan = np.where(exits > 0, exits * charged, 0).sum(axis=1)
    people = exits.sum(axis=1)
    period, cause = np.divmod(np.arange(codes(count)), len(CAUSES))
    # Codes after those of the last period: still a member, and diagnosed but not yet helped.
    place = np.where(period < count, cause, len(CAUSES) + cause)
    return pd.DataFrame(
        {
            "end": list(_ENDS),
            "people": np.bincount(place, people, minlength=len(_ENDS)).astype(np.int64),
            "charged_fen": [int(yuan[place == each].sum()) for each in range(len(_ENDS))],
        }
    )
