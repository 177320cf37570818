"""The plan as a model of Mesa: an agent for each member, as one would write it.

The order in which agents act changes nothing here, so that all of them are asked with
``AgentSet.do``; ``shuffle_do`` would only take longer. Only ``members.py`` reads this: Mesa is not
among the book's own libraries.
"""

from __future__ import annotations

import mesa

from mutualaid.churn import Scenario, delay_distribution
from mutualaid.churn.published import period_terms
from mutualaid.money import split_evenly


class Member(mesa.Agent):
    """One who is neither ill nor hurt."""

    def __init__(self, model: Plan, age: int, sex: int) -> None:
        super().__init__(model)
        self.age, self.sex = age, sex
        self.joined = model.now
        self.number = len(model.first)
        model.first.append(model.now)
        model.last.append(model.count - 1)

    def leave(self, last: int) -> None:
        """Leave the plan; the notice with this index is the last that is paid."""
        self.model.last[self.number] = last
        self.remove()

    def grow_older(self) -> None:
        """Be a year older, by a chance of 1/24, and leave at 60."""
        if self.random.random() < 1 / 24:
            self.age += 1
            if self.age == 60:
                self.leave(self.model.now - 1)

    def waits(self) -> bool:
        """Return whether illness is not covered yet."""
        return self.joined + self.model.scenario.waiting > self.model.now

    def ends(self) -> float:
        """Return the chance of an illness that ends membership."""
        return self.model.ill[self.sex][self.age] if self.waits() else 0.0

    def follow_path(self, chance: float) -> None:
        """Leave as the path of members falls."""
        if self.random.random() < chance:
            self.leave(self.model.now - 1)

    def fall_ill(self) -> None:
        """Fall ill or be hurt."""
        ill, hurt = self.model.ill[self.sex][self.age], self.model.hurt[self.sex][self.age]
        luck = self.random.random()
        if luck >= ill + hurt:
            return
        if luck < ill and self.waits():
            self.leave(self.model.now - 1)
        else:
            self.model.help_later(self, luck < ill)

    def leave_by_chance(self, chance: float) -> None:
        """Leave once the bill is paid."""
        if self.random.random() < chance:
            self.leave(self.model.now)


class Plan(mesa.Model):
    """The plan: its terms, its cases and its money, in fen."""

    def __init__(self, scenario: Scenario, seed: int) -> None:
        super().__init__(seed=seed)
        self.scenario, self.now, self.count = scenario, 0, len(scenario.periods)
        self.terms = period_terms(scenario.first, scenario.last)
        self.delays = delay_distribution(
            scenario.delay_mean, scenario.delay_shape, scenario.delay_longest
        ).tolist()
        self.due: list[list[int]] = [[] for _ in range(self.count)]
        self.first: list[int] = []  # notice of each member
        self.last: list[int] = []
        self.waiting_cases: list[tuple[int, int]] = []
        self.pending = self.carried = self.cases = self.charged = self.money = 0

    def help_later(self, member: Member, illness: bool) -> None:
        """Take up a case: the person is charged until helped, and at risk no more."""
        younger, older = self.terms.benefit_younger[self.now], self.terms.benefit_older[self.now]
        benefit = younger if member.age < 40 else older
        light = self.terms.benefit_light[self.now]
        if illness and light > 0 and self.random.random() < self.scenario.light_share:
            benefit = light
        notice = self.now + self.random.choices(range(len(self.delays)), self.delays)[0]
        self.cases += 1
        self.pending += 1
        if notice < self.count:
            self.due[notice].append(int(benefit) * 100)
            self.waiting_cases.append((member.number, notice))
        member.remove()

    def step(self) -> None:
        """Pass a half-month."""
        s, now = self.scenario, self.now
        claim = 1 - s.light_share if self.terms.benefit_light[now] == 0 else 1.0
        rate = s.incidence * s.plan_ratio / 24
        self.ill = (rate * (1 - s.accident_share) * claim).tolist()
        self.hurt = (rate * s.accident_share).tolist()

        # One in 24 is a year older; who turns 60 leaves. Join, or leave as the path falls.
        self.agents.do("grow_older")
        assert s.members is not None
        there = len(self.agents) - sum(self.agents.map("ends"))
        gap = s.members[now] - self.pending - there
        if gap < 0:
            self.agents.do("follow_path", -gap / there)
        else:
            joins = round(gap)
            ages = self.random.choices(range(60), s.age_mix.tolist(), k=joins)
            sexes = [int(self.random.random() >= s.men) for _ in range(joins)]
            Member.create_agents(self, joins, ages, sexes)

        # Diagnoses, the bill, and those who leave after it.
        self.agents.do("fall_ill")
        members, benefits = len(self.agents) + self.pending, sum(self.due[now])
        fee = (2 * benefits * round(1000 * float(self.terms.fee[now])) + 1000) // 2000
        need = benefits + fee - self.carried
        bill = split_evenly(max(need, 0), members)
        self.carried = bill.surplus + max(-need, 0)
        self.charged += bill.share * members
        self.money += benefits + fee
        self.pending -= len(self.due[now])
        self.agents.do("leave_by_chance", s.exit_base)
        self.now += 1


def run(scenario: Scenario, seed: int) -> tuple[int, int, int]:
    """Return cases, fen charged, and fen of benefits, fee and the last surplus."""
    plan = Plan(scenario, seed)
    for _ in range(plan.count):
        plan.step()
    for number, notice in plan.waiting_cases:
        plan.last[number] = notice
    return plan.cases, plan.charged, plan.money + plan.carried
