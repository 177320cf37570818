"""Who decides when people disagree: the verdict of the jury, and a model of it."""

from __future__ import annotations

from dataclasses import dataclass

from scipy import stats

from mutualaid.rules.plans import Reason, reason, rule_term


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What a vote of the jury comes to.

    Attributes
    ----------
    outcome : str
        ``paid``, ``finding stands`` (the refusal), ``no result``, or ``undecided`` for a tie.
    reason : Reason
        The rule, and what it says of this vote.
    """

    outcome: str
    reason: Reason


def jury_verdict(votes_for: int, votes_against: int) -> Verdict:
    """Apply the rules of the jury to a vote.

    Parameters
    ----------
    votes_for, votes_against : int
        Valid votes for and against paying.

    Returns
    -------
    Verdict

    Raises
    ------
    ValueError
        If a count is not a whole number of at least 0.

    Examples
    --------
    >>> jury_verdict(614, 386).outcome, jury_verdict(500, 500).outcome
    ('paid', 'undecided')
    """
    for name, votes in (("votes_for", votes_for), ("votes_against", votes_against)):
        if isinstance(votes, bool) or not isinstance(votes, int) or votes < 0:
            raise ValueError(f"{name} must be a whole number of at least 0, got {votes!r}")
    cast = votes_for + votes_against
    needed, bound = rule_term("plans/jury/votes_needed"), rule_term("plans/jury/decision")
    if cast < needed.value:
        said = f"{cast} valid votes; {needed.value:.0f} are needed."
        return Verdict(outcome="no result", reason=reason("votes needed", said, needed))
    said = f"{votes_for / cast:.1%} of the votes are for paying."
    if 2 * votes_for > cast:
        return Verdict(outcome="paid", reason=reason("decision", said, bound))
    if 2 * votes_for == cast:
        # Two texts can be read as "half is enough", two ask for more.
        term = rule_term("plans/jury/decision_bound")
        return Verdict(outcome="undecided", reason=reason("tie", said, term))
    stands = rule_term("plans/jury/if_refused_or_withdrawn")
    return Verdict(outcome="finding stands", reason=reason("decision", said, stands))


def chance_of_vote_to_pay(competence: float, sympathy: float, *, deserves: bool) -> float:
    r"""Return the chance that one juror votes to pay.

    .. math:: q = s + (1 - s) p \quad\text{or}\quad q = s + (1 - s) (1 - p)

    in a case that deserves payment, or does not.

    Parameters
    ----------
    competence, sympathy, deserves
        As in :func:`chance_of_right_verdict`.

    Returns
    -------
    float

    Raises
    ------
    ValueError
        If a value is out of range.

    Examples
    --------
    >>> round(chance_of_vote_to_pay(0.6, 0.3, deserves=False), 2)
    0.58
    """
    for name, share in (("competence", competence), ("sympathy", sympathy)):
        if not 0 <= share <= 1:
            raise ValueError(f"{name} must be from 0 to 1, got {share!r}")
    return sympathy + (1 - sympathy) * (competence if deserves else 1 - competence)


def chance_of_right_verdict(
    jurors: int, competence: float, sympathy: float = 0.0, *, deserves: bool
) -> float:
    r"""Return the chance that a jury decides a case as the rules would.

    Each juror votes from sympathy with probability :math:`s`, and then to pay. Otherwise he or
    she reads the case, and reads it rightly with probability :math:`p`. Votes are independent:
    an assumption, and a kind one. So the number of votes to pay is binomial, with the chance of
    :func:`chance_of_vote_to_pay`. More than half of the votes decide for paying.

    Parameters
    ----------
    jurors : int
        Votes cast, :math:`n`.
    competence : float
        Chance of reading the case rightly, :math:`p`, from 0 to 1.
    sympathy : float
        Chance of voting from sympathy, :math:`s`, from 0 to 1.
    deserves : bool
        Whether the rules would pay.

    Returns
    -------
    float

    Raises
    ------
    ValueError
        If a value is out of range.

    Examples
    --------
    >>> round(chance_of_right_verdict(3, 0.6, deserves=True), 3)
    0.648
    """
    if isinstance(jurors, bool) or not isinstance(jurors, int) or jurors < 1:
        raise ValueError(f"jurors must be a whole number of at least 1, got {jurors!r}")
    to_pay = chance_of_vote_to_pay(competence, sympathy, deserves=deserves)
    paid = float(stats.binom.sf(jurors // 2, jurors, to_pay))
    return paid if deserves else 1 - paid
