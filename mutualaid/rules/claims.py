"""What a claim is, and what becomes of it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from mutualaid import checks
from mutualaid.rules.plans import Reason

#: The four criteria of an acute heart attack in the definitions of 2007.
HEART_CRITERIA = ("signs", "electrocardiogram", "enzymes", "ventricle")
#: What remains after a stroke; any one of them counts.
STROKE_LOSSES = ("limb", "speech or swallowing", "three daily activities")
#: Illnesses with a rule of their own. Any other is ``"critical illness"``, met as defined or not.
ILLNESSES = (
    "critical illness", "cancer", "light cancer", "carcinoma in situ",
    "cancer outside the definition", "light thyroid cancer", "light prostate cancer",
    "heart attack", "deep coma", "stroke", "rare disease", "sudden death", "death by accident",
    "injury in public transport", "COVID-19",
)  # fmt: skip
#: Illnesses that no accident causes.
_NO_ACCIDENT = (
    "cancer", "light cancer", "carcinoma in situ", "cancer outside the definition",
    "light thyroid cancer", "light prostate cancer", "heart attack", "rare disease",
    "sudden death", "COVID-19",
)  # fmt: skip
#: What a member of the critical-illness plan chose: all of benefit and share, or a part of both.
VERSIONS = ("full", "one half", "one third")
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
        Day of joining; of the last one, for a member who left and joined again; of the plan
        before, for a member who moved at 60.
    rejoined : bool
        Whether the member had left before and joined again.
    left : date, optional
        Day of leaving; None for a member who stayed.
    moved_at_60 : bool
        Whether the member came into the elderly plan from another one at 60, with the switch on,
        so that no waiting began anew.
    version : str
        One of :data:`VERSIONS`: whether the member had chosen the entry version.
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
    TypeError
        If a date is no date, or a mark neither True nor False.
    ValueError
        If a date or a count is out of range.
    """

    born: dt.date
    joined: dt.date
    rejoined: bool = False
    left: dt.date | None = None
    moved_at_60: bool = False
    version: str = "full"
    failed_deductions: int = 0
    owed: int = 0
    helped_before: bool = False
    declaration_true: bool | None = True

    def __post_init__(self) -> None:
        for name in ("born", "joined", *(() if self.left is None else ("left",))):
            checks.date(name, getattr(self, name))
        for name in ("rejoined", "moved_at_60", "helped_before"):
            checks.boolean(name, getattr(self, name))
        checks.boolean("declaration_true", self.declaration_true, unknown=True)
        checks.one_of("version", self.version, VERSIONS)
        if self.joined < self.born:
            raise ValueError(f"joined must not come before birth ({self.born}), got {self.joined}")
        if self.left is not None and self.left < self.joined:
            raise ValueError(f"left must not come before joining ({self.joined}), got {self.left}")
        for name in ("failed_deductions", "owed"):
            checks.whole(name, getattr(self, name))


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
        Whether an accident caused it; a death by accident and an injury need no mark.
    as_defined : bool, optional
        For an illness whose definition is not taken apart here, such as a cancer: whether it
        meets the definition; None if that is in dispute.
    criteria : frozenset of str
        For a heart attack: those of :data:`HEART_CRITERIA` on record at the report.
    glasgow, support_hours : int and float, optional
        For a deep coma: points on the Glasgow scale (3 to 15), hours of life support without a
        break.
    by_alcohol_or_drugs : bool
        For a deep coma.
    losses : frozenset of str, optional
        For a stroke: those of :data:`STROKE_LOSSES` that remain after 180 days; None as long as
        that is not known.
    survived_hours : float, optional
        For a death by accident: hours from the accident to the death.
    vehicle : str
        For an injury in public transport: one of :data:`VEHICLES`.
    grade : int, optional
        For the same: grade of disability, 1 to 10, the worst of several (a rule of the standard:
        ``plans/definitions/several_disabilities``); 0 for death.
    passenger : bool
        For the same.
    died : bool
        For COVID-19.

    Raises
    ------
    TypeError
        If a date, a set or a mark is of the wrong kind.
    ValueError
        If a value is unknown or out of range, the report comes before the diagnosis, or an
        accident is said to have caused what no accident causes.
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
    losses: frozenset[str] | None = None
    survived_hours: float | None = None
    vehicle: str = ""
    grade: int | None = None
    passenger: bool = True
    died: bool = False

    def __post_init__(self) -> None:
        checks.one_of("illness", self.illness, ILLNESSES)
        checks.date("diagnosed", self.diagnosed)
        checks.date("reported", self.reported)
        if self.reported < self.diagnosed:
            raise ValueError(
                f"reported must not come before the diagnosis ({self.diagnosed}), "
                f"got {self.reported}"
            )
        for name in ("by_accident", "by_alcohol_or_drugs", "passenger", "died"):
            checks.boolean(name, getattr(self, name))
        checks.boolean("as_defined", self.as_defined, unknown=True)
        if self.by_accident and self.illness in _NO_ACCIDENT:
            raise ValueError(f"by_accident must be False for {self.illness}, got True")
        checks.subset("criteria", self.criteria, HEART_CRITERIA)
        if self.losses is not None:
            checks.subset("losses", self.losses, STROKE_LOSSES)
        if self.vehicle:
            checks.one_of("vehicle", self.vehicle, VEHICLES)
        for name, low, high in (("glasgow", 3, 15), ("grade", 0, 10)):
            if getattr(self, name) is not None:
                checks.whole(name, getattr(self, name), low, high)
        for name in ("support_hours", "survived_hours"):
            if getattr(self, name) is not None:
                checks.number(name, getattr(self, name))

    @property
    def accident(self) -> bool:
        """Whether an accident lies behind the claim, said or by its nature."""
        return self.by_accident or self.illness in (
            "death by accident", "injury in public transport",
        )  # fmt: skip


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
        ``rule`` where a rule fixes the day or it was given, ``disputed`` where sources disagree
        on the rule, ``assumed`` where the caller's number of days fixes it.
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
