"""Why this partner: one topic to share, one likeness, one difference; keys here, sentences in content.

A partner's own answers are told only with its consent ``answers``; otherwise type, place and size must do.
A reason tells something only if it does not hold for nearly everybody: it must be false for at least half of the
eligible candidates that were not chosen. Where nothing true about a pair passes, the statement that holds for the
fewest others is taken and counted as weak.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pandas as pd

from typology.content.catalogue import Content, Language
from typology.matching.bodies import Bodies
from typology.matching.candidates import Candidates, Pairs
from typology.matching.wishes import COMPLEMENTARY, SIMILAR

REASON_COLUMNS = ("topic", "likeness", "difference")
TELLING = 0.5
REPEATED = 0.45  # a topic already given to the same municipality loses this much
POPULATION = (5, 10, 20, 30, 50, 100, 200)
APART = (1, 5, 10, 25, 50, 100)
DISTANCE = (25, 50, 100)
FAR = (25, 50, 100, 200, 400)
# Reasons that say something about the partner's own answers (for the consent gate).
ANSWERS = (
    "topic_",
    "like_goal",
    "like_pain",
    "like_structure",
    "like_strong",
    "diff_goal",
    "diff_structure",
    "diff_strong",
)


@dataclass(frozen=True)
class Family:
    """One kind of reason: it holds when the seeker has fact ``mine`` and the partner has fact ``theirs``.

    An empty ``mine`` asks nothing of the seeker; ``not_mine`` asks that the seeker lacks the partner's fact.
    """

    reason: str
    mine: str
    theirs: str
    value: float
    not_mine: bool = False


TOPICS = {
    SIMILAR: (
        Family("topic_shared_pain", "pain_now", "pain_now", 0.9),
        Family("topic_shared_field", "weak", "weak", 1.0),
        Family("topic_pain", "pain_now", "pain_past", 0.75),
        Family("topic_field", "weak", "strong", 0.8),
        Family("topic_ahead", "behind", "ahead", 0.5),
        Family("topic_shared_goal", "goal", "goal", 0.6),
        Family("topic_shared_goals", "goals", "goals", 0.55),
        Family("topic_shared_strength", "strong", "strong", 0.4),
        Family("topic_type", "", "type", 0.05),
    ),
    COMPLEMENTARY: (
        Family("topic_field", "weak", "strong", 1.0),
        Family("topic_pain", "pain_now", "pain_past", 0.9),
        Family("topic_ahead", "behind", "ahead", 0.8),
        Family("topic_fields", "weak2", "strong2", 0.5),
        Family("topic_field_pain", "weak_now", "strong_past", 0.5),
        Family("topic_type", "", "type", 0.05),
    ),
}
LIKENESS = (
    Family("like_goal", "goal", "goal", 0.8),
    Family("like_goals", "goals", "goals", 0.85),
    Family("like_type", "type", "type", 0.55),
    Family("like_pain", "pain_now", "pain_now", 0.6),
    Family("like_strong", "strong", "strong", 0.45),
    Family("like_kreis", "kreis", "kreis", 0.75),
    Family("like_land", "land", "land", 0.5),
    Family("like_size_class", "band", "band", 0.35),
    Family("like_urbanisation", "urban", "urban", 0.3),
    Family("like_kind", "kind", "kind", 0.3),
    Family("like_structure", "structure", "structure", 0.25),
)
DIFFERENCE = (
    Family("diff_type", "", "type", 0.7, not_mine=True),
    Family("diff_goal", "", "goal", 0.6, not_mine=True),
    Family("diff_strong", "", "strong", 0.55, not_mine=True),
    Family("diff_land", "", "land", 0.35, not_mine=True),
    Family("diff_kind", "", "kind", 0.4, not_mine=True),
    Family("diff_urbanisation", "", "urban", 0.4, not_mine=True),
    Family("diff_structure", "", "structure", 0.2, not_mine=True),
)


def facts_of(bodies: Bodies) -> pd.DataFrame:
    """Everything that can be said about one body alone: bool, columns ``family:argument``."""
    columns: dict[str, np.ndarray] = {}
    tables = {
        "goal": bodies.goals,
        "strong": bodies.strong,
        "weak": bodies.weak,
        "behind": bodies.behind,
        "ahead": bodies.ahead,
        "pain_now": bodies.pain_now,
        "pain_past": bodies.pain_past,
        "structure": bodies.structure,
    }
    for family, table in tables.items():
        columns |= {f"{family}:{name}": table[name].to_numpy(dtype=bool) for name in table}
    texts = {"land": "land", "band": "size_class", "urban": "urbanisation", "kind": "kind", "kreis": "kreis"}
    for family, name in texts.items():
        values = bodies.texts[name]
        common = values[values != ""].value_counts()
        columns |= {f"{family}:{value}": (values == value).to_numpy() for value in sorted(common.index[common > 1])}
    columns |= {f"type:{name}": bodies.type == place for place, name in enumerate(bodies.types)}
    columns |= _joint("goals", "goal", "goal", bodies.goals, bodies.goals)
    columns |= _joint("weak2", "weak", "weak", bodies.weak, bodies.weak)
    columns |= _joint("strong2", "strong", "strong", bodies.strong, bodies.strong)
    columns |= _joint("weak_now", "weak", "pain_now", bodies.weak, bodies.pain_now)
    columns |= _joint("strong_past", "strong", "pain_past", bodies.strong, bodies.pain_past)
    return pd.DataFrame(columns, index=bodies.keys, dtype=bool)


def _joint(
    name: str, left_name: str, right_name: str, left: pd.DataFrame, right: pd.DataFrame
) -> dict[str, np.ndarray]:
    """Two facts at once, argument ``a+b``."""
    pairs = combinations(left, 2) if left_name == right_name else ((a, b) for a in left for b in right)
    return {f"{name}:{a}+{b}": (left[a] & right[b]).to_numpy() for a, b in pairs}


def measures_of(pairs: Pairs, among: np.ndarray | None = None) -> Iterator[np.ndarray]:
    """Statements about two bodies that need a measure, in the order of :func:`measure_names`; only ``among`` some."""
    ratio, km = pairs.log_ratio, pairs.km
    if among is not None:
        ratio, km = np.where(among, ratio, np.nan), np.where(among, km, np.nan)
    gap = np.abs(ratio)
    for step in POPULATION:
        yield gap <= np.log(1 + step / 100)
    for step in APART:
        yield ratio >= np.log(1 + step / 100)
    for step in APART:
        yield ratio <= -np.log(1 + step / 100)
    for step in DISTANCE:
        yield km <= step
    for step in FAR:
        yield km >= step


def measure_names() -> list[str]:
    """The reasons that :func:`measures_of` decides."""
    return (
        [f"like_population:{step}" for step in POPULATION]
        + [f"diff_larger:{step}" for step in APART]
        + [f"diff_smaller:{step}" for step in APART]
        + [f"like_distance:{step}" for step in DISTANCE]
        + [f"diff_distance:{step}" for step in FAR]
    )


MEASURE_VALUE = {
    "like_population": 0.7,
    "like_distance": 0.65,
    "diff_larger": 0.5,
    "diff_smaller": 0.5,
    "diff_distance": 0.3,
}


class _Shares:
    """How many of the eligible candidates that were not chosen share a fact, per row of the list."""

    def __init__(self, bodies: Bodies, table: pd.DataFrame, candidates: Candidates, facts: pd.DataFrame) -> None:
        self.i, self.j = table["i"].to_numpy(), table["j"].to_numpy()
        self.facts = facts
        self.values = facts.to_numpy()
        self.column = {name: place for place, name in enumerate(facts.columns)}
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
        holds = self.values[self.j][:, place]
        if family.not_mine:
            holds = holds & ~self.values[self.i][:, place]
        elif family.mine:
            mine = [self.column.get(f"{family.mine}:{argument}", -1) for argument in arguments]
            known = np.array(mine, dtype=int) >= 0
            holds = holds & known & self.values[self.i][:, np.where(known, np.array(mine, dtype=int), 0)]
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
    closed = ~bodies.open_answers[shares.j]
    rank = table["rank"].to_numpy()
    for place in np.unique(rank):
        rows = np.flatnonzero(rank == place)
        seeker = shares.i[rows]
        best: np.ndarray | None = None
        for name, slot in zip(REASON_COLUMNS, (topics, likeness, difference), strict=True):
            barred = told[name][None, :] & closed[rows][:, None]
            if best is not None:
                barred |= _same_subject(topics, best, slot)
            pick = slot.pick(rows, used[id(slot)][seeker], barred)
            given = pick >= 0
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


def _same_subject(topics: _Choices, best: np.ndarray, slot: _Choices) -> np.ndarray:
    """Statements that would only repeat the subject of the topic."""
    subjects, own = ([_subjects(name) for name in names] for names in (topics.names, slot.names))
    same = np.array([[not words.isdisjoint(part) for part in own] for words in subjects], dtype=bool)
    same = np.vstack([same.reshape(len(subjects), len(own)), np.zeros((1, len(own)), dtype=bool)])
    return same[best]


def _subjects(reason: str) -> set[str]:
    """The goals, fields or pain points that a reason speaks of."""
    return {part.split("=")[0] for part in reason.split(":", 1)[1].split("+")}


def reveals_answers(reason: str) -> bool:
    """Whether the reason says something about the partner's own answers (goals, fields, pain points, structure)."""
    return reason.startswith(ANSWERS) and not reason.startswith("topic_type")


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


def render_reason(reason: str, content: Content, language: Language = "de", names: dict[str, str] | None = None) -> str:
    """The finished sentence of a reason key such as ``topic_field:daten``; "" stays "".

    ``names`` gives printed names for arguments that no catalogue holds (Land and Kreis keys).

    Raises
    ------
    ContentError : the sentence is missing.
    """
    if not reason:
        return ""
    key, _, argument = reason.partition(":")
    family = key.rsplit("_", 1)[-1]
    parts = argument.split("+")
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
    elif family == "structure":
        labels = [part.replace("_", " ") for part in argument.split("=", 1)]
        key = key if len(labels) > 1 else f"{key}_yes"
    elif family in LABELS:
        labels = [content.label(LABELS[family], part, language) for part in parts]
    else:
        labels = [(names or {}).get(part, part) for part in parts]
    values = dict(zip(("a", "b"), labels, strict=False))
    if key == "topic_type":
        kind = content.type(argument)
        values["b"] = kind.learn_from.of(language)[0] if kind else ""
        key = key if kind else "topic_type_unnamed"
    return content.say(f"peers_{key}", language, **values)
