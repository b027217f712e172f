"""The frozen typology: fitted once, published as one readable file, and from then on everybody's same answer."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from typology.clustering.clustering import most_chosen
from typology.clustering.engine.forms import model_of_file
from typology.clustering.engine.model import AnswerModel, posteriors
from typology.clustering.engine.question import GoalQuestion
from typology.content.shown import Json, table_html
from typology.content.vocabulary import AssignmentReason, TypeStatus, membership_column
from typology.errors import Findings, ResponseError, StudyError
from typology.register.official_keys import is_real
from typology.types.typology_file import (
    FORMAT,
    GoalEntry,
    NamingEntry,
    QuestionEntry,
    SurveyEntry,
    ThresholdsEntry,
    TypeEntry,
    dump,
    read,
    rounded,
)
from typology.writing import Language, Said, number, percent, program_language

if TYPE_CHECKING:
    from typology.content.catalogue import Content
    from typology.content.reading import Language
    from typology.survey.survey import Survey

ASSIGNMENT_COLUMNS = ("type", membership_column("<type key>"), "second_type", "status", "reason", "answered")
REASONS = [AssignmentReason.NO_ANSWER.value, AssignmentReason.TOO_FEW_ANSWERS.value, AssignmentReason.SPREAD.value]
STATUSES = tuple(status.value for status in TypeStatus)


@dataclass(frozen=True, repr=False)
class Typology:
    """Types with their shares and answer probabilities, and how they came about.

    ``types`` stand in the catalogue's neutral order, then unnamed groups. ``synthetisch``: made from invented data, so
    it refuses real municipalities. ``model`` says how probable answers are in each type; the file holds its parameters
    in ``types`` and, for latent classes given the number of ticks, the probability of 0, 1 … chosen goals in ``ticks``.

    Examples
    --------
    >>> from typology.clustering.clustering import cluster
    >>> from typology.content.catalogue import load_content
    >>> from typology.types.naming import name_types
    >>> rows = [("ja", "ja", "nein", "nein")] * 30 + [("nein", "nein", "ja", "ja")] * 20
    >>> columns = ["effizienz", "effektivitaet", "attraktivitaet", "buergernaehe"]
    >>> goals = pd.DataFrame(rows, columns=columns, dtype=pd.CategoricalDtype(["nein", "ja"]))
    >>> typology = name_types(cluster(goals, 2, n_init=5), load_content())
    >>> answers = pd.DataFrame({"effizienz": ["ja"], "buergernaehe": ["nein"]}, index=["90101001"])
    >>> typology.assign(answers).reset_index()[["key", "type", "p_optimierer", "status", "answered"]].round(2)
            key        type  p_optimierer status  answered
    0  90101001  optimierer          0.99   klar         2
    """

    version: str
    synthetisch: bool
    survey: SurveyEntry
    question: QuestionEntry
    goals: tuple[GoalEntry, ...]
    types: tuple[TypeEntry, ...]
    thresholds: ThresholdsEntry
    naming: NamingEntry
    quality: dict[str, Any]
    provenance: dict[str, Any]
    ticks: tuple[float, ...] | None = None

    @cached_property
    def model(self) -> AnswerModel:
        """How probable answers are in each type."""
        return model_of_file(self.types, self.ticks, {goal.key: len(goal.answers) for goal in self.goals})

    @property
    def type_keys(self) -> tuple[str, ...]:
        """Keys of the types in their order."""
        return tuple(item.key for item in self.types)

    @property
    def goal_keys(self) -> tuple[str, ...]:
        """Keys of the goals in the order of the questionnaire."""
        return tuple(item.key for item in self.goals)

    def assign(self, goals: pd.DataFrame, *, flags: pd.DataFrame | None = None) -> pd.DataFrame:
        """Assign any answers, complete or not.

        Parameters
        ----------
        goals : index ``key``, one column per answered goal (any subset), missing as NA.
        flags : the survey's flags (``key, flag``); a flag becomes the reason on record, the assignment stays.

        Returns
        -------
        Index ``key``; ``type`` ("" if not assignable), ``p_<type>`` per type, ``second_type`` (of a mixed type),
        ``status`` (klar: first probability at least 0.8; mischtyp: the first two together; else nicht_zuzuordnen),
        ``reason`` ("", ticks_everything, over_limit, no_answer, too_few_answers, spread), ``answered`` (goals).

        Raises
        ------
        ResponseError : unknown goal or answer, or a key given twice.
        StudyError : a synthetic typology meets a real municipality.
        """
        self.check_allowed(goals.index)
        codes = self.answer_codes(goals)
        probabilities = posteriors(self.model, codes)
        order, enough, clear, mixed = self._ranked(codes, probabilities)
        answered = (codes >= 0).sum(axis=1)
        status = np.select([clear, mixed], STATUSES[:2], STATUSES[2])
        keys = np.array(self.type_keys, dtype=object)
        reason = np.select([answered == 0, ~enough, ~(clear | mixed)], REASONS, "").astype(object)
        for name, rows in self._flagged(goals.index, codes, flags).items():
            reason[rows & enough] = name
        table = pd.DataFrame(
            {
                "type": np.where(clear | mixed, keys[order[:, 0]], ""),
                **{membership_column(key): probabilities[:, column] for column, key in enumerate(self.type_keys)},
                "second_type": np.where(mixed, keys[order[:, min(1, len(keys) - 1)]], ""),
                "status": status.astype(object),
                "reason": reason,
                "answered": answered,
            },
            index=goals.index,
        )
        return table.rename_axis(index="key")

    def types_of(self, codes: np.ndarray, probabilities: np.ndarray) -> np.ndarray:
        """The type that :meth:`assign` gives rows of answer numbers with these probabilities; "" for none."""
        order, _, clear, mixed = self._ranked(codes, probabilities)
        keys: np.ndarray = np.array(self.type_keys, dtype=object)
        return np.where(clear | mixed, keys[order[:, 0]], "")

    def _ranked(
        self, codes: np.ndarray, probabilities: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
        """Types by falling probability, and whether a row answered enough, is clear, is mixed."""
        order = np.argsort(-np.round(probabilities, 12), axis=1, kind="stable")
        top = np.take_along_axis(probabilities, order[:, :2], axis=1)
        enough = (codes >= 0).sum(axis=1) >= self.thresholds.min_answered
        tolerance = 1e-9
        clear = enough & (top[:, 0] >= self.thresholds.clear - tolerance)
        mixed = enough & ~clear & (top.sum(axis=1) >= self.thresholds.mixed - tolerance)
        return order, enough, clear, mixed

    def posterior(self, goals: pd.DataFrame) -> pd.DataFrame:
        """Probability of every type given any subset of answers: key × type. No answer gives the shares."""
        self.check_allowed(goals.index)
        values = posteriors(self.model, self.answer_codes(goals))
        return pd.DataFrame(values, index=goals.index, columns=list(self.type_keys))

    def probabilities(self, goal: str) -> np.ndarray:
        """Types × answers of one goal."""
        return np.array([item.probabilities[goal] for item in self.types])

    def check_allowed(self, keys: Iterable[object]) -> None:
        """Refuse keys of real municipalities (Land 01–16) if the typology is synthetic.

        Raises
        ------
        StudyError : with one finding per key, ten at most.
        """
        if not self.synthetisch:
            return
        real = [key for key in keys if isinstance(key, str) and is_real(key)]
        found = Findings()
        for key in real:
            found.error("synthetisch", Said("types.real_municipality"), key=key)
        found.raise_if_failed(StudyError, "types.synthetic_refuses_keys", most=10, version=self.version)

    def check_survey(self, survey: Survey) -> None:
        """Refuse a survey of real municipalities if the typology is synthetic, whatever keys its rows carry.

        Raises
        ------
        StudyError : the codebook does not say that the survey is synthetic.
        """
        about = survey.codebook.survey
        if self.synthetisch and not about.synthetic:
            raise StudyError(Said("types.synthetic_refuses_survey", version=self.version, survey=about.key))

    def compare(self, other: Typology) -> pd.DataFrame:
        """Both typologies side by side for types and goals with the same key.

        Returns
        -------
        ``type, goal ("" for the share of the type), value, other, difference`` (chosen share or share of the type).
        """
        mine, theirs = _chosen(self), _chosen(other)
        both = mine.merge(theirs, on=["type", "goal"], suffixes=("", "_other"), validate="one_to_one")
        both = both.rename(columns={"value_other": "other"})
        both["difference"] = both["other"] - both["value"]
        return both[["type", "goal", "value", "other", "difference"]]

    def to_dict(self) -> dict[str, Json]:
        """The content of the typology file as plain data."""
        data: dict[str, Any] = {
            "format": FORMAT,
            "version": self.version,
            "synthetisch": self.synthetisch,
            "survey": self.survey.model_dump(),
            "question": self.question.model_dump(),
            "goals": [item.model_dump() for item in self.goals],
            "types": [item.model_dump(exclude_defaults=True) for item in self.types],
            "thresholds": self.thresholds.model_dump(),
            "naming": self.naming.model_dump(),
            "quality": self.quality,
            "provenance": self.provenance,
            "ticks": self.ticks,
        }
        # What a model does not have is not written.
        plain: dict[str, Any] = rounded({name: value for name, value in data.items() if value is not None})
        return plain

    def save(self, path: Path | str) -> None:
        """Write the typology file: sorted, six digits, the same bytes for the same content."""
        Path(path).write_text(dump(self.to_dict()), encoding="utf-8", newline="\n")

    def naming_sentence(self, content: Content, language: Language | None = None) -> str:
        """The sentence that says which groups earned a name; without a language in that of the program."""
        language = language or program_language()
        named = sum(item.named for item in self.types)
        return content.say(
            self.naming.explanation,
            language,
            classes=len(self.types),
            named=named,
            threshold=number(self.naming.threshold, language, 2),
        )

    def summary(self) -> pd.DataFrame:
        """One row per type: ``name``, ``share``, ``score`` of the naming (NaN for an unnamed group without one),
        ``chosen`` (its most probable goals by the model, drawn towards the mean of all by the prior). Names are in the
        program's language.
        """
        spoken = program_language()
        rates = pd.DataFrame(self.model.rates(), index=list(self.type_keys), columns=list(self.goal_keys))
        frame = pd.DataFrame(
            {"name": [item.short.of(spoken) for item in self.types], "share": [item.share for item in self.types],
             "score": [self.naming.score.get(key) for key in self.type_keys], "chosen": most_chosen(rates)},
            index=pd.Index(self.type_keys, name="type"),
        )  # fmt: skip
        return frame.astype({"score": float})

    def __repr__(self) -> str:
        question = GoalQuestion(self.question.kind, self.question.limit)
        rows, starts = self.provenance.get("n_rows"), self.provenance.get("n_starts")
        spoken = program_language()
        threshold, margin = (number(value, spoken, 2) for value in (self.naming.threshold, self.naming.margin))
        name = "types.synthetic_typology_of" if self.synthetisch else "types.typology_of"
        head = {
            (True, True): "types.one_type", (False, True): "types.types",
            (True, False): "types.one_type_from_rows", (False, False): "types.types_from_rows",
        }[len(self.types) == 1, rows is None]  # fmt: skip
        first = [
            Said(
                head,
                name=Said(name, version=self.version),
                n=len(self.types),
                n_rows=number(rows, spoken),
                n_goals=len(self.goals),
                question=str(question),
            )
        ]
        if starts:
            replicated = self.provenance.get("replicated")
            first.append(Said("clustering.found_by_starts", replicated=replicated, n_starts=starts))
        shares = [f"{item.letter} {item.short.of(spoken)} {percent(item.share, spoken)}" for item in self.types]
        last = [Said("types.threshold", threshold=threshold, margin=margin)]
        return "\n  ".join(", ".join(parts) for parts in (first, shares, last))

    def _repr_html_(self) -> str:
        return table_html(self, self.summary())

    def answer_codes(self, goals: pd.DataFrame) -> np.ndarray:
        """Answer numbers, rows × all goals of the typology; -1 where there is no answer.

        Raises
        ------
        ResponseError : unknown goal or answer, or a key given twice.
        """
        found = Findings()
        for name in goals.columns:
            if name not in self.goal_keys:
                expected = ", ".join(self.goal_keys)
                found.error("ziel", Said("types.goal_not_in_typology"), column=str(name), expected=expected)
        for key in goals.index[goals.index.duplicated()].unique()[:10]:
            found.error("schluessel", Said("types.key_twice"), key=str(key))
        codes = np.full((len(goals), len(self.goals)), -1, dtype=np.int16)
        for place, goal in enumerate(self.goals):
            if goal.key not in goals.columns or goals.columns.duplicated().any():
                continue
            values = goals[goal.key]
            codes[:, place] = pd.Index(goal.answers, dtype=object).get_indexer(pd.Index(values.astype(object)))
            wrong = ((codes[:, place] < 0) & values.notna().to_numpy()).nonzero()[0]
            for row in wrong[:10]:
                key, value, expected = str(goals.index[row]), str(values.iloc[row]), ", ".join(goal.answers)
                message = Said("types.answer_not_foreseen")
                found.error("antwort", message, key=key, column=goal.key, value=value, expected=expected)
        if goals.columns.duplicated().any():
            found.error("ziel", Said("types.goal_in_two_columns"))
        found.raise_if_failed(ResponseError, "types.answers_do_not_fit")
        return codes

    def _flagged(self, keys: pd.Index, codes: np.ndarray, flags: pd.DataFrame | None) -> dict[str, np.ndarray]:
        """Rows with a reason that stands beside the assignment, the weightier reason last."""
        last = np.array([len(goal.answers) - 1 for goal in self.goals])
        chosen = (codes == last).sum(axis=1)
        limit = self.question.limit if self.question.kind in ("pick", "ranking") else None
        over = np.zeros(len(codes), bool) if limit is None else chosen > limit
        # Who answers each goal by itself may agree to all; only the survey's codebook can call that no choice.
        everything = (chosen == len(self.goals)) & (len(self.goals) > 2) & (self.question.kind == "pick")
        if flags is not None:
            over |= keys.isin(flags.loc[flags["flag"] == AssignmentReason.OVER_LIMIT, "key"])
            everything |= keys.isin(flags.loc[flags["flag"] == AssignmentReason.TICKS_EVERYTHING, "key"])
        return {AssignmentReason.OVER_LIMIT.value: over, AssignmentReason.TICKS_EVERYTHING.value: everything}


def load_typology(path: Path | str) -> Typology:
    """Read a frozen typology.

    Raises
    ------
    StudyError : the file is missing, of another format, wrong in some place, or was changed after it was written.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> from typology.clustering.clustering import cluster
    >>> from typology.content.catalogue import load_content
    >>> from typology.types.naming import name_types
    >>> rows = [("ja", "ja", "nein", "nein")] * 30 + [("nein", "nein", "ja", "ja")] * 20
    >>> columns = ["effizienz", "effektivitaet", "attraktivitaet", "buergernaehe"]
    >>> goals = pd.DataFrame(rows, columns=columns, dtype=pd.CategoricalDtype(["nein", "ja"]))
    >>> typology = name_types(cluster(goals, 2, n_init=5), load_content())
    >>> with TemporaryDirectory() as folder:
    ...     typology.save(f"{folder}/typology.json")
    ...     load_typology(f"{folder}/typology.json").version == typology.version
    True
    """
    file = read(Path(path))
    return Typology(**{name: getattr(file, name) for name in Typology.__dataclass_fields__})


def _chosen(typology: Typology) -> pd.DataFrame:
    """Shares of the types and of those who chose, long: type, goal, value."""
    rows = [(item.key, "", item.share) for item in typology.types]
    rows += [(item.key, goal, values[-1]) for item in typology.types for goal, values in item.probabilities.items()]
    return pd.DataFrame(rows, columns=["type", "goal", "value"])
