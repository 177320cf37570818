"""The door: what is asked for is checked, drawn, and checked again."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from concurrent.futures import Executor

from mutualaid import checks
from mutualaid.churn import Scenario, project
from mutualaid.members.counts import bytes_needed, draw_counts
from mutualaid.members.histories import draw_histories
from mutualaid.members.simulation import Simulation, check_charges, check_people

__all__ = ["show_progress", "simulate", "simulate_many"]

#: Memory that a run may take unless told otherwise.
MAX_BYTES = 6 * 2**30

Progress = Callable[[int, int], object]


def simulate(
    scenario: Scenario,
    seed: int,
    *,
    members_scale: float = 1.0,
    birthdays: bool = False,
    histories: bool = True,
    pooled: bool = False,
    executor: Executor | None = None,
    progress: Progress | None = None,
    max_bytes: int = MAX_BYTES,
) -> Simulation:
    r"""Run the plan of a scenario with whole people and whole fen, at true size if asked for.

    The order of a period is that of :func:`~mutualaid.churn.project`, and so is every chance; on
    average over seeds both agree, but for what follows below. Members who joined in one period, at
    one age, of one sex and one risk class are a *cohort*. Within a cohort, nothing tells those
    apart who are as old and as long in their select class. Therefore

    1. in each period, the number of them to whom something happens is drawn by a binomial, which
       is the exact law: they turn a year older with 1/24, move on to the next select class, fall
       ill, are hurt, leave at the base rate, for the bill, or as a given path falls. Each case
       draws its kind and its delay;
    2. the notice is settled by :func:`~mutualaid.sharing.settle`;
    3. at the end, which members of a cohort it fell on is drawn: all orders have the same chance.

    So the time of the first two steps hardly depends on the number of members. Of each member two
    bytes are kept; as all pay the same share, what one paid follows from the first and the last
    notice. Not even the age path is needed, for cases have their age.

    Parameters
    ----------
    scenario : Scenario
        What is assumed. ``rounding`` may be 0 or 0.01 yuan: the share is rounded up to the fen
        anyway, and the surplus carried.
    seed : int
        Beginning of the random numbers, at least 0. The same seed gives the same bytes, with the
        same version of numpy.
    members_scale : float
        Size of the plan: joins and members are multiplied by it. A case of a smaller plan stands
        for 1 / scale cases of the whole one, in ``cap_per_case`` and ``delay_load``.
    birthdays : bool
        Everybody has a birthday, in any half-month with the same chance. If not, everybody turns
        a year older in each half-month with a chance of 1/24, as in ``project``.
    histories : bool
        Keep what became of each member. If not, notices and cases are the same, and
        :meth:`Simulation.member` draws anew what it needs.
    pooled : bool
        Without histories only: count those past the waiting time by age, sex, risk and select
        class, whenever they joined. Nothing tells their chances apart, so that the law of notices,
        cases and books is the same, in about a tenth of the time at true size. But then no
        member can be asked for, cases do not tell how long their members had been there, and the
        same seed is another run.
    executor : Executor, optional
        Who draws the histories; the result does not depend on it. Processes are faster than
        threads, as numpy shuffles under the interpreter's lock.
    progress : callable, optional
        Called with the steps done and their number, after each.
    max_bytes : int
        Memory that the run may take, by an estimate.

    Returns
    -------
    Simulation
        Notices, cases, books and members.

    Raises
    ------
    ValueError
        If a number is out of range, the plan is too large, or the scenario asks for what cannot
        be drawn: ``replace_alike``, shares that differ by age, or another rounding.
    TypeError
        If an argument is of the wrong type.

    Notes
    -----
    Where it differs from ``project`` on average:

    - whoever reacts to the bill, to the load on inquiry or to a path reacts to what was drawn;
      as that is no straight line, means differ from those of ``project`` by terms that fall with
      the number of members;
    - a path of members is met but for the luck of who falls ill while waiting, and of who leaves
      as it falls; the next period makes up for it. Where it asks for more people than are
      healthy, all the healthy leave;
    - shares are rounded up to the fen, by less than 0.01 yuan per head, and the surplus is carried;
      benefits and the fee are rounded half up to the fen; a cap for a notice or a year, down;
    - ``cap_per_case`` binds each case by itself, as in ``settle``; in ``project`` it binds the
      cases of a notice together. They differ where some of the cases cost more than the cap times
      members, and others less: for the plan's terms below 3.24 million members;
    - a surplus is never the sponsor's to pay; in ``project``, if it rounds, a share is rounded up
      before it is capped;
    - joins are whole people; fractions are carried on.

    One more who joins changes what happens to all others: the numbers of a group are drawn at
    once. Two policies are therefore compared by the means of many seeds, and not by one seed.

    Source of the chances and amounts: the scenario, see :func:`~mutualaid.churn.describe`.

    Examples
    --------
    A ten-thousandth of the plan:

    >>> from mutualaid.churn import Scenario
    >>> result = simulate(Scenario(), seed=1, members_scale=1e-4)
    >>> check_charges(result), check_people(result)
    (0, 0)
    >>> one = result.member(0)
    >>> one.joined.label, one.charged == sum(each.fen for each in one.charges)
    ('2018-10-2', True)
    """
    if not isinstance(scenario, Scenario):
        raise TypeError(f"scenario must be a Scenario, got {scenario!r}")
    seed = checks.whole("seed", seed)
    scale = checks.number("members_scale", members_scale, above=True)
    checks.boolean("birthdays", birthdays)
    checks.boolean("histories", histories)
    checks.boolean("pooled", pooled)
    for name, other in (("histories", histories), ("birthdays", birthdays)):
        if pooled and other:
            raise ValueError(f"{name} must be False in a pooled run, got True")
    max_bytes = checks.whole("max_bytes", max_bytes, 1)
    if executor is not None and not isinstance(executor, Executor):
        raise TypeError(f"executor must be a concurrent.futures.Executor, got {executor!r}")
    if progress is not None and not callable(progress):
        raise TypeError(f"progress must be callable, got {progress!r}")
    _check_scenario(scenario)
    _check_size(scenario, scale, histories, max_bytes)

    periods = scenario.periods
    done, steps = 0, len(periods) * (2 if histories else 1)

    def told() -> None:
        nonlocal done
        done += 1
        if progress is not None:
            progress(done, steps)

    drawn = draw_counts(scenario, seed, scale, birthdays, pooled, told)
    ends = None
    if histories:
        ends = draw_histories(seed, drawn.exits, len(periods), executor, told)
    result = Simulation(
        scenario=scenario,
        seed=seed,
        members_scale=scale,
        birthdays=birthdays,
        pooled=pooled,
        periods=periods,
        ends=ends,
        drawn=drawn,
        **drawn.series,
    )
    amiss = max(check_people(result), check_charges(result))
    if amiss:
        raise AssertionError(f"people and money must be accounted for, {amiss} are not")
    return result


def simulate_many(
    scenario: Scenario,
    seeds: Iterable[int],
    *,
    members_scale: float = 1.0,
    birthdays: bool = False,
    pooled: bool = False,
    executor: Executor | None = None,
    progress: Progress | None = None,
) -> tuple[Simulation, ...]:
    """Run one plan with several seeds, without histories; one task for each seed.

    Parameters
    ----------
    scenario, members_scale, birthdays, pooled
        As for :func:`simulate`.
    seeds : iterable of int
        One for each run.
    executor : Executor, optional
        Who runs them; the result does not depend on it.
    progress : callable, optional
        Called with the runs done and their number, after each.

    Returns
    -------
    tuple of Simulation
        In the order of the seeds.

    Raises
    ------
    ValueError, TypeError
        As :func:`simulate`.

    Examples
    --------
    >>> from mutualaid.churn import Scenario
    >>> runs = simulate_many(Scenario(), range(3), members_scale=1e-4)
    >>> len({run.digest() for run in runs})
    3
    """
    wanted = [checks.whole("seeds", seed) for seed in seeds]
    if executor is not None and not isinstance(executor, Executor):
        raise TypeError(f"executor must be a concurrent.futures.Executor, got {executor!r}")
    waiting = []
    results = []
    try:
        if executor is not None:
            waiting = [
                executor.submit(_one, scenario, seed, members_scale, birthdays, pooled)
                for seed in wanted
            ]
            waiting.reverse()
        for seed in wanted:
            results.append(
                waiting.pop().result()
                if executor is not None
                else _one(scenario, seed, members_scale, birthdays, pooled)
            )
            if progress is not None:
                progress(len(results), len(wanted))
    finally:
        for each in waiting:
            each.cancel()
    return tuple(results)


def _one(scenario: Scenario, seed: int, scale: float, birthdays: bool, pooled: bool) -> Simulation:
    return simulate(
        scenario,
        seed,
        members_scale=scale,
        birthdays=birthdays,
        histories=False,
        pooled=pooled,
    )


def show_progress(done: int, steps: int) -> None:
    """Write a bar to the standard error stream; for `progress`.

    Examples
    --------
    >>> from mutualaid.churn import Scenario
    >>> result = simulate(Scenario(), 1, members_scale=1e-5, progress=show_progress)
    """
    filled = 40 * done // steps
    sys.stderr.write(f"\r[{'#' * filled}{'.' * (40 - filled)}] {done}/{steps}")
    sys.stderr.write("\n" if done == steps else "")
    sys.stderr.flush()


def _check_scenario(scenario: Scenario) -> None:
    """Refuse what cannot be drawn."""
    if scenario.replace_alike:
        raise ValueError(
            "replace_alike must be False in a simulation (it serves comparisons of expected "
            "numbers only), got True"
        )
    shares = scenario.share_by_age
    if (shares != shares[0]).any():
        raise ValueError(
            "share_by_age must be the same at each age in a simulation, as a notice is settled "
            f"with equal shares in whole fen, got {shares.min():g} to {shares.max():g}"
        )
    if scenario.rounding not in (0.0, 0.01):
        raise ValueError(
            "rounding must be 0 or 0.01 yuan in a simulation, as shares are rounded up to the "
            f"fen, got {scenario.rounding!r}"
        )


def _check_size(scenario: Scenario, scale: float, histories: bool, max_bytes: int) -> None:
    """Refuse a plan that takes too much memory, and say what size fits."""
    expected = project(scenario)
    people = float(expected.joins.sum()) * scale
    cases = float(expected.diagnosed.sum()) * scale
    periods = len(scenario.periods)
    fixed = bytes_needed(scenario, 0, 0, histories)
    if fixed > max_bytes:
        raise ValueError(
            f"max_bytes must be at least {fixed:,} for {periods} periods, whatever the number of "
            f"members, got {max_bytes:,}"
        )
    needed = bytes_needed(scenario, people, cases, histories)
    fits = (max_bytes - fixed) / max(needed - fixed, 1)
    fits = min(fits, (2**31 - 1) / max(people, 1))
    amounts = [scenario.benefit_younger, scenario.benefit_older, 1e6]
    highest = max(100 * each for each in amounts if each is not None)
    if highest * max(people, 1) > 2**60:
        raise ValueError(
            f"benefits must be less, or members_scale: {highest / 100:g} yuan for each of "
            f"{people:,.0f} people is more than can be counted in fen"
        )
    if fits < 1:
        raise ValueError(
            f"members_scale must be at most {float(f'{scale * fits * 0.99:.2g}'):g} for "
            f"{people:,.0f} people who join, as the run would take about {needed / 2**30:.1f} GiB, "
            f"got {scale:g}"
        )
