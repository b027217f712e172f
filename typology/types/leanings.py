"""Leanings: where a municipality stands where there are degrees and no types, how surely, and what is said of it.

A leaning is a trait of a graded model, in its own unit: 0 is the mean of the municipalities and 1 their standard
deviation. A place is the mean of the trait given the answers and its error their standard deviation, so that a
municipality of which little is known stands near 0 with an error near 1.

The catalogue's types are leanings where their signature goals were asked and hang together: one trait per type, on
which its signature goals load alike (with two goals, two loadings could not be told apart). Otherwise the traits of the
graded rival that the comparison left stand stay without a name of the catalogue; their strongest goals name them. A
habit of answering and goals that are answered in pairs are no leanings at all.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from typology.clustering.degrees.asked import compared_answers, graded_answers
from typology.clustering.degrees.comparison import Comparison
from typology.clustering.engine.forms import FORMS
from typology.clustering.engine.patterns import MISSING, collapse
from typology.clustering.engine.question import GoalQuestion
from typology.clustering.graded.fitting import GradedFit, fit_graded
from typology.clustering.graded.likelihood import Marginal, Structure
from typology.clustering.graded.loadings import Loadings, own_axes, pointed, simple_axes
from typology.clustering.graded.traits import NormalTraits
from typology.content.vocabulary import AssignmentReason, TypeStatus, membership_column
from typology.types.signs import type_signs
from typology.types.typology_file import TypeEntry, fingerprint
from typology.writing import languages

if TYPE_CHECKING:
    from typology.content.catalogue import Content
    from typology.types.typology import Typology

NEAREST = 0.6
"""From this probability that a leaning is the strongest of a municipality, it is called the nearest one."""
BETWEEN = 0.8
"""From this probability that one of two leanings is the strongest, a municipality is said to lie between them."""
ABOVE = 0.8
"""Of one single leaning: from this probability that a municipality lies above (or below) the mean, it is said so."""
LEAST_LOADING = 0.4
"""A leaning of the catalogue lifts its signature goals by at least this much log-odds per standard deviation."""
NAMED_BY = 2
"""So many of its strongest goals name a leaning that the catalogue does not know."""
STARTS = 4
FREE = "neigung_"
NO_LEANINGS = ("style", "pairs")
"""Kinds of rivals that explain answers without anything that a municipality leans to."""
NAMING_OF_DEGREES, NAMING_OF_LEANINGS = "naming_degrees", "naming_leanings"
PLACE_COLUMNS = ("key", "leaning", "place", "error")
GOAL_COLUMNS = ("leaning", "goal", "loading")


@dataclass(frozen=True, eq=False)
class Leanings:
    """The leanings of one survey.

    ``names``: keys of types of the catalogue, or ``neigung_1`` …; none where there are neither types nor leanings.
    ``places``, ``errors``: key × leaning, NaN where nothing is known. ``strongest``: key × leaning, the probability
    that it is the municipality's strongest one; of a single leaning, that the municipality lies above the mean.
    ``goals``: the columns ``GOAL_COLUMNS``, of each leaning the goals that it lifts, the strongest first.
    """

    names: tuple[str, ...]
    places: pd.DataFrame
    errors: pd.DataFrame
    strongest: pd.DataFrame
    goals: pd.DataFrame

    def table(self) -> pd.DataFrame:
        """Long: a row per municipality with a place and leaning, columns ``PLACE_COLUMNS``."""
        rows = [
            pd.DataFrame(
                {
                    "key": self.places.index,
                    "leaning": name,
                    "place": self.places[name].to_numpy(),
                    "error": self.errors[name].to_numpy(),
                }
            )
            for name in self.names
        ]
        if not rows:
            return pd.DataFrame(columns=list(PLACE_COLUMNS)).astype({"place": float, "error": float})
        order = {name: number for number, name in enumerate(self.names)}
        table = pd.concat(rows, ignore_index=True).dropna(subset=["place"])
        table = table.assign(order=table["leaning"].map(order)).sort_values(["key", "order"], ignore_index=True)
        return table[list(PLACE_COLUMNS)]


def find_leanings(
    goals: pd.DataFrame,
    estimation: pd.Index,
    question: GoalQuestion | None,
    signatures: Mapping[str, Sequence[str]],
    compared: Comparison,
    *,
    random_state: int = 0,
) -> Leanings:
    """The leanings behind answers that speak for degrees.

    Parameters
    ----------
    goals : one row per municipality (index ``key``), one categorical column per goal.
    estimation : keys of the rows that the model is estimated with; all get a place.
    question : the form of the question; lists are modelled given their number of ticks.
    signatures : type → its signature goals.
    compared : the comparison whose verdict is degrees; its rival decides what there is to be found.

    Examples
    --------
    >>> import numpy as np
    >>> from typology.clustering.degrees.comparison import compare_degrees
    >>> rng = np.random.default_rng(1)
    >>> lifted = rng.normal(size=(300, 1)) * [1, 1, 2, 2, 4, 4] > rng.logistic(size=(300, 6))
    >>> table = pd.DataFrame(np.where(lifted, "ja", "nein"), columns=list("abcdef"))
    >>> table = table.astype(pd.CategoricalDtype(["nein", "ja"]))
    >>> question = GoalQuestion("yes_no")
    >>> found = find_leanings(table, table.index, question, {}, compare_degrees(table, question=question))
    >>> found.names, bool(found.places.loc[lifted.all(axis=1), "neigung_1"].min() > 1)
    (('neigung_1',), True)
    """
    rival = compared.table.set_index("model").loc[compared.rival]
    if rival["kind"] in NO_LEANINGS:
        return _placed(goals, None, (), np.zeros((0, 0)))
    answers = graded_answers(compared_answers(goals.loc[estimation], question))
    items = [str(goals.columns[place]) for place in answers.used]
    rng = np.random.default_rng(random_state)
    groups = {
        name: [items.index(goal) for goal in own]
        for name, own in signatures.items()
        if len(own) > 1 and set(own) <= set(items)
    }
    if rival["n_traits"] > 1 and len(groups) > 1:
        structure = Structure(
            Loadings.of_groups(len(items), list(groups.values()), alike=True), NormalTraits(len(groups))
        )
        fit = fit_graded(answers, structure, n_init=STARTS, rng=rng)
        lift = np.array([fit.point.loadings[own[0], trait] for trait, own in enumerate(groups.values())])
        if (np.abs(lift) >= LEAST_LOADING).sum() > 1 and fit.bic < _bic_of_independence(compared):
            kept = [place for place, value in enumerate(lift) if abs(value) >= LEAST_LOADING]
            turn = (np.eye(len(groups)) * np.sign(lift))[:, kept]
            return _placed(goals, fit, tuple(list(groups)[place] for place in kept), turn)
    structure = Structure(Loadings.free(len(items), int(rival["n_traits"])), NormalTraits(int(rival["n_traits"])))
    fit = fit_graded(answers, structure, n_init=STARTS, rng=rng)
    own = _compared_loadings(fit)
    turned = simple_axes(own) if own.shape[1] > 1 else np.eye(1)
    turn = turned @ own_axes(own @ turned)
    return _placed(goals, fit, tuple(f"{FREE}{number}" for number in range(1, own.shape[1] + 1)), pointed(own, turn))


def _bic_of_independence(compared: Comparison) -> float:
    table = compared.table
    alone = table[(table["kind"] == "classes") & (table["n_classes"] == 1)]
    return float(alone["bic"].iloc[0]) if len(alone) else float("inf")


def _compared_loadings(fit: GradedFit) -> np.ndarray:
    """Loadings; of lists those relative to the mean of all goals, for the number of ticks is given."""
    own = fit.point.loadings
    return np.asarray(own - own.mean(axis=0)) if fit.answers.ticked else own


def _placed(goals: pd.DataFrame, fit: GradedFit | None, names: tuple[str, ...], turn: np.ndarray) -> Leanings:
    """Everybody's place under a fit whose traits are turned."""
    columns = list(names)
    empty = pd.DataFrame(np.nan, index=goals.index, columns=columns)
    if fit is None:
        return Leanings((), empty, empty, empty, pd.DataFrame(columns=list(GOAL_COLUMNS)).astype({"loading": float}))
    patterns = collapse(goals)
    codes = patterns.codes
    answers = fit.answers.same_for(codes)
    finer = Structure(fit.structure.loadings, fit.structure.spread.finer())
    weights, places = Marginal(answers.rows(), finer).posteriors(fit.vector)
    nodes = places.nodes @ turn
    mean = weights @ nodes
    error = np.sqrt(np.maximum(weights @ nodes**2 - mean**2, 0.0))
    known = FORMS["conditional" if fit.answers.ticked else "plain"].takes_part(codes != MISSING)
    values = [np.where(known[:, None], part[answers.inverse], np.nan)[patterns.inverse]
              for part in (mean, error, weights @ _strongest(nodes))]  # fmt: skip
    at, off, strongest = (pd.DataFrame(part, index=goals.index, columns=columns) for part in values)
    return Leanings(names, at, off, strongest, _lifted(goals, fit, names, turn))


def _strongest(nodes: np.ndarray) -> np.ndarray:
    """Which trait is the highest at each node, ties shared; of a single trait whether it lies above the mean."""
    top = nodes >= (nodes.max(axis=1, keepdims=True) if nodes.shape[1] > 1 else 0.0) - 1e-9
    if nodes.shape[1] == 1:
        return np.where(np.abs(nodes) < 1e-9, 0.5, top)
    return np.asarray(top / top.sum(axis=1, keepdims=True))


def _lifted(goals: pd.DataFrame, fit: GradedFit, names: tuple[str, ...], turn: np.ndarray) -> pd.DataFrame:
    """The goals that each leaning lifts, the strongest first."""
    loadings = _loadings_of(fit) @ turn
    items = [str(goals.columns[place]) for place in fit.answers.used]
    rows = [
        (name, items[goal], float(loadings[goal, trait]))
        for trait, name in enumerate(names)
        for goal in np.argsort(-loadings[:, trait], kind="stable")
        if loadings[goal, trait] > 0
    ]
    return pd.DataFrame(rows, columns=list(GOAL_COLUMNS))


def _loadings_of(fit: GradedFit) -> np.ndarray:
    return fit.point.loadings if not fit.structure.loadings.is_free else _compared_loadings(fit)


def assign_leanings(found: Leanings, assignments: pd.DataFrame) -> pd.DataFrame:
    """Assignments in which the nearest leaning takes the place of the type, by the rule of :func:`standing`.

    Parameters
    ----------
    assignments : of the classes, as :meth:`Typology.assign` returns them; how many goals a municipality answered, and
        what was odd about its answers, stays.

    Returns
    -------
    The same columns; ``p_<leaning>`` is the probability that it is the strongest one.
    """
    strongest = found.strongest.reindex(assignments.index)
    reasons = assignments["reason"].where(assignments["reason"] != AssignmentReason.SPREAD, "")
    without = [AssignmentReason.NO_ANSWER.value, AssignmentReason.TOO_FEW_ANSWERS.value]
    enough = ~reasons.isin(without).to_numpy() & strongest.notna().all(axis=1).to_numpy()
    values = strongest.fillna(0.0).to_numpy(dtype=float).round(12)
    rows = [standing(row) if known and len(row) else _NOWHERE for row, known in zip(values, enough, strict=True)]
    keys = np.array([*found.names, ""], dtype=object)
    status = pd.Series([row[0].value for row in rows], index=assignments.index, dtype=object)
    open_ = status.eq(TypeStatus.NOT_ASSIGNED) & reasons.eq("")
    spread = AssignmentReason.SPREAD.value if found.names else ""
    return pd.DataFrame(
        {
            "type": keys[[row[1] for row in rows]],
            **{membership_column(name): strongest[name].fillna(1 / len(found.names)) for name in found.names},
            "second_type": keys[[row[2] for row in rows]],
            "status": status,
            "reason": reasons.where(~open_, spread),
            "answered": assignments["answered"],
        },
        index=assignments.index,
    )


_NOWHERE = (TypeStatus.NOT_ASSIGNED, -1, -1)


def standing(strongest: np.ndarray) -> tuple[TypeStatus, int, int]:
    """Where one municipality stands, and the places of the leanings that are nearest to it (−1 for none).

    ``klar``: one leaning is the strongest with probability ``NEAREST``. ``mischtyp``: one of two is, with probability
    ``BETWEEN``. Else it stands in the middle. A single leaning orders all municipalities from weak to strong: ``klar``
    says that one lies above the mean with probability ``ABOVE``.

    >>> standing(np.array([0.7, 0.2, 0.1])), standing(np.array([0.1, 0.45, 0.45]))
    ((<TypeStatus.CLEAR: 'klar'>, 0, -1), (<TypeStatus.MIXED: 'mischtyp'>, 1, 2))
    >>> standing(np.array([0.4, 0.3, 0.3])), standing(np.array([0.79]))
    ((<TypeStatus.NOT_ASSIGNED: 'nicht_zuzuordnen'>, -1, -1), (<TypeStatus.NOT_ASSIGNED: 'nicht_zuzuordnen'>, -1, -1))
    """
    if len(strongest) == 1:
        return (TypeStatus.CLEAR, 0, -1) if strongest[0] >= ABOVE else _NOWHERE
    first, second = (int(place) for place in np.argsort(-strongest, kind="stable")[:2])
    if strongest[first] >= NEAREST:
        return TypeStatus.CLEAR, first, -1
    if strongest[first] + strongest[second] >= BETWEEN:
        return TypeStatus.MIXED, first, second
    return _NOWHERE


def sentence_of(
    status: str, strongest: Sequence[float | None], places: Mapping[str, tuple[float, float]], nearest: str = ""
) -> str:
    """The key of the sentence on where a municipality stands.

    Places and errors count to one digit and probabilities to two, as they are published, so that every edition says
    the same. A place is near the middle where 0 lies within one error.

    Parameters
    ----------
    status : by :func:`standing`.
    strongest : per leaning the probability that it is the strongest one, None where answers are closed.
    places : leaning → place and error; nothing where answers are closed.
    nearest : the nearest leaning, if there is one.

    >>> sentence_of("klar", [0.7, 0.3], {"a": (0.4, 0.7)}, "a"), sentence_of("klar", [0.9, 0.1], {"a": (1.4, 0.6)}, "a")
    ('leaning_nearest_middle', 'leaning_nearest')
    >>> sentence_of("nicht_zuzuordnen", [0.15], {}), sentence_of("nicht_zuzuordnen", [], {})
    ('leaning_below', 'leaning_none')
    """
    if not strongest:
        return "leaning_none"
    closed = strongest[0] is None
    near = {key: bool(np.abs(np.round(place, 1)) < np.round(error, 1)) for key, (place, error) in places.items()}
    if len(strongest) == 1:
        if status == TypeStatus.CLEAR:
            return "leaning_above"
        if strongest[0] is None:
            return "leaning_not_above"
        return "leaning_below" if round(strongest[0], 2) <= round(1 - ABOVE, 2) else "leaning_average"
    if status == TypeStatus.CLEAR:
        return "leaning_nearest_middle" if near.get(nearest) else "leaning_nearest"
    if status == TypeStatus.MIXED:
        return "leaning_between_closed" if closed else "leaning_between"
    if closed:
        return "leaning_middle_closed"
    return "leaning_middle" if all(near.values()) else "leaning_several"


def without_names(typology: Typology, content: Content, reason: str = NAMING_OF_DEGREES) -> Typology:
    """The typology with its classes under their own names, and the reason for it.

    Where answers speak for degrees no type is named, nor where the names are rather those of leanings.
    """
    own = {name: group for group, name in typology.naming.permutation.items()}
    signs = type_signs(own.values(), content)

    def unnamed(item: TypeEntry) -> TypeEntry:
        key = own[item.key]
        said = {language: content.label("type", key, language) for language in languages()}
        label = {"label": item.label.model_validate(said), "short": item.short.model_validate(said)}
        return item.model_copy(update={"key": key, "named": False, **label, **vars(signs[key])})

    groups = sorted(own.values())
    naming = typology.naming.model_copy(
        update={
            "permutation": {group: group for group in groups},
            "reasons": dict.fromkeys(groups, reason),
            "explanation": reason,
        }
    )
    types = tuple(sorted((unnamed(item) for item in typology.types), key=lambda item: item.key))
    draft = replace(typology, types=types, naming=naming)
    stem = typology.version.rsplit("-", 1)[0]
    return replace(draft, version=f"{stem}-{fingerprint(draft.to_dict())}")


def naming_goals(goals: pd.DataFrame) -> dict[str, tuple[str, ...]]:
    """Leaning → the goals that name it, for those that the catalogue does not name; ``goals`` as in the study.

    >>> table = pd.DataFrame([("neigung_1", "a", 2.0), ("neigung_1", "b", 1.0), ("neigung_1", "c", 0.5)],
    ...                      columns=list(GOAL_COLUMNS))
    >>> naming_goals(table)
    {'neigung_1': ('a', 'b')}
    """
    found: dict[str, tuple[str, ...]] = {}
    for leaning, goal in zip(goals.get("leaning", ()), goals.get("goal", ()), strict=True):
        if leaning_number(leaning) is not None and len(found.get(leaning, ())) < NAMED_BY:
            found[leaning] = (*found.get(leaning, ()), goal)
    return found


def leaning_number(key: str) -> int | None:
    """The number of a leaning without a name of the catalogue: 2 of ``neigung_2``; None of any other key.

    >>> leaning_number("neigung_2"), leaning_number("optimierer")
    (2, None)
    """
    found = re.fullmatch(rf"{FREE}(\d+)", key)
    return int(found[1]) if found else None
