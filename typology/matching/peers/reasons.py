"""Why this partner: one topic to share, one likeness, one difference; keys here, sentences in content.

A partner's own answers are told only with its consent ``answers``; otherwise type, place and size must do.
A reason tells something only if it does not hold for nearly everybody: it must be false for at least half of the
eligible candidates that were not chosen. Where nothing true about a pair passes, the statement that holds for the
fewest others is taken and counted as weak.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from typology.content.catalogue import Content
from typology.content.reading import Language
from typology.matching.bodies import Bodies
from typology.matching.peers.candidates import Candidates, Pairs
from typology.matching.peers.statements import (
    DIFFERENCE,
    LIKENESS,
    MEASURE_VALUE,
    TOPICS,
    Family,
    measure_names,
    measures_of,
    reveals_answers,
)
from typology.matching.wishes import SIMILAR

REASON_COLUMNS = ("topic", "likeness", "difference")
ANSWERED = ("goal", "strong", "weak")  # families of facts that come from answers
TELLING = 0.5
MOST_ROWS = 8_000  # of a list at once: every row is compared with every statement
REPEATED = 0.45  # a topic already given to the same municipality loses this much


class _Shares:
    """How many of the eligible candidates that were not chosen share a fact, per row of the list."""

    def __init__(self, bodies: Bodies, table: pd.DataFrame, candidates: Candidates, facts: pd.DataFrame) -> None:
        self.i, self.j = table["i"].to_numpy(), table["j"].to_numpy()
        self.facts = facts
        self.values = facts.to_numpy()
        self.column = {name: place for place, name in enumerate(facts.columns)}
        of_answers = [place for name, place in self.column.items() if name.split(":", 1)[0] in ANSWERED]
        self.answered = self.values[:, of_answers].any(axis=1)
        self.measures = np.stack(list(measures_of(Pairs(bodies, self.i, self.j, grid=False))), axis=1)
        chosen = np.concatenate([self.values[self.j], self.measures], axis=1).astype(float)
        # a wished partner outside the eligible ones was never counted among them
        chosen *= table["eligible"].to_numpy(dtype=float)[:, None]
        taken, held = np.zeros(bodies.n), np.zeros((bodies.n, chosen.shape[1]))
        np.add.at(held, self.i, chosen)
        np.add.at(taken, self.i, table["eligible"].to_numpy(dtype=float))
        rest = candidates.n_eligible - taken
        held = candidates.counts - held if len(candidates.counts) else held
        self.share = (held / np.maximum(rest, 1)[:, None])[self.i]

    def family(self, family: Family) -> tuple[list[str], np.ndarray, np.ndarray]:
        """Arguments of the family, whether each holds for each row, and its share among the others."""
        theirs = [name for name in self.facts.columns if name.startswith(family.theirs + ":")]
        arguments = [name.split(":", 1)[1] for name in theirs]
        place = [self.column[name] for name in theirs]
        holds = self.values[np.ix_(self.j, place)]
        if family.not_mine:
            holds = holds & ~self.values[np.ix_(self.i, place)]
            if family.theirs in ANSWERED:
                # who has no answers here lacks nothing: nothing is known
                holds = holds & self.answered[self.i][:, None]
        elif family.mine:
            mine = [self.column.get(f"{family.mine}:{argument}", -1) for argument in arguments]
            known = np.array(mine, dtype=int) >= 0
            holds = holds & known & self.values[np.ix_(self.i, np.where(known, np.array(mine, dtype=int), 0))]
        return arguments, holds, self.share[:, place]


@dataclass(frozen=True, eq=False)
class _Choices:
    """All statements of one slot: (rows, statements)."""

    names: list[str]
    holds: np.ndarray
    share: np.ndarray
    value: np.ndarray

    def written(self) -> np.ndarray:
        """The reason keys as they are handed out: the level at which the seeker stands is left away."""
        return np.array(
            [name.split("=")[0] if name.startswith("topic_ahead") else name for name in self.names], dtype=object
        )

    def pick(self, rows: np.ndarray, used: np.ndarray, barred: np.ndarray) -> np.ndarray:
        """The best true statement per row, telling ones first; -1 where none is true."""
        holds = self.holds[rows] & ~barred
        worth = self.value[rows] + 0.3 * (1 - self.share[rows]) - REPEATED * used
        # what holds for too many others comes last, the rarer the better
        worth = np.where(self.share[rows] <= TELLING, worth, -10 - 10 * self.share[rows])
        worth = np.where(holds, worth, -np.inf)
        best = worth.argmax(axis=1)
        return np.where(holds.any(axis=1), best, -1)


def add_reasons(
    bodies: Bodies, table: pd.DataFrame, candidates: Candidates, facts: pd.DataFrame, list_name: str
) -> tuple[pd.DataFrame, int]:
    """Add ``topic, likeness, difference`` to a list (columns i, j, rank, eligible); also the number of weak ones."""
    if table.empty:
        return table.assign(**{name: pd.Series(dtype=object) for name in REASON_COLUMNS}), 0
    seekers, place = np.unique(table["i"], return_inverse=True)
    portion = place * len(table) // (MOST_ROWS * len(seekers))
    found = [_add_reasons(bodies, part, candidates, facts, list_name) for _, part in table.groupby(portion)]
    return pd.concat([part for part, _ in found]), sum(weak for _, weak in found)


def _add_reasons(
    bodies: Bodies, table: pd.DataFrame, candidates: Candidates, facts: pd.DataFrame, list_name: str
) -> tuple[pd.DataFrame, int]:
    """The reasons of some seekers with their whole lists."""
    shares = _Shares(bodies, table, candidates, facts)
    topics = _choices(shares, TOPICS[list_name], bodies, ())
    likeness = _choices(
        shares, tuple(f for f in LIKENESS if list_name == SIMILAR or f.reason != "like_type"), bodies, ("like_",)
    )
    difference = _choices(shares, DIFFERENCE, bodies, ("diff_",))
    out = {name: np.full(len(table), "", dtype=object) for name in REASON_COLUMNS}
    weak = 0
    used = {
        id(slot): np.zeros((bodies.n, len(slot.names)), dtype=np.float32) for slot in (topics, likeness, difference)
    }
    told = {
        name: np.array([reveals_answers(reason) for reason in slot.names], dtype=bool)
        for name, slot in zip(REASON_COLUMNS, (topics, likeness, difference), strict=True)
    }
    repeats = {id(slot): _same_subject(topics, slot) for slot in (likeness, difference)}
    closed = ~bodies.open_answers[shares.j]
    rank = table["rank"].to_numpy()
    for place in np.unique(rank):
        rows = np.flatnonzero(rank == place)
        seeker = shares.i[rows]
        best: np.ndarray | None = None
        for name, slot in zip(REASON_COLUMNS, (topics, likeness, difference), strict=True):
            barred = told[name][None, :] & closed[rows][:, None]
            if best is not None:
                barred |= repeats[id(slot)][best]
            pick = slot.pick(rows, used[id(slot)][seeker], barred)
            given = pick >= 0
            if name == "topic":
                out[name][rows[~given]] = "topic_open"
            out[name][rows[given]] = slot.written()[pick[given]]
            weak += int((slot.share[rows[given], pick[given]] > TELLING).sum() + (~given).sum())
            np.add.at(used[id(slot)], (seeker[given], pick[given]), 1.0 if name == "topic" else 0.3)
            best = pick if best is None else best
    return table.assign(**out), weak


def _choices(shares: _Shares, families: tuple[Family, ...], bodies: Bodies, prefixes: tuple[str, ...]) -> _Choices:
    names, holds, share, value = [], [], [], []
    for family in families:
        arguments, true, common = shares.family(family)
        names += [f"{family.reason}:{argument}" for argument in arguments]
        holds.append(true)
        share.append(common)
        worth = np.full(true.shape, family.value)
        if family.mine in ("weak", "behind"):
            # what the seeker calls important comes first
            fields = [argument.split("=")[0] for argument in arguments]
            worth += 0.4 * bodies.important[fields].to_numpy()[shares.i] - 0.24
        value.append(worth)
    measured = [(place, name) for place, name in enumerate(measure_names()) if name.startswith(prefixes or "-")]
    if measured:
        places = [place for place, _ in measured]
        names += [name for _, name in measured]
        holds.append(shares.measures[:, places])
        share.append(shares.share[:, [len(shares.column) + place for place in places]])
        worth = np.array([MEASURE_VALUE[name.split(":")[0]] for _, name in measured])
        value.append(np.tile(worth, (len(shares.i), 1)))
    return _Choices(names, np.concatenate(holds, axis=1), np.concatenate(share, axis=1), np.concatenate(value, axis=1))


def _same_subject(topics: _Choices, slot: _Choices) -> np.ndarray:
    """Which statements would only repeat the subject of each topic (topics + 1, statements), the last for no topic."""
    subjects, own = ([_subjects(name) for name in names] for names in (topics.names, slot.names))
    same = np.array([[not words.isdisjoint(part) for part in own] for words in subjects], dtype=bool)
    result: np.ndarray = np.vstack([same.reshape(len(subjects), len(own)), np.zeros((1, len(own)), dtype=bool)])
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
    "class": "size_class",
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
    if key == "like_land_size":
        labels = [content.label("size_class", parts[1], language)]
    elif key == "like_settlement_size":
        labels = [
            content.say(f"peers_urbanisation_{parts[0]}", language),
            content.label("size_class", parts[1], language),
        ]
    elif key == "topic_field_pain":
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
    elif family == "structure":
        labels = [part.replace("_", " ") for part in argument.split("=", 1)]
        key = key if len(labels) > 1 else f"{key}_yes"
    elif family in LABELS:
        labels = [content.label(LABELS[family], part, language) for part in parts]
    elif family in ("land", "kreis"):
        labels = [(names or {}).get(part, part) for part in parts]
    else:  # a number: 10 per cent is not Land 10
        labels = parts
    values = dict(zip(("a", "b"), labels, strict=False))
    if key in ("topic_type", "topic_same_type"):
        kind = content.type(argument)
        lessons = kind.learn_from.of(language) if kind else [""]
        values["b"] = lessons[example % len(lessons)]
        key = key if kind else f"{key}_unnamed"
    exact = f"peers_{key}_{argument}"
    return content.say(exact if exact in content.sentences else f"peers_{key}", language, **values)


__all__ = ["REASON_COLUMNS", "add_reasons", "render_reason", "reveals_answers"]
