"""What a list of statements to judge is: guess first, then open the check; with a running score."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import pandas as pd

from mutualaid.explore.declare import check_name, form

if TYPE_CHECKING:
    from mutualaid.explore.live import Board


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Statement:
    """One statement, and what became of it.

    Parameters
    ----------
    name : str
        Short id, words joined by hyphens; leads to the statement on the page.
    text : str
        What was said.
    by : str
        Who said it, and when.
    subject : str
        What it is about; the reader may keep to one subject.
    verdict : str
        What the check finds: one of the verdicts of its :class:`Statements`.
    why : str
        Why.
    numbers : DataFrame
        What was computed, units in the cells or column names.
    """

    name: str
    text: str
    by: str
    subject: str
    verdict: str
    why: str
    numbers: pd.DataFrame


@dataclass(frozen=True, kw_only=True, eq=False)
class Statements:
    """Statements in groups: shown, it is the running score and the filter for all of them.

    Parameters
    ----------
    name : str
        Short id, words joined by hyphens.
    title : str
        What the reader is asked to do.
    verdicts : tuple of str
        The guesses a reader may make, two to six.
    groups : mapping of str to tuple of Statement
        Statements by the name of their group; :meth:`group` shows one.

    Raises
    ------
    ValueError
        If a name is malformed or stands twice, a group is empty, a statement has no text, reason
        or number, or its verdict is none of the verdicts.
    """

    name: str
    title: str
    verdicts: tuple[str, ...]
    groups: Mapping[str, tuple[Statement, ...]] = field(repr=False)

    def __post_init__(self) -> None:
        if not 2 <= len(set(self.verdicts)) == len(self.verdicts) <= 6:
            raise ValueError(f"verdicts must be 2 to 6 different ones, got {list(self.verdicts)}")
        names = [self.name, *self.groups, *(one.name for one in self)]
        for name in names:
            check_name(name)
            if names.count(name) > 1:
                raise ValueError(f"name must stand for one thing, got {name!r} twice")
        if not self.groups or not all(self.groups.values()):
            raise ValueError(f"every group of {self.name} must hold a statement")
        for one in self:
            if one.verdict not in self.verdicts:
                raise ValueError(
                    f"verdict of {one.name} must be one of {', '.join(self.verdicts)}, "
                    f"got {one.verdict!r}"
                )
            if not (one.text and one.by and one.subject and one.why) or one.numbers.empty:
                raise ValueError(
                    f"{one.name} must have a text, a speaker, a subject, a reason and a number"
                )

    def __iter__(self) -> Iterator[Statement]:
        for group in self.groups.values():
            yield from group

    def __len__(self) -> int:
        return sum(len(group) for group in self.groups.values())

    @property
    def subjects(self) -> tuple[str, ...]:
        """The subjects, in the order in which they first come."""
        return tuple(dict.fromkeys(one.subject for one in self))

    def group(self, name: str) -> StatementGroup:
        """Return one group to be shown.

        Raises
        ------
        KeyError
            If there is no such group.
        """
        if name not in self.groups:
            raise KeyError(f"group must be one of {', '.join(self.groups)}, got {name!r}")
        return StatementGroup(all=self, name=name)

    @cached_property
    def board(self) -> Board:
        """The running score of the live form, which all groups share."""
        from mutualaid.explore.live import Board

        return Board(self)

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:
        if (wanted := form()) == "page":
            from mutualaid.explore.page import board_html

            return {"text/html": board_html(self), "text/plain": self.title}
        if wanted == "print":
            from mutualaid.explore.grid import board_text

            return {"text/plain": board_text(self)}
        return self.board.box._repr_mimebundle_(**kwargs)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class StatementGroup:
    """One group of :class:`Statements`, to be guessed one by one."""

    all: Statements
    name: str

    @property
    def statements(self) -> tuple[Statement, ...]:
        """The statements of the group."""
        return self.all.groups[self.name]

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:
        if (wanted := form()) == "page":
            from mutualaid.explore.page import group_html

            return {"text/html": group_html(self), "text/plain": self.name}
        if wanted == "print":
            from mutualaid.explore.grid import group_text

            return {"text/plain": group_text(self)}
        return self.all.board.group(self)._repr_mimebundle_(**kwargs)
