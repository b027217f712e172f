"""Are these types, or only degrees? The best classes against every graded rival, and a verdict."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from typology.clustering.degrees.asked import compared_answers, graded_answers
from typology.clustering.degrees.classes import RISE, ClassFit, best_of, draw_shrunken, fit_classes, leading, possible
from typology.clustering.degrees.dependent import DependentClasses, dependent_classes
from typology.clustering.degrees.folds import Folds, class_folds, graded_folds
from typology.clustering.degrees.replicates import (
    CLASSES_REJECTED,
    FAR,
    REJECTED,
    Cox,
    lead_of,
    rival_seed,
    shrunken,
    under_classes,
    under_rival,
)
from typology.clustering.degrees.rivals import Rival, ordered_rivals, rivals_for
from typology.clustering.degrees.verdict import (
    CLEAR_ONE,
    DEGREES,
    TYPES,
    UNDECIDED,
    is_backed,
    is_clear,
    judge,
    names_are_leanings,
)
from typology.clustering.engine.model import Answers
from typology.clustering.engine.patterns import collapse
from typology.clustering.engine.question import GoalQuestion
from typology.clustering.engine.spread import one_thread
from typology.clustering.graded.fitting import GradedFit, draw, fit_graded
from typology.content.catalogue import Content, load_content
from typology.content.reading import Language
from typology.writing import languages, program_language

if TYPE_CHECKING:
    from typology.clustering.selection import Verdict

SHRINKING = 2.0
"""Pseudo-answers per class and goal of the classes that replicates are drawn from. With 8, as many as typologies have,
weak classes of lists nearly vanish from the replicates, whose leads then say nothing."""
ALIKE = 5.0
"""One trait and a few steps along it are not told apart where the trait is no further ahead in log-likelihood."""
LEAST_ROWS = 20
"""Fewer rows than this are not compared: a fold would hold less than two."""
COMPARISON_COLUMNS = (
    "model",
    "kind",
    "n_traits",
    "n_classes",
    "n_parameters",
    "log_likelihood",
    "bic",
    "cross_validated",
    "cross_validated_error",
    "lead",
    "z",
    "replicates",
    "pairs",
)


class Verdicts(NamedTuple):
    """``degrees``: types or only degrees; ``number``: how many types. By language, empty where nothing is said."""

    degrees: dict[str, str]
    number: dict[str, str]


@dataclass(frozen=True, eq=False)
class Redrawn:
    """Answers as the rival of a verdict would have made them: the replicates of its test.

    ``items``, ``categories``: the goals and their answers; ``seed``: that of the test.
    """

    fit: GradedFit
    codes: np.ndarray
    items: tuple[str, ...]
    categories: tuple[np.ndarray, ...]
    seed: tuple[int, ...]

    def __call__(self, number: int) -> pd.DataFrame:
        """The replicate of this number (from 0): rows that were compared × goals, gaps where they were."""
        drawn = draw(self.fit, self.codes, np.random.default_rng((*self.seed, number)))
        columns = zip(self.items, drawn.T, self.categories, strict=True)
        return pd.DataFrame({item: pd.Categorical.from_codes(own, known) for item, own, known in columns})


@dataclass(frozen=True, eq=False, repr=False)
class Comparison:
    """``verdict``: types, degrees or undecided; ``reason``: the rule that decided.

    ``table``: one row per model with the columns ``COMPARISON_COLUMNS``. ``n_traits`` is 0 for classes,
    ``n_classes`` for the others.
    ``cross_validated`` is the log-likelihood of ten folds that were left out, with the standard error of its difference
    to the classes; ``lead`` how far the classes lie ahead of the rival (half the difference of the adjusted BICs);
    ``z`` how many standard deviations that is more than where the rival is true, NaN where another rival had decided
    already or the lead is beyond doubt; in a row of classes, how the lead compares with where these classes are true.
    ``pairs`` names the goals that may hang together within the classes of a row, as ``a+b``, several with blanks
    between; "" elsewhere. Their ``bic`` is the extended one, which charges for the choice of the pairs. ``n_classes``
    is the best number of classes by BIC, ``rival`` the graded model that decided or came nearest, ``z_classes`` the
    largest ``z`` of classes (NaN: not needed). ``redrawn`` draws answers as ``rival`` makes them; None without a
    rival, or where the table comes from a file.
    """

    verdict: str
    reason: str
    table: pd.DataFrame
    n_classes: int
    rival: str
    z_classes: float
    kind: str
    redrawn: Redrawn | None = None

    @classmethod
    def of(cls, table: pd.DataFrame, kind: str) -> Comparison:
        """The comparison that a table tells, of answers to this kind of question; the table may come from a file."""
        found = judge(table)
        return cls(found.verdict, found.reason, table, found.n_classes, found.rival, found.z_classes, kind)

    def sentence(self, content: Content, language: Language = "de") -> str:
        """The verdict in words."""
        if self.verdict == TYPES:
            return content.say("types_shown", language, n=self.n_classes)
        if self.verdict == UNDECIDED:
            return content.say(f"apart_{self.reason}", language)
        rival = self.table.set_index("model").loc[self.rival]
        kind = rival["kind"]
        if kind == "traits" and rival["n_traits"] == 1:
            kind = "ordering" if self._steps_do_as_well(float(rival["log_likelihood"])) else "trait"
        return content.say(f"degrees_{kind}", language, n_traits=int(rival["n_traits"]))

    def with_number(self, selected: Verdict | None, content: Content | None = None) -> Verdicts:
        """Two verdicts in words that never contradict each other: types or degrees, and how many types.

        Where the answers speak for degrees, no number of types is said. Where they speak for types, but no criterion
        for more than one, only that is said. The number of types stands in both sentences only if it is the same.

        Parameters
        ----------
        selected : ``select_classes(…).verdict`` on the same answers; None where no number of types was looked for.
        content : by default the shipped one.
        """
        content = content or load_content()
        blank = {"de": "", "en": ""}
        first = {code: self.sentence(content, code) for code in languages()}
        if self.verdict == DEGREES or selected is None:
            return Verdicts(first, blank)
        number = {code: selected.sentence(content, code) for code in languages()}
        tested = selected.key != "selection_undecided"
        if self.verdict == TYPES and tested and selected.n_types == 1:
            return Verdicts(blank, number)
        if self.verdict == TYPES and not (tested and selected.n_types == self.n_classes):
            first = {code: content.say("types_shown_open", code) for code in languages()}
        if self.reason == "one_class" and tested and selected.n_types > 1:
            first = {code: content.say("apart_both_possible", code) for code in languages()}
        return Verdicts(first, number)

    def _steps_do_as_well(self, level: float) -> bool:
        """Whether a few classes along one trait explain the answers as well as a trait of this log-likelihood does."""
        steps = self.table.loc[self.table["kind"] == "ordered", "log_likelihood"]
        return bool((steps > level - ALIKE).any())

    @property
    def fewer(self) -> pd.Series | None:
        """The row of fewer classes in which pairs of goals may hang together, where the extended BIC clearly
        prefers it to the best classes without; None where it does not.

        Types of two goals each and pairs of goals are hard to tell apart, so that this is said and decides nothing.
        """
        classes = self.table.loc[self.table["kind"] == "classes", "bic"].min()
        rows = self.table[(self.table["kind"] == "dependent") & (self.table["n_classes"] < self.n_classes)]
        rows = rows[classes - rows["bic"] > CLEAR_ONE]
        return rows.loc[rows["bic"].idxmin()] if len(rows) else None

    @property
    def names_are_leanings(self) -> bool:
        """Whether the names of the catalogue are rather those of leanings: then no class bears one."""
        return names_are_leanings(self.verdict, self.table)

    @cached_property
    def text(self) -> dict[str, str]:
        """The verdict by language: ``de``, ``en``."""
        content = load_content()
        return {language: self.sentence(content, language) for language in languages()}

    def __repr__(self) -> str:
        shown = self.table.round(2).to_string(index=False, na_rep="")
        return f"Comparison({self.verdict}: {self.text[program_language()]})\n{shown}"


def compare_degrees(
    goals: pd.DataFrame,
    *,
    question: GoalQuestion | None = None,
    signatures: Mapping[str, Sequence[str]] | None = None,
    random_state: int = 0,
) -> Comparison:
    """Compare latent classes with graded models of the same form of question.

    Parameters
    ----------
    goals : one row per municipality, one categorical column per goal; missing answers allowed.
    question : the form of the question; lists are compared given their number of ticks.
    signatures : type → its signature goals: the catalogue's types as leanings, one trait each.

    Returns
    -------
    Comparison. *types*: every graded rival is rejected (z > 2), the nearest one is not ahead of the classes by more
    than a standard error in cross-validation, and none leads by BIC (by 10 with one trait, by 35 with more, by 100
    where the traits are the signatures). *degrees*: a rival survives, and it leads by BIC (several free traits also
    where the signatures do, or the other way round) or the classes are rejected
    (z < −2.5) on answers drawn from them, from the number of classes of the BIC to that of the adjusted one. Else
    *undecided*.

    Raises
    ------
    EstimationError : no row has an answer.

    Examples
    --------
    >>> from typology.simulation.survey import simulate_goals
    >>> goals = simulate_goals(150, kind="yes_no", target=0.9).goals.iloc[:, :8]
    >>> found = compare_degrees(goals, question=GoalQuestion("yes_no"))
    >>> found.verdict, found.n_classes
    ('types', 4)
    """
    answers = compared_answers(goals, question)
    place = {str(goal): number for number, goal in enumerate(goals.columns)}
    numbers = {name: [place[goal] for goal in own if goal in place] for name, own in (signatures or {}).items()}
    with one_thread():
        comparing = _Comparing(answers, list(place), numbers, random_state)
        found = comparing.result()
    return replace(found, redrawn=comparing.redrawn(found.rival, goals)) if found.rival else found


class _Comparing:
    """The steps of one comparison, each of which leaves its numbers for the table."""

    def __init__(
        self, answers: Answers, goals: Sequence[str], signatures: Mapping[str, Sequence[int]], random_state: int
    ) -> None:
        self.answers, self.goals, self.random_state = answers, goals, random_state
        self.graded = graded_answers(answers)
        rng = np.random.default_rng([random_state, 0])
        enough = len(answers.codes) >= LEAST_ROWS and len(self.graded.used) > 2
        self.classes = fit_classes(answers, rng=rng)
        self.best, self.leading = best_of(self.classes), leading(self.classes)
        self.rivals = rivals_for(self.graded, signatures) if enough else []
        self.ordered = ordered_rivals(self.graded) if enough else []
        self.fits = {
            rival.name: fit_graded(self.graded, rival.structure(self.graded), n_init=rival.n_init, rng=rng, rise=RISE)
            for rival in [*self.rivals, *self.ordered]
        }
        beside = np.random.default_rng([random_state, 4])
        self.dependent = dependent_classes(answers, self.graded, self.classes, beside) if enough else []
        self.leads = {name: lead_of(self.classes, fit) for name, fit in self.fits.items()}
        self.tests: dict[str, Cox] = {}
        self.folds: dict[str, Folds] = {}

    def result(self) -> Comparison:
        """The verdict and the table."""
        self._test()
        return Comparison.of(self._table(), self.answers.kind)

    def redrawn(self, name: str, goals: pd.DataFrame) -> Redrawn:
        """Replicates of the answers under one of the rivals, those of its test."""
        number = [rival.name for rival in self.rivals].index(name)
        patterns = collapse(goals)
        seed = rival_seed(self.random_state, number)
        return Redrawn(self._drawn_from(name), self.answers.codes, patterns.items, patterns.categories, seed)

    def _test(self) -> None:
        """What the verdict depends on, and no more: rivals until one survives and, where that one is not clearly ahead
        by BIC, those that are; then the classes against the first that survived."""
        if not self.rivals:
            return
        near = sorted(self.rivals, key=lambda rival: self.leads[rival.name])
        self._cross_validate(near[0])
        if self.best.n_classes == 1:
            return
        survivor = next((rival for rival in near if self._survives(rival)), None)
        if survivor is None or any(self._clear(rival) and self._survives(rival) for rival in near):
            return
        clear = pd.DataFrame([(r.kind, r.n_traits) for r in near if self._clear(r)], columns=["kind", "n_traits"])
        if not is_backed(survivor.kind, clear) and self.tests[survivor.name].z >= -REJECTED:
            self._test_classes(survivor)

    def _survives(self, rival: Rival) -> bool:
        """Whether the classes are no further ahead than where the rival is true."""
        lead, number = self.leads[rival.name], self.rivals.index(rival)
        if lead > FAR:
            return False
        if rival.name not in self.tests:
            self.tests[rival.name] = under_rival(
                self.answers, rival, self._drawn_from(rival.name), lead, random_state=self.random_state, number=number
            )
        return self.tests[rival.name].z <= REJECTED

    def _drawn_from(self, name: str) -> GradedFit:
        return shrunken(self.fits[name], self.classes[0])

    def _clear(self, rival: Rival) -> bool:
        row = pd.Series({"kind": rival.kind, "n_traits": rival.n_traits, "bic": self.fits[rival.name].bic})
        return is_clear(self.best.bic, row)

    def _test_classes(self, rival: Rival) -> None:
        """All numbers of classes that could have made the answers, until one is not rejected."""
        lead = self.leads[rival.name]
        for fit in possible(self.classes):
            drawn = draw_shrunken(self.answers, fit, SHRINKING)
            test = under_classes(self.answers, drawn, rival, lead, random_state=self.random_state)
            self.tests[fit.name] = test
            if test.z >= -CLASSES_REJECTED:
                return

    def _cross_validate(self, rival: Rival) -> None:
        shifted, seed = self.leading.shifted, self.random_state
        self.folds["classes"] = (
            class_folds(self.answers, self.leading, random_state=seed)
            if shifted is None
            else graded_folds(self.graded, shifted, random_state=seed)
        )
        self.folds[rival.name] = graded_folds(self.graded, self.fits[rival.name], random_state=self.random_state)

    def _table(self) -> pd.DataFrame:
        rows = [self._class_row(fit) for fit in self.classes]
        rows += [self._rival_row(rival, self.fits[rival.name]) for rival in [*self.rivals, *self.ordered]]
        rows += [self._dependent_row(classes) for classes in self.dependent]
        return pd.DataFrame(rows, columns=list(COMPARISON_COLUMNS))

    def _class_row(self, fit: ClassFit) -> tuple[object, ...]:
        nan = float("nan")
        total = self.folds["classes"].total if fit is self.leading and "classes" in self.folds else nan
        measured = fit.n_parameters, fit.log_likelihood, fit.bic, total, nan, nan
        return fit.name, "classes", 0, fit.n_classes, *measured, *self._tested(fit.name), ""

    def _dependent_row(self, classes: DependentClasses) -> tuple[object, ...]:
        fit, nan = classes.fit, float("nan")
        pairs = " ".join("+".join(self.goals[goal] for goal in pair) for pair in classes.pairs)
        measured = fit.n_parameters, fit.log_likelihood, classes.bic, nan, nan, nan, nan, 0
        return classes.name, "dependent", 0, classes.n_classes, *measured, pairs

    def _rival_row(self, rival: Rival, fit: GradedFit) -> tuple[object, ...]:
        total, error = float("nan"), float("nan")
        if rival.name in self.folds:
            total = self.folds[rival.name].total
            error = self.folds["classes"].error_of_difference(self.folds[rival.name])
        measured = fit.n_parameters, fit.log_likelihood, fit.bic, total, error, self.leads[rival.name]
        return rival.name, rival.kind, rival.n_traits, 0, *measured, *self._tested(rival.name), ""

    def _tested(self, name: str) -> tuple[float, int]:
        return (self.tests[name].z, self.tests[name].replicates) if name in self.tests else (float("nan"), 0)
