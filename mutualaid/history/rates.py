"""How often members were helped."""

from __future__ import annotations

from mutualaid.periods import PER_YEAR


def helped_per_million(helped: float, members: float, *, notices: int = 1) -> float:
    r"""Return how many of a million members were helped in a year, at the pace of some notices.

    .. math:: r = \frac{h}{k} \cdot 24 \cdot \frac{10^6}{n}

    Parameters
    ----------
    helped : float
        People helped, :math:`h`.
    members : float
        The members that they are counted among, :math:`n`.
    notices : int
        Notices in which they were helped, :math:`k`: 1 for a single notice, 24 for a year.

    Returns
    -------
    float
        People helped, per million members and year.

    Raises
    ------
    ValueError
        If `helped` is below 0, or `members` or `notices` is not above 0.

    Examples
    --------
    150 people in one notice, among 72 million:

    >>> helped_per_million(150, 72_000_000)
    50.0
    """
    for name, number, allowed in (
        ("helped", helped, helped >= 0),
        ("members", members, members > 0),
        ("notices", notices, notices > 0),
    ):
        if not allowed:
            least = "at least 0" if name == "helped" else "above 0"
            raise ValueError(f"{name} must be {least}, got {number!r}")
    return helped * PER_YEAR * 1_000_000 / (notices * members)
