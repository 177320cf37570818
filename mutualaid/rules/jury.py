"""Who decides when people disagree: the verdict of the jury, and a model of it."""

from __future__ import annotations

from dataclasses import dataclass

from scipy import stats

from mutualaid import checks
from mutualaid.rules.plans import Reason, reason, rule_term


@dataclass(frozen=True, slots=True, kw_only=True)
class Juror:
    """Somebody who wants to vote on a case.

    Parameters
    ----------
    age : int
        Age in full years.
    days_member : int
        Days since joining.
    passed_test : bool
        Whether the test on the rules was passed.
    pays_shares : bool
        Whether the person pays shares; a relative on another's account does not.

    Raises
    ------
    TypeError
        If a mark is neither True nor False.
    ValueError
        If a number is out of range.
    """

    age: int
    days_member: int
    passed_test: bool
    pays_shares: bool

    def __post_init__(self) -> None:
        checks.whole("age", self.age, 0, 120)
        checks.whole("days_member", self.days_member)
        checks.boolean("passed_test", self.passed_test)
        checks.boolean("pays_shares", self.pays_shares)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Whether somebody may vote, and why.

    Attributes
    ----------
    allowed : bool or None
        None if some rule cannot be decided, and no other bars.
    reasons : tuple of Reason
        The rules that bar.
    undecided : tuple of Reason
        The rules that could not be decided.
    """

    allowed: bool | None
    reasons: tuple[Reason, ...]
    undecided: tuple[Reason, ...]


def may_vote(juror: Juror) -> Standing:
    """Ask whether somebody may vote as a juror.

    Examples
    --------
    >>> standing = may_vote(Juror(age=17, days_member=90, passed_test=True, pays_shares=True))
    >>> standing.allowed, standing.reasons[0].text
    (False, 'A juror is at least 18; this one is 17.')
    """
    age, days = rule_term("plans/jury/minimum_age"), rule_term("plans/jury/voter_membership")
    test, pays = rule_term("plans/jury/conditions"), rule_term("plans/jury/juror_pays")
    bars, unclear = [], []
    if juror.age < age.value:
        said = f"A juror is at least {age.value}; this one is {juror.age}."
        bars.append(reason("juror's age", said, age))
    if juror.days_member < days.value:
        said = f"{juror.days_member} days a member; more than {days.value} are asked."
        bars.append(reason("juror's membership", said, days))
    elif juror.days_member == days.value:
        said = f"Whether day {days.value} itself is enough is not clear."
        unclear.append(reason("juror's membership", said, days))
    if not juror.passed_test:
        bars.append(reason("juror's test", "The test was not passed.", test))
    if not juror.pays_shares:
        bars.append(reason("juror's shares", "Only those who pay shares themselves vote.", pays))
    allowed = False if bars else None if unclear else True
    return Standing(allowed=allowed, reasons=tuple(bars), undecided=tuple(unclear))


def chance_of_passing(knowledge: float, attempts: int) -> float:
    r"""Return the chance that somebody passes the entry test within some attempts.

    .. math:: 1 - (1 - p^6)^a

    The test has six questions and may be repeated until it is passed. That all six have to be
    right is an assumption: no source gives the mark. Answers are taken as independent.

    Parameters
    ----------
    knowledge : float
        Chance of answering one question rightly, :math:`p`; 0.5 for a guess between yes and no.
    attempts : int
        Attempts, :math:`a`.

    Raises
    ------
    ValueError
        If a value is out of range.

    Examples
    --------
    Somebody who guesses, at the first attempt and within a hundred:

    >>> round(chance_of_passing(0.5, 1), 3), round(chance_of_passing(0.5, 100), 2)
    (0.016, 0.79)
    """
    checks.number("knowledge", knowledge, 0, 1)
    checks.whole("attempts", attempts)
    questions = int(rule_term("plans/jury/questions_in_test").value)
    return float(1 - (1 - knowledge**questions) ** attempts)


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
        checks.whole(name, votes)
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
        checks.number(name, share, 0, 1)
    checks.boolean("deserves", deserves)
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
    checks.whole("jurors", jurors, 1)
    to_pay = chance_of_vote_to_pay(competence, sympathy, deserves=deserves)
    paid = float(stats.binom.sf(jurors // 2, jurors, to_pay))
    return paid if deserves else 1 - paid
