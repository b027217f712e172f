"""The published model against an adversary who solves its score equations for the answers that are closed.

The weights of the classes are a fixed point: with them the memberships of every pattern of answers are known, and the
score equations are linear in how often each pattern was given. Whoever knows the open answers looks for the closed ones
by non-negative least squares. The adversary here is given more than anybody has: the exact right-hand sides.
"""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from miniature import seeds
from scipy.optimize import LinearConstraint, milp, nnls

from typology.clustering.clustering import Clustering, cluster
from typology.clustering.engine.question import GoalQuestion
from typology.content.catalogue import load_content
from typology.publishing.gate.public_model import GRIDS, RATIOS, grid_of, on_grid, took_part
from typology.simulation.survey import simulate_goals
from typology.tables.study_tables import StudyTables
from typology.types.naming import name_types
from typology.types.typology import Typology

MOST = 3
CONTENT = load_content()


Model = tuple[Typology, Typology, np.ndarray]
"""A model as it is inside, as it is published, and the rows it was made from."""


class ScoreEquations:
    """All patterns of up to three of the goals, and what the equations of a model say of how often each was given."""

    def __init__(self, goals: pd.DataFrame) -> None:
        self.keys = list(goals.columns)
        chosen = [part for n in range(1, MOST + 1) for part in combinations(range(len(self.keys)), n)]
        self.patterns = np.zeros((len(chosen), len(self.keys)), dtype=int)
        for row, part in enumerate(chosen):
            self.patterns[row, list(part)] = 1
        place = {part: row for row, part in enumerate(chosen)}
        ticked = (goals == "ja").to_numpy()
        self.given = np.array([place[tuple(np.flatnonzero(row))] for row in ticked])

    def counts(self, rows: np.ndarray) -> np.ndarray:
        """How often each pattern was given by these rows."""
        return np.bincount(self.given[rows], minlength=len(self.patterns)).astype(float)

    def of(self, model: Typology) -> np.ndarray:
        """Equations × patterns: scores of the weights, sizes of the classes, and how many goals were ticked."""
        answers = pd.DataFrame(np.where(self.patterns == 1, "ja", "nein"), columns=self.keys)
        answers.index = answers.index.astype(str)
        memberships = model.posterior(answers).to_numpy()
        n = self.patterns.sum(axis=1)
        rows = []
        for k, item in enumerate(model.types):
            expected = _inclusion(np.array([item.odds[key] for key in self.keys]))[n]
            rows += list((memberships[:, k, None] * (self.patterns - expected)).T)
            rows.append(memberships[:, k])
        return np.array([*rows, *(n == m for m in range(1, MOST + 1))], dtype=float)

    def recovered(self, exact: Typology, published: Typology, closed: np.ndarray) -> int:
        """How many closed rows the adversary names rightly."""
        true, everybody = self.counts(closed), self.counts(np.arange(len(self.given)))
        equations = self.of(published)
        found, _ = nnls(equations, self.of(exact) @ everybody - equations @ (everybody - true))
        return int(np.minimum(found.round(), true).sum())

    def certain(self, closed: np.ndarray, *models: Model, whole: bool = False) -> int:
        """How many closed rows must be what they are, for one who knows how far off the equations are.

        Of each pattern that was given by closed ones the least number that fits all equations of all models within the
        largest error that the truth has; ``whole``: in whole numbers.
        """
        true = self.counts(closed)
        fits = [self._fitting(model, true) for model in models]
        number = LinearConstraint(np.ones((1, len(true))), len(closed), len(closed))
        told = 0
        for place in np.flatnonzero(true):
            aim = np.zeros(len(true))
            aim[place] = 1
            found = milp(aim, integrality=np.full(len(true), int(whole)), constraints=[*fits, number])
            assert found.status == 0, found.message
            told += int(found.fun > 0.5)
        return told

    def _fitting(self, model: Model, true: np.ndarray) -> LinearConstraint:
        """What a published model says of how often closed rows gave each pattern; who took part is known."""
        exact, published, everybody = model
        counts, equations = self.counts(everybody), self.of(published)
        right = self.of(exact) @ counts - equations @ (counts - true)
        near = np.abs(equations @ true - right).max() + 1e-6
        return LinearConstraint(equations, right - near, right + near)


def _inclusion(weights: np.ndarray) -> np.ndarray:
    """Number of ticks × goals: the chance that a goal is among them."""
    result = np.zeros((MOST + 1, len(weights)))
    for n in range(1, MOST + 1):
        total = _symmetric(weights, n)
        for goal, weight in enumerate(weights):
            result[n, goal] = weight * _symmetric(np.delete(weights, goal), n - 1) / total
    return result


def _symmetric(weights: np.ndarray, order: int) -> float:
    sums = np.eye(1, order + 1)[0]
    for weight in weights:
        sums[1:] = sums[1:] + weight * sums[:-1]
    return float(sums[order])


def fitted(n: int, seed: int, n_init: int = 30, n_classes: int = 4) -> tuple[pd.DataFrame, Typology, Clustering]:
    """Goals ticked by ``n`` municipalities, and the typology made of them."""
    goals = simulate_goals(n, content=CONTENT, kind="pick", limit=MOST, random_state=seed).goals
    found = cluster(goals, n_classes, question=GoalQuestion("pick", MOST), n_init=n_init, random_state=seed)
    return goals, name_types(found, CONTENT, question=GoalQuestion("pick", MOST)), found


@pytest.fixture(scope="module", params=[(412, 3), (150, 5)], ids=["412", "150"])
def study(request):
    return fitted(*request.param)


def test_the_exact_model_gives_the_closed_rows_back_and_the_published_one_does_not(study):
    goals, exact, _ = study
    attack = ScoreEquations(goals)
    published = on_grid(exact, grid_of(len(goals)))
    rng = np.random.default_rng(8)
    drawn = [rng.choice(len(goals), 10, replace=False) for _ in range(6)]
    open_model = [attack.recovered(exact, exact, closed) for closed in drawn]
    on_the_grid = [attack.recovered(exact, published, closed) for closed in drawn]
    assert min(open_model) >= 9, "the attack is strong enough to be worth standing up to"
    assert max(on_the_grid) <= 7 and np.mean(on_the_grid) <= 4.5 < np.mean(open_model) - 4


def test_the_published_model_gives_nearly_everybody_the_type_of_the_exact_one():
    goals, exact, _ = fitted(412, 3)
    published = on_grid(exact, grid_of(len(goals)))
    one, other = exact.assign(goals), published.assign(goals)
    same = one["type"] == other["type"]
    assert same.mean() >= 0.98 and same.groupby(one["type"]).mean().min() >= 0.98
    assert (one["status"] == other["status"]).mean() >= 0.95


def test_every_step_has_its_ratio_and_a_coarser_step_a_coarser_one():
    assert tuple(RATIOS) == GRIDS
    assert list(RATIOS.values()) == sorted(RATIOS.values())


def test_one_closed_municipality_is_enough():
    keys = pd.Index(["91001000", "91002000", "91003000"], name="key")
    goals = pd.DataFrame({"a": ["ja", "nein", ""], "b": ["nein", "ja", ""]}, index=keys)
    tables = StudyTables(goals=goals)
    assert not took_part(tables, keys)
    assert not took_part(tables, keys[:2]), "who answered nothing is not in the model"
    assert took_part(tables, keys[1:])


DRAWN = (17,)


@pytest.mark.long
@pytest.mark.parametrize("seed", seeds(*DRAWN))
def test_no_closed_row_is_certain(seed):
    """Of 5 to 60 closed rows of any survey none is sure on the grid; with the exact model nearly all of eight are."""
    rng = np.random.default_rng(seed)
    n, n_closed = int(rng.choice([80, 120, 160, 240])), int(rng.integers(5, 61))
    goals, exact, _ = fitted(n, seed, n_init=8)
    attack, closed, everybody = ScoreEquations(goals), rng.choice(n, n_closed, replace=False), np.arange(n)
    on_the_grid = (exact, on_grid(exact, grid_of(n)), everybody)
    assert attack.certain(closed, on_the_grid) == 0
    if seed in DRAWN:
        few = closed[:8]
        assert attack.certain(few, (exact, exact, everybody)) >= 0.9 * np.count_nonzero(attack.counts(few))
        assert attack.certain(few, on_the_grid, whole=True) == 0


@pytest.mark.long
@pytest.mark.parametrize("seed", seeds(*DRAWN))
def test_no_closed_row_is_certain_by_two_models_of_the_same_answers(seed):
    """Four types and three of the same survey: twice the equations about the same closed rows."""
    rng = np.random.default_rng(seed)
    n, n_closed = int(rng.choice([80, 120, 160, 240])), int(rng.integers(5, 61))
    models = [fitted(n, seed, n_init=8, n_classes=n_classes) for n_classes in (4, 3)]
    attack, closed, everybody = ScoreEquations(models[0][0]), rng.choice(n, n_closed, replace=False), np.arange(n)
    published = [(exact, on_grid(exact, grid_of(n)), everybody) for _, exact, _ in models]
    assert attack.certain(closed, *published) == 0
    if seed in DRAWN:
        few = closed[:8]
        assert attack.certain(few, *published, whole=True) == 0
