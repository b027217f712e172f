"""Why this partner: one topic to share, one likeness, one difference; keys here, sentences in content.

A partner's own answers are told only with its consent ``answers``; who keeps them closed is shown as such and gets no
topic that looks like one. The topic is the most specific true statement that serves a need of the seeker. A likeness or
difference tells something only if it is false for at least half of the eligible candidates that were not chosen; where
none does, nothing is said. No list says a sentence twice.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from typology.content.catalogue import Content
from typology.content.reading import Language
from typology.matching import numbers
from typology.matching.bodies import Bodies
from typology.matching.peers.candidates import Candidates
from typology.matching.peers.statements import (
    CLOSED_TOPIC,
    DIFFERENCE,
    LIKENESS,
    TALK_TOPIC,
    TOPICS,
    Family,
    reveals_answers,
)
from typology.matching.wishes import SIMILAR
from typology.writing import number

REASON_COLUMNS = ("topic", "likeness", "difference")
ANSWERED = ("goal", "strong", "weak")  # families of facts that come from answers
MOST_ROWS = 8_000  # of a list at once: every row is compared with every statement
NEVER = -1e3  # what a statement is worth that does not hold


class _Shares:
    """How many of the eligible candidates that were not chosen share a fact, per row of a list in the order of i."""

    def __init__(self, bodies: Bodies, table: pd.DataFrame, candidates: Candidates, facts: pd.DataFrame) -> None:
        self.i, self.j = table["i"].to_numpy(), table["j"].to_numpy()
        self.facts = facts
        values = facts.to_numpy()
        self.mine, self.theirs = values[self.i], values[self.j]
        self.column = {name: place for place, name in enumerate(facts.columns)}
        of_answers = [place for name, place in self.column.items() if name.split(":", 1)[0] in ANSWERED]
        self.answered = self.mine[:, of_answers].any(axis=1)
        # a wished partner outside the eligible ones was never counted among them
        eligible = table["eligible"].to_numpy(dtype=float)
        seekers, first, own = np.unique(self.i, return_index=True, return_inverse=True)
        held = np.add.reduceat(self.theirs * eligible[:, None], first, axis=0)
        rest = candidates.n_eligible[seekers] - np.add.reduceat(eligible, first)
        self.share = ((candidates.counts[seekers] - held) / np.maximum(rest, 1)[:, None])[own]

    def family(self, family: Family) -> tuple[list[str], np.ndarray, np.ndarray]:
        """Arguments of the family that hold in some row, whether each holds for each row, and its share among the
        others."""
        theirs = [name for name in self.facts.columns if name.startswith(family.theirs + ":")]
        arguments = [name.split(":", 1)[1] for name in theirs]
        place = [self.column[name] for name in theirs]
        holds = self.theirs[:, place]
        if family.not_mine:
            holds = holds & ~self.mine[:, place] & ~self._of_seeker(family.unless, arguments)
            if family.theirs in ANSWERED:
                # who has no answers here lacks nothing: nothing is known
                holds = holds & self.answered[:, None]
        elif family.mine:
            holds = holds & self._of_seeker(family.mine, arguments)
        some = np.flatnonzero(holds.any(axis=0))
        return [arguments[one] for one in some], holds[:, some], self.share[:, np.array(place, dtype=int)[some]]

    def _of_seeker(self, family: str, arguments: list[str]) -> np.ndarray:
        """Whether the seeker of each row has the fact of that family and argument; no where there is no such fact."""
        place = np.array([self.column.get(f"{family}:{argument}", -1) for argument in arguments], dtype=int)
        result: np.ndarray = (place >= 0) & self.mine[:, np.maximum(place, 0)]
        return result


@dataclass(frozen=True, eq=False)
class _Choices:
    """All statements of one slot that hold in some row: (rows, statements)."""

    names: list[str]
    holds: np.ndarray
    share: np.ndarray
    value: np.ndarray

    def written(self) -> np.ndarray:
        """The reason keys as they are handed out, without the level of the seeker; the last one is empty."""
        written = [name.split("=")[0] if "_ahead:" in name else name for name in self.names]
        return np.array([*written, ""], dtype=object)

    def pick(self, rows: np.ndarray, barred: np.ndarray) -> np.ndarray:
        """The best true and telling statement per row; -1 where there is none."""
        worth = self.worth(rows, barred | (self.share[rows] > numbers.TELLING))
        if not worth.shape[1]:
            return np.full(len(rows), -1)
        best = worth.argmax(axis=1)
        return np.where(worth.max(axis=1) > NEVER, best, -1)

    def worth(self, rows: np.ndarray, barred: np.ndarray) -> np.ndarray:
        """What each statement is worth in each row, the rarer the more; ``NEVER`` where it may not be said."""
        worth = self.value[rows] + numbers.RARITY * (1 - self.share[rows])
        return np.where(self.holds[rows] & ~barred, worth, NEVER)


def add_reasons(
    bodies: Bodies, table: pd.DataFrame, candidates: Candidates, facts: pd.DataFrame, list_name: str
) -> pd.DataFrame:
    """Add ``topic, likeness, difference`` to a list (columns i, j, rank, eligible)."""
    if table.empty:
        return table.assign(**{name: pd.Series(dtype=object) for name in REASON_COLUMNS})
    seekers, place = np.unique(table["i"], return_inverse=True)
    portion = place * len(table) // (MOST_ROWS * len(seekers))
    return pd.concat([_add_reasons(bodies, part, candidates, facts, list_name) for _, part in table.groupby(portion)])


def _add_reasons(
    bodies: Bodies, table: pd.DataFrame, candidates: Candidates, facts: pd.DataFrame, list_name: str
) -> pd.DataFrame:
    """The reasons of some seekers with their whole lists."""
    shares = _Shares(bodies, table, candidates, facts)
    alike = tuple(family for family in LIKENESS if list_name == SIMILAR or family.reason != "like_type")
    topics = _choices(shares, TOPICS[list_name], bodies, numbers.TOPICS[list_name])
    topic = _topics(shares, topics, ~bodies.open_answers[shares.j])
    out = {"topic": np.where(topic >= 0, topics.written()[topic], _generic(bodies, shares, list_name))}
    for name, slot in (
        ("likeness", _choices(shares, alike, bodies, numbers.LIKENESS)),
        ("difference", _choices(shares, DIFFERENCE, bodies, numbers.DIFFERENCE)),
    ):
        out[name] = _statements(bodies, table, slot, _same_subject(topics, slot)[topic])
    return table.assign(**out)


def _topics(shares: _Shares, topics: _Choices, closed: np.ndarray) -> np.ndarray:
    """For every row the place of its topic, each once in a list and together worth most; -1 where there is none."""
    from scipy.optimize import linear_sum_assignment

    topic = np.full(len(shares.i), -1)
    rows = np.flatnonzero(~closed)
    worth = topics.worth(rows, np.zeros((len(rows), len(topics.names)), dtype=bool))
    for mine in np.split(np.arange(len(rows)), np.flatnonzero(np.diff(shares.i[rows])) + 1):
        some = np.flatnonzero((worth[mine] > NEVER).any(axis=0))
        row, column = linear_sum_assignment(worth[np.ix_(mine, some)], maximize=True)
        given = worth[mine[row], some[column]] > NEVER
        topic[rows[mine[row[given]]]] = some[column[given]]
        _first_before_second(topic, rows[mine], topics.names)
    return topic


def _first_before_second(topic: np.ndarray, rows: np.ndarray, names: list[str]) -> None:
    """Who stands first in a list gets the first sentence on a subject, and the other the second opinion."""
    place = {names[topic[row]]: row for row in rows if topic[row] >= 0}
    for name, row in place.items():
        first = place.get(name.replace("_too_", "_", 1)) if "_too_" in name else None
        if first is not None and row < first:
            topic[row], topic[first] = topic[first], topic[row]


def _generic(bodies: Bodies, shares: _Shares, list_name: str) -> np.ndarray:
    """What stands where there is no topic: that the answers are closed, else what the partner's type has to say."""
    own, theirs = bodies.type[shares.i], bodies.type[shares.j]
    same = (own == theirs) & (list_name == SIMILAR)
    names = np.array([*bodies.types, ""], dtype=object)[theirs]
    told = np.where(same, "topic_same_type:", "topic_type:").astype(object) + names
    told = np.where(theirs >= 0, told, TALK_TOPIC)
    return np.where(bodies.open_answers[shares.j], told, CLOSED_TOPIC)


def _statements(bodies: Bodies, table: pd.DataFrame, slot: _Choices, repeats: np.ndarray) -> np.ndarray:
    """Likeness or difference of every row, in the order of the ranks; no list says one twice."""
    i, rank = table["i"].to_numpy(), table["rank"].to_numpy()
    closed = ~bodies.open_answers[table["j"].to_numpy()]
    told = np.array([reveals_answers(reason) for reason in slot.names], dtype=bool)
    used = np.zeros((bodies.n, len(slot.names)), dtype=bool)
    out = np.full(len(table), "", dtype=object)
    for place in np.unique(rank):
        rows = np.flatnonzero(rank == place)
        pick = slot.pick(rows, used[i[rows]] | repeats[rows] | (told[None, :] & closed[rows][:, None]))
        given = pick >= 0
        out[rows[given]] = slot.written()[pick[given]]
        used[i[rows[given]], pick[given]] = True
    return out


def _choices(shares: _Shares, families: tuple[Family, ...], bodies: Bodies, worth_of: Mapping[str, float]) -> _Choices:
    names, holds, share, value = [], [], [], []
    for family in families:
        arguments, true, common = shares.family(family)
        names += [f"{family.reason}:{argument}" for argument in arguments]
        holds.append(true)
        share.append(common)
        worth = np.full(true.shape, worth_of[family.reason])
        if family.mine in ("weak", "behind"):
            # what the seeker calls important comes first
            fields = [argument.split("=")[0] for argument in arguments]
            important = bodies.important[fields].to_numpy()[shares.i]
            worth += numbers.IMPORTANT_FIRST * (important - numbers.IMPORTANCE_UNKNOWN)
        value.append(worth)
    return _Choices(names, np.concatenate(holds, axis=1), np.concatenate(share, axis=1), np.concatenate(value, axis=1))


def _same_subject(topics: _Choices, slot: _Choices) -> np.ndarray:
    """Which statements would only repeat the subject of each topic (topics + 1, statements), the last for no topic."""
    spoken = [[_subjects(name) for name in part.names] for part in (topics, slot)]
    column = {subject: place for place, subject in enumerate(set().union(*spoken[0], *spoken[1]))}
    tables = [np.zeros((len(part), len(column))) for part in spoken]
    for table, part in zip(tables, spoken, strict=True):
        for row, words in enumerate(part):
            table[row, [column[word] for word in words]] = 1.0
    result: np.ndarray = np.vstack([tables[0] @ tables[1].T, np.zeros((1, len(slot.names)))]) > 0
    return result


def _subjects(reason: str) -> set[str]:
    """The goals, fields or pain points that a reason speaks of."""
    return {part.split("=")[0] for part in reason.split(":", 1)[1].split("+")}


LABELS = {
    "goal": "goal",
    "goals": "goal",
    "pain": "pain_point",
    "field": "field",
    "ahead": "field",
    "fields": "field",
    "strong": "field",
    "strength": "field",
    "type": "type",
}


def render_reason(
    reason: str, content: Content, language: Language = "de", names: dict[str, str] | None = None, *, example: int = 0
) -> str:
    """The finished sentence of a reason key such as ``topic_field:daten``; "" stays "".

    ``names`` gives printed names for arguments that no catalogue holds (Land and Kreis keys). ``example`` says which
    of the things to learn from a type is named, counted from 0 and beginning anew after the last.

    Raises
    ------
    ContentError : the sentence is missing.
    """
    if not reason:
        return ""
    key, _, argument = reason.partition(":")
    family = key.rsplit("_", 1)[-1]
    parts = argument.split("+")
    labels: list[str] = []
    if key == "topic_field_pain":
        labels = [content.label("field", parts[0], language), content.label("pain_point", parts[1], language)]
    elif family in ("kind", "urbanisation"):
        labels = [
            content.say(f"peers_{family}_{argument}", language)
            if f"peers_{family}_{argument}" in content.sentences
            else argument
        ]
    elif family in ("goal", "goals") and "=" in argument:
        key, parts = "like_answer" if key.startswith(("like", "topic")) else "diff_answer", argument.split("=", 1)
        labels = [content.label("goal", parts[0], language), parts[1]]
    elif family in LABELS and argument:
        labels = [content.label(LABELS[family], part, language) for part in parts]
    elif family in ("land", "kreis"):
        labels = [(names or {}).get(part, part) for part in parts]
    else:  # a number: 10 kilometres are not Land 10
        labels = [number(float(part), language, None) if part else "" for part in parts]
    values = dict(zip(("a", "b", "c", "d"), labels, strict=False))
    if key in ("topic_type", "topic_same_type"):
        kind = content.type(argument)
        lessons = kind.learn_from.of(language) if kind else [""]
        values["b"] = lessons[example % len(lessons)]
        key = key if kind else f"{key}_unnamed"
    exact = f"peers_{key}_{argument}"
    return content.say(exact if exact in content.sentences else f"peers_{key}", language, **values)


__all__ = ["REASON_COLUMNS", "add_reasons", "render_reason", "reveals_answers"]
