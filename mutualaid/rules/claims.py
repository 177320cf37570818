"""What a claim is, and what becomes of it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from mutualaid.rules.plans import Reason

#: The four criteria of an acute heart attack in the definitions of 2007.
HEART_CRITERIA = ("signs", "electrocardiogram", "enzymes", "ventricle")
#: What remains after a stroke; any one of them counts.
STROKE_LOSSES = ("limb", "speech or swallowing", "three daily activities")
#: Illnesses with a rule of their own. Any other is ``"critical illness"``, met as defined or not.
ILLNESSES = (
    "critical illness", "cancer", "light cancer", "carcinoma in situ", "light thyroid cancer",
    "light prostate cancer", "heart attack", "deep coma", "stroke", "rare disease",
    "sudden death", "death by accident", "injury in public transport", "COVID-19",
)  # fmt: skip
VEHICLES = {
    "plane": "benefit_air",
    "train": "benefit_train_and_ship",
    "ship": "benefit_train_and_ship",
    "metro": "benefit_metro_and_light_rail",
    "bus": "benefit_bus_taxi_and_ride_hailing",
    "taxi": "benefit_bus_taxi_and_ride_hailing",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Membership:
    """A member's time in a plan.

    Parameters
    ----------
    born : date
        Day of birth.
    joined : date
        Day of joining; of the last one, for a member who left and joined again.
    left : date, optional
        Day of leaving; None for a member who stayed.
    moved_at_60 : bool
        Whether the move to the elderly plan was switched on, so that no waiting began anew.
    failed_deductions : int
        Deductions in a row that had failed when the claim came.
    owed : int
        Unpaid shares, in fen.
    helped_before : bool
        Whether a benefit for a severe illness was received before.
    declaration_true : bool, optional
        Whether the health declaration was true; None if that is in dispute.

    Raises
    ------
    ValueError
        If a date or a count is out of range.
    """

    born: dt.date
    joined: dt.date
    left: dt.date | None = None
    moved_at_60: bool = False
    failed_deductions: int = 0
    owed: int = 0
    helped_before: bool = False
    declaration_true: bool | None = True

    def __post_init__(self) -> None:
        if self.joined < self.born:
            raise ValueError(f"joined must not come before birth ({self.born}), got {self.joined}")
        if self.left is not None and self.left < self.joined:
            raise ValueError(f"left must not come before joining ({self.joined}), got {self.left}")
        for name in ("failed_deductions", "owed"):
            number = getattr(self, name)
            if isinstance(number, bool) or not isinstance(number, int) or number < 0:
                raise ValueError(f"{name} must be a whole number of at least 0, got {number!r}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A request for aid.

    Parameters
    ----------
    illness : str
        One of :data:`ILLNESSES`.
    diagnosed : date
        Day of the first diagnosis, or of the accident.
    reported : date
        Day of the report.
    by_accident : bool
        Whether an accident caused it.
    as_defined : bool, optional
        For an illness without a rule of its own here: whether it meets its definition; None if
        that is in dispute.
    criteria : frozenset of str
        For a heart attack: those of :data:`HEART_CRITERIA` on record.
    glasgow, support_hours : int and float, optional
        For a deep coma: points on the Glasgow scale (3 to 15), hours of life support without a
        break.
    by_alcohol_or_drugs : bool
        For a deep coma.
    losses : frozenset of str
        For a stroke: those of :data:`STROKE_LOSSES` that remain after 180 days.
    survived_hours : float, optional
        For a death by accident: hours from the accident to the death.
    vehicle : str
        For an injury in public transport: one of :data:`VEHICLES`.
    grade : int, optional
        For the same: grade of disability, 1 to 10; 0 for death.
    passenger : bool
        For the same.
    died : bool
        For COVID-19.

    Raises
    ------
    ValueError
        If a value is unknown or out of range, or the report comes before the diagnosis.
    """

    illness: str
    diagnosed: dt.date
    reported: dt.date
    by_accident: bool = False
    as_defined: bool | None = True
    criteria: frozenset[str] = frozenset()
    glasgow: int | None = None
    support_hours: float | None = None
    by_alcohol_or_drugs: bool = False
    losses: frozenset[str] = frozenset()
    survived_hours: float | None = None
    vehicle: str = ""
    grade: int | None = None
    passenger: bool = True
    died: bool = False

    def __post_init__(self) -> None:
        if self.illness not in ILLNESSES:
            raise ValueError(f"illness must be one of {', '.join(ILLNESSES)}, got {self.illness!r}")
        if self.reported < self.diagnosed:
            raise ValueError(
                f"reported must not come before the diagnosis ({self.diagnosed}), "
                f"got {self.reported}"
            )
        for name, known in (("criteria", HEART_CRITERIA), ("losses", STROKE_LOSSES)):
            unknown = getattr(self, name) - set(known)
            if unknown:
                raise ValueError(f"{name} must be among {', '.join(known)}, got {sorted(unknown)}")
        if self.vehicle and self.vehicle not in VEHICLES:
            raise ValueError(f"vehicle must be one of {', '.join(VEHICLES)}, got {self.vehicle!r}")
        for name, low, high in (("glasgow", 3, 15), ("grade", 0, 10)):
            number = getattr(self, name)
            if number is not None and not low <= number <= high:
                raise ValueError(f"{name} must be from {low} to {high}, got {number!r}")
        for name in ("support_hours", "survived_hours"):
            hours = getattr(self, name)
            if hours is not None and not 0 <= hours < float("inf"):
                raise ValueError(f"{name} must be at least 0 and finite, got {hours!r}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step of a claim's path.

    Attributes
    ----------
    name : str
        What happens.
    day : date
        When.
    how : str
        ``rule`` where a rule fixes the day, ``assumed`` where the caller's number of days does.
    """

    name: str
    day: dt.date
    how: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessment:
    """What becomes of a claim.

    Attributes
    ----------
    outcome : str
        ``paid``, ``refused``, or ``undecided`` where what is known does not decide it.
    amount : int
        What is paid, in fen; 0 unless the outcome is ``paid``.
    at_most : bool
        Whether the sources give the amount as a limit only.
    reasons : tuple of Reason
        For a refusal every rule that refuses; for a payment the rules that fix the amount.
    undecided : tuple of Reason
        The rules that could not be decided.
    path : tuple of Step
        From the report to the payment, in order; to the refusal, if refused.
    """

    outcome: str
    amount: int
    at_most: bool
    reasons: tuple[Reason, ...]
    undecided: tuple[Reason, ...]
    path: tuple[Step, ...]

    def __post_init__(self) -> None:
        if self.outcome == "refused" and not self.reasons:
            raise ValueError("reasons must name at least one rule for a refusal, got none")
