"""How many types: one table for all numbers of classes, and a verdict that says which criterion says what."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from typology.clustering import criteria
from typology.clustering.engine.bootstrap import ModelFit, fit_model, ratio_test
from typology.clustering.engine.forms import FORMS, coded_answers
from typology.clustering.engine.model import Answers, FormName, ModelForm
from typology.clustering.engine.question import GoalQuestion
from typology.clustering.engine.sequence import split_starts
from typology.clustering.searched import classes_to_try
from typology.clustering.stability import resampled_agreement
from typology.content.catalogue import Content, load_content
from typology.content.reading import Language
from typology.errors import EstimationError
from typology.writing import Said, languages, number, program_language

LEVEL = 0.01
N_REPLICATES = 199
N_INIT = 50
N_RESAMPLES = 20
SEQUENCE_STOP = 2
"""The test sequence ends after so many numbers of classes in a row that were not needed."""
SELECTION_COLUMNS = (
    "k",
    "log_likelihood",
    "n_parameters",
    "aic",
    "bic",
    "adjusted_bic",
    "icl",
    "relative_entropy",
    "smallest_class",
    "replicated",
    "n_starts",
    "blrt_ratio",
    "blrt_p",
    "blrt_replicates",
    "blrt_exceedances",
    "stability",
)


@dataclass(frozen=True)
class Verdict:
    """What the criteria say. ``key`` names the sentence, ``asked`` the number that was asked for.

    ``n_types`` is 1 unless both the BIC (for ratings the adjusted one) and the test (p < 0.01) want more; then it is
    what the test sequence finds. ``searched`` is the largest number that was tried: a criterion that names it names
    the edge of the search, that is at least so many.
    ``bic``, ``adjusted_bic`` and ``test`` are the numbers that each criterion names, ``p_value`` belongs to two
    classes against one.
    """

    key: str
    n_types: int
    bic: int
    adjusted_bic: int
    test: int
    p_value: float
    asked: int | None = None
    searched: int | None = None

    @property
    def named(self) -> dict[str, int]:
        """Criterion → the number it names."""
        return {"bic": self.bic, "adjusted_bic": self.adjusted_bic, "test": self.test}

    @property
    def support(self) -> tuple[str, ...]:
        """Which criteria name the number that was asked for."""
        return tuple(name for name, number in self.named.items() if number == self.asked)

    def at_edge(self, number_of_types: int) -> bool:
        """Whether it is the largest number that was tried, so that more were not ruled out."""
        return number_of_types > 1 and number_of_types == self.searched

    def sentence(self, content: Content, language: Language = "de") -> str:
        """The verdict in words."""
        named = {
            name: content.say("selection_at_least", language, n=found) if self.at_edge(found) else found
            for name, found in self.named.items()
        }
        values = {"n": self.n_types, **named, "p": number(self.p_value, language, 3)}
        values |= {"searched": self.searched} if self.searched else {}
        said = [content.say(self.key, language, **values)]
        if self.key == "selection_differ" and any(map(self.at_edge, self.named.values())):
            said.append(content.say("selection_searched", language, searched=self.searched))
        of_asked = self._sentence_on_asked()
        if of_asked:
            about = {"asked": str(self.asked)}
            if of_asked == "selection_asked":
                about["criteria"] = ", ".join(content.say(f"criterion_{name}", language) for name in self.support)
            if of_asked == "selection_not_searched":
                about["searched"] = str(self.searched)
            said.append(content.say(of_asked, language, **about))
        return " ".join(said)

    def _sentence_on_asked(self) -> str:
        """Which sentence says what speaks for the number that was asked for; "" where the verdict has said it.

        "No evidence" is said only of more types than every criterion names.
        """
        if self.asked is None or self.asked < 2 or self.key == "selection_undecided":
            return ""
        if self.searched is not None and self.asked > self.searched:
            return "selection_not_searched"
        if self.n_types == 1:
            return "selection_not_asked"
        if self.support:
            return "" if self.key in ("selection_agree", "selection_edge") else "selection_asked"
        if self.asked > max(self.named.values()):
            return "selection_not_asked"
        return "selection_more_than_asked" if self.asked < min(self.named.values()) else "selection_around_asked"


@dataclass(frozen=True, eq=False)
class Selection:
    """``table``: one row per number of classes, columns ``SELECTION_COLUMNS``; NaN where a test was not needed.

    ``model``: "conditional" (latent classes given the number of ticks) or "plain" (latent classes), for the criteria;
    ``test_model`` for the likelihood ratios. ``ticks``: mean and spread of the number of ticks per municipality, and
    the spread that independent goals would have; empty for ratings.
    """

    table: pd.DataFrame
    verdict: Verdict
    model: FormName
    test_model: FormName
    kind: str
    ticks: dict[str, float]

    @property
    def n_types(self) -> int:
        """The number of types that the data support; 1 means no evidence for types."""
        return self.verdict.n_types

    @cached_property
    def text(self) -> dict[str, str]:
        """The verdict by language: ``de``, ``en``."""
        content = load_content()
        return {language: self.verdict.sentence(content, language) for language in languages()}

    def __repr__(self) -> str:
        return f"Selection({self.n_types}: {self.text[program_language()]})"


def select_classes(
    goals: pd.DataFrame,
    classes: Iterable[int] | None = None,
    *,
    question: GoalQuestion | None = None,
    asked: int | None = 4,
    n_replicates: int = N_REPLICATES,
    n_init: int = N_INIT,
    n_resamples: int = N_RESAMPLES,
    models: tuple[FormName, FormName] | None = None,
    random_state: int = 0,
    jobs: int | None = None,
) -> Selection:
    """Compare numbers of classes on the goals.

    Parameters
    ----------
    goals : one row per municipality, one categorical column per goal; missing answers allowed.
    classes : numbers of classes, from 1 on without gaps; None: as many as the answers carry, see
        :mod:`typology.clustering.searched`.
    question : the form of the question, which all replicates keep; see :mod:`typology.clustering.engine.forms`.
    asked : the number of types that somebody has in mind; the verdict says what speaks for it.
    n_replicates : of each likelihood-ratio test; below 199 the test cannot be decided at p < 0.01 with any margin.
    n_init : random starts per number of classes, besides splits of the smaller solution; replicates have up to 25
        random ones, besides a warm one.
    n_resamples : bootstrap samples for the column ``stability``; 0 leaves it empty.
    models : of the criteria and of the likelihood ratios; None chooses by the form of the question.
    jobs : replicates at the same time; by default what an outer ``joblib.parallel_config`` says, else one after the
        other. The results are the same for any number.

    Raises
    ------
    EstimationError : the numbers of classes have gaps, or there are too few rows.

    Examples
    --------
    >>> rows = [("ja", "ja", "nein", "nein")] * 30 + [("nein", "nein", "ja", "ja")] * 20
    >>> columns = ["effizienz", "effektivitaet", "attraktivitaet", "buergernaehe"]
    >>> goals = pd.DataFrame(rows, columns=columns, dtype=pd.CategoricalDtype(["nein", "ja"]))
    >>> found = select_classes(goals, range(1, 4), n_replicates=19, n_init=5, n_resamples=0)
    >>> found.table[["k", "n_parameters", "bic", "blrt_p"]].round(2)
       k  n_parameters     bic  blrt_p
    0  1             4  284.85     NaN
    1  2             9  102.51    0.05
    2  3            14  122.07    1.00
    >>> found.verdict.bic, found.n_types  # 19 replicates cannot decide at p < 0.01
    (2, 1)
    """
    numbers = [1] if classes is None else sorted(set(classes))
    if not numbers or numbers != list(range(1, numbers[-1] + 1)):
        raise EstimationError(Said("clustering.classes_from_one", numbers=numbers))
    answers = coded_answers(goals, question)
    numbers = list(range(1, classes_to_try(answers, asked) + 1)) if classes is None else numbers
    numbers = [k for k in numbers if k <= max(len(answers.codes) // 2, 1)]
    from threadpoolctl import threadpool_limits

    with threadpool_limits(1):
        chosen = models or models_of(answers)
        return _select(answers, chosen, numbers, asked, n_replicates, n_init, n_resamples, random_state, jobs)


def models_of(answers: Answers) -> tuple[FormName, FormName]:
    """Which model the criteria use and which one the likelihood ratios, by the form of the question.

    A list of ticks is judged given the number of ticks. With a fixed limit the plain likelihood ratio against
    replicates with the same numbers of ticks is as sharp and several times faster, see ``benchmarks/README.md``.
    """
    name = answers.form.name
    return name, name if answers.kind == "free" else "plain"


def verdict_of(table: pd.DataFrame, asked: int | None = None, *, kind: str = "") -> Verdict:
    """The verdict that follows from a table of :func:`select_classes` alone.

    ``kind`` rating: the adjusted BIC takes the place of the BIC, which overlooks clear types there because each class
    has a parameter per goal and level; the test guards against too many types as before.
    """
    rows = table.set_index("k")
    bic, adjusted = int(rows["bic"].idxmin()), int(rows["adjusted_bic"].idxmin())
    test = 1
    while test + 1 in rows.index and rows["blrt_p"].loc[test + 1] < LEVEL:
        test += 1
    p_value = float(rows["blrt_p"].get(2, float("nan")))
    gate = adjusted if kind == "rating" else bic
    n_types = test if gate > 1 else 1
    if len(rows) > 1 and (np.isnan(p_value) or (p_value >= LEVEL and rows["blrt_exceedances"].loc[2] == 0)):
        key = "selection_undecided"
    elif n_types == 1:
        one = {(True, True): "selection_one", (True, False): "selection_one_bic", (False, True): "selection_one_test"}
        key = one[(gate == 1, test == 1)]
    else:
        key = "selection_agree" if bic == adjusted == test else "selection_differ"
        key = "selection_edge" if key == "selection_agree" and test == rows.index.max() else key
    return Verdict(key, n_types, bic, adjusted, test, p_value, asked, int(rows.index.max()))


def _select(
    answers: Answers,
    models: tuple[FormName, FormName],
    numbers: list[int],
    asked: int | None,
    n_replicates: int,
    n_init: int,
    n_resamples: int,
    random_state: int,
    jobs: int | None,
) -> Selection:
    model, test_model = models
    found = {
        name: _fits(answers, numbers, FORMS[name], n_init, random_state)
        for name in dict.fromkeys((model, test_model, answers.form.name))
    }
    fits, tested, nulls = found[model], found[test_model], found[answers.form.name]
    rows = []
    failed = 0
    for k in numbers:
        row = _criteria(answers, fits[k])
        if k > 1 and failed < SEQUENCE_STOP and n_replicates:
            test = ratio_test(
                answers, nulls[k - 1], tested[k - 1], tested[k], n_replicates=n_replicates, random_state=random_state,
                jobs=jobs,
            )  # fmt: skip
            failed = 0 if test.p_value < LEVEL else failed + 1
            row |= {
                "blrt_ratio": test.ratio,
                "blrt_p": test.p_value,
                "blrt_replicates": test.replicates,
                "blrt_exceedances": test.exceedances,
            }
        if k > 1 and n_resamples:
            row["stability"] = resampled_agreement(
                answers, tested[k], n_resamples=n_resamples, random_state=random_state, jobs=jobs
            )
        rows.append(row)
    table = pd.DataFrame(rows).reindex(columns=list(SELECTION_COLUMNS))
    table[["k", "n_parameters", "replicated", "n_starts"]] = table[
        ["k", "n_parameters", "replicated", "n_starts"]
    ].astype("int64")
    table[["blrt_replicates", "blrt_exceedances"]] = table[["blrt_replicates", "blrt_exceedances"]].astype("Int64")
    return Selection(
        table, verdict_of(table, asked, kind=answers.kind), model, test_model, answers.kind, _spread(answers)
    )


def tick_spread(goals: pd.DataFrame, question: GoalQuestion | None = None) -> dict[str, float]:
    """How many goals rows tick: ``mean``, ``sd``, and ``expected_sd`` if every goal were ticked independently.

    A spread far above the expected one means that municipalities differ in how much they tick, one far below it that
    the question limits the answers.

    Parameters
    ----------
    goals : one row per municipality, one categorical column per goal.
    question : how the goals were asked.

    Returns
    -------
    Numbers of goals per row; empty for rated goals, of which none is ticked.

    Examples
    --------
    >>> goals = pd.DataFrame({"a": ["ja", "nein"], "b": ["ja", "nein"]}, dtype="category")
    >>> typology.tick_spread(goals)["sd"], round(typology.tick_spread(goals)["expected_sd"], 2)
    (1.0, 0.71)
    """
    return _spread(coded_answers(goals, question))


def _spread(answers: Answers) -> dict[str, float]:
    if not answers.ticked:
        return {}
    return spread_of_ticks(answers.codes == 1, answers.codes >= 0)


def spread_of_ticks(ticked: np.ndarray, seen: np.ndarray) -> dict[str, float]:
    """The same for ticks as rows × goals, and which goals each row answered."""
    totals = ticked.sum(axis=1)
    rates = ticked.sum(axis=0) / np.maximum(seen.sum(axis=0), 1)
    return {
        "mean": float(totals.mean()),
        "sd": float(totals.std()),
        "expected_sd": float(np.sqrt((rates * (1 - rates)).sum())),
    }


def _fits(answers: Answers, numbers: list[int], form: ModelForm, n_init: int, random_state: int) -> dict[int, ModelFit]:
    fits: dict[int, ModelFit] = {}
    for k in numbers:
        rng = np.random.default_rng([random_state, k])
        warm = split_starts(fits[k - 1].state, rng) if k - 1 in fits else None
        fits[k] = fit_model(answers, k, form=form, n_init=n_init, rng=rng, tol=form.tol, warm=warm)
    return fits


def _criteria(answers: Answers, fit: ModelFit) -> dict[str, float]:
    level, n_parameters, n_rows = fit.log_likelihood, fit.n_parameters, float(len(answers.codes))
    return {
        "k": len(fit.state),
        "log_likelihood": level,
        "n_parameters": n_parameters,
        "aic": criteria.aic(level, n_parameters),
        "bic": criteria.bic(level, n_parameters, n_rows),
        "adjusted_bic": criteria.adjusted_bic(level, n_parameters, n_rows),
        "icl": criteria.icl(level, n_parameters, n_rows, fit.memberships),
        "relative_entropy": criteria.relative_entropy(fit.memberships),
        "smallest_class": float(fit.state[:, 0].min()),
        "replicated": fit.replicated,
        "n_starts": fit.n_starts,
    }
