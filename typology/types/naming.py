"""Match anonymous classes with the known types, and freeze the result as a typology.

All types are matched at once by the permutation with the highest mean score of the signature goals. The margin is the
distance to the best permutation that differs from it. A class earns the name when its own score reaches the threshold
and the mean score of the whole match reaches the gate; otherwise it stays ``gruppe_a`` … with the reason on record.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd

from typology.clustering.permutation import best_permutation
from typology.content.reading import KEY, Text
from typology.errors import EstimationError, Findings
from typology.types.signatures import chosen_rates, naming_scores
from typology.types.signs import type_signs
from typology.types.threshold import GATE, THRESHOLD
from typology.types.typology import Typology
from typology.types.typology_file import (
    GoalEntry,
    NamingEntry,
    QuestionEntry,
    SurveyEntry,
    ThresholdsEntry,
    TypeEntry,
    fingerprint,
    rounded,
)
from typology.writing import Said, languages

if TYPE_CHECKING:
    from typology.clustering.clustering import Clustering
    from typology.clustering.engine.question import GoalQuestion
    from typology.content.catalogue import Content
    from typology.survey.survey import Survey

FOLDED: dict[str, int | str | None] = {"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"}


@dataclass(frozen=True)
class Naming:
    """Which class earned which name, and how clearly.

    ``scores``: classes × types. ``candidate``: class → type of the best permutation, also where the score is too low.
    ``permutation``: class → type key if the name was earned, else the class's own name. ``reasons``: class → "" or why
    it stays unnamed. ``margin``: None where no second permutation exists. ``gate``: the mean score that opens the
    match. ``explanation``: key of the sentence.
    """

    scores: pd.DataFrame
    candidate: dict[str, str]
    permutation: dict[str, str]
    reasons: dict[str, str]
    margin: float | None
    threshold: float
    gate: float
    explanation: str

    @property
    def score(self) -> dict[str, float]:
        """Score per matched type, named or not."""
        return {kind: float(self.scores.at[group, kind]) for group, kind in self.candidate.items()}

    @property
    def named(self) -> tuple[str, ...]:
        """The type keys that were earned."""
        return tuple(kind for group, kind in self.permutation.items() if kind != group)


def name_types(
    clustering: Clustering,
    content: Content,
    *,
    survey: Survey | None = None,
    question: GoalQuestion | None = None,
    threshold: float = THRESHOLD,
    gate: float = GATE,
    synthetisch: bool = False,
    min_answered: int = 1,
    quality: Mapping[str, object] | None = None,
    provenance: Mapping[str, object] | None = None,
) -> Typology:
    """Give classes the names they earn and freeze the result.

    Parameters
    ----------
    survey : its title, date, source, question and whether it is synthetic go into the file.
    question, synthetisch : used where there is no survey.
    threshold, gate : see :func:`match_types`; the defaults are simulated, and raised by
        :func:`typology.types.threshold.limits_under_degrees` where it cannot be told whether there are types.
    quality, provenance : plain data kept in the file; the clustering's own settings are added to ``provenance``.

    Raises
    ------
    EstimationError : goals whose names are no keys (small letters, digits, underscore) or whose answers are no texts,
        all of them at once.

    Examples
    --------
    >>> from typology.clustering.clustering import cluster
    >>> from typology.content.catalogue import load_content
    >>> rows = [("ja", "ja", "nein", "nein")] * 30 + [("nein", "nein", "ja", "ja")] * 20
    >>> columns = ["effizienz", "effektivitaet", "attraktivitaet", "buergernaehe"]
    >>> goals = pd.DataFrame(rows, columns=columns, dtype=pd.CategoricalDtype(["nein", "ja"]))
    >>> typology = name_types(cluster(goals, 2, n_init=5), load_content())
    >>> typology.summary()[["name", "share", "score"]].round(2).reset_index()
                     type                name  share  score
    0          optimierer          Optimierer    0.6   0.79
    1  serviceorientierte  Serviceorientierte    0.4   0.79
    """
    entry, asked, synthetic = _describe(survey, question, synthetisch, clustering)
    naming = match_types(clustering, content, threshold=threshold, gate=gate)
    goals = _goal_entries(clustering, content)
    record = {
        "method": clustering.method, "n_rows": clustering.n_rows, "n_patterns": clustering.n_patterns,
        "log_likelihood": clustering.log_likelihood, "n_parameters": clustering.n_parameters,
        "prior": clustering.prior, "n_starts": clustering.n_starts, "replicated": clustering.replicated,
        "gap_to_second": clustering.gap_to_second, "settings": dict(clustering.settings or {}), **(provenance or {}),
    }  # fmt: skip
    draft = Typology(
        version="",
        synthetisch=synthetic,
        survey=entry,
        question=asked,
        goals=goals,
        thresholds=ThresholdsEntry(min_answered=min_answered),
        naming=NamingEntry(
            score=rounded(naming.score), margin=rounded(naming.margin), threshold=rounded(naming.threshold),
            gate=rounded(naming.gate),
            permutation=naming.permutation, candidate=naming.candidate, reasons=naming.reasons,
            explanation=naming.explanation,
        ),
        quality=rounded(dict(quality or {})),
        provenance=rounded(record),
        **_model_entries(clustering, naming, content),
    )  # fmt: skip
    version = f"{entry.key}-{entry.date}-{fingerprint(draft.to_dict())}"
    return Typology(**{**{name: getattr(draft, name) for name in draft.__dataclass_fields__}, "version": version})


def match_types(
    clustering: Clustering, content: Content, *, threshold: float = THRESHOLD, gate: float = GATE
) -> Naming:
    """Match the classes of a clustering with the types of the catalogue.

    A type takes part only if the survey asked all its signature goals; more or fewer classes than types are allowed.
    ``threshold``: lowest score that earns a name. ``gate``: lowest mean score of the match with which any is earned.
    """
    classes = list(clustering.shares.index)
    signatures = signatures_asked(clustering, content)
    rates = chosen_rates(clustering.profiles, clustering.categories)
    scores = naming_scores(rates.loc[classes], clustering.shares, signatures)
    if len(classes) < 2 or not signatures:
        reason = "naming_one_class" if len(classes) < 2 else "naming_no_signature"
        same = {group: group for group in classes}
        return Naming(scores, {}, same, dict.fromkeys(classes, reason), None, threshold, gate, reason)
    best = best_permutation(scores.to_numpy())
    candidate = {classes[row]: str(scores.columns[column]) for row, column in best.pairs}
    opened = np.mean([scores.at[group, kind] for group, kind in candidate.items()]) >= gate
    permutation, reasons = {}, {}
    for group in classes:
        if group not in candidate:
            permutation[group], reasons[group] = group, "naming_no_type_left"
        elif not opened:
            permutation[group], reasons[group] = group, "naming_below_gate"
        elif scores.at[group, candidate[group]] < threshold:
            permutation[group], reasons[group] = group, "naming_below_threshold"
        else:
            permutation[group], reasons[group] = candidate[group], ""
    earned = sum(kind != group for group, kind in permutation.items())
    explanation = "naming_all" if earned == len(classes) else "naming_some" if earned else "naming_none"
    return Naming(scores, candidate, permutation, reasons, best.margin, threshold, gate, explanation)


def signatures_asked(clustering: Clustering, content: Content) -> dict[str, tuple[str, ...]]:
    """The types that can be named here, with their signature goals: those of which every signature goal was asked."""
    asked = set(clustering.items)
    return {item.key: tuple(item.signature) for item in content.types if asked.issuperset(item.signature)}


def _describe(survey: Survey | None, question: GoalQuestion | None, synthetisch: bool, clustering: Clustering) -> Any:
    """Survey entry, question entry and whether the data are invented."""
    if survey is not None:
        book = survey.codebook
        about = book.survey
        entry = SurveyEntry(
            key=about.key, title=_text(about.title), date=str(about.date), source=about.source,
            sample=_text(about.sample),
        )  # fmt: skip
        asked = QuestionEntry(kind=book.goals.kind, limit=book.goals.limit, text=_text(book.goals.question))
        return entry, asked, bool(about.synthetic)
    entry = SurveyEntry(key="ohne_befragung", title=_same("–"), date="", source="", sample=_same("–"))
    if question is None:
        asked = QuestionEntry(kind=_guess_kind(clustering.categories), text=_same("–"))
    else:
        asked = QuestionEntry.model_validate({"kind": question.kind, "limit": question.limit, "text": _same("–")})
    return entry, asked, synthetisch


def _goal_entries(clustering: Clustering, content: Content) -> tuple[GoalEntry, ...]:
    """The goals with their labels, where their names and answers can stand in the file."""
    found = Findings()
    for item in clustering.items:
        answers = clustering.categories[item]
        if not re.fullmatch(KEY, item):
            found.error(
                "ziel", Said("types.name_is_no_key"), column=item,
                expected=Said("types.key_form", example=_as_key(item)),
            )  # fmt: skip
        if len(answers) < 2 or not all(isinstance(answer, str) for answer in answers):
            found.error(
                "antwort", Said("types.answers_no_texts"), column=item,
                value=", ".join(map(repr, answers)), expected=Said("types.two_texts"),
            )  # fmt: skip
    found.raise_if_failed(EstimationError, "types.goals_make_no_file")
    labels = {goal.key: goal.label for goal in content.goals}
    return tuple(
        GoalEntry(key=key, label=labels.get(key, _same(key.replace("_", " "))), answers=clustering.categories[key])
        for key in clustering.items
    )


def _as_key(name: str) -> str:
    """What a name could be as a key."""
    plain = name.lower().translate(str.maketrans(FOLDED))
    letters = re.sub(r"[^a-z0-9]+", "_", plain).strip("_")
    return letters if letters[:1].isalpha() else f"ziel_{letters}".rstrip("_")


def _model_entries(clustering: Clustering, naming: Naming, content: Content) -> dict[str, Any]:
    """What the model writes into the file: types in neutral order, then unnamed groups."""
    neutral = {item.key: place for place, item in enumerate(content.types)}
    groups = list(clustering.shares.index)
    ordered = sorted(groups, key=lambda group: (neutral.get(naming.permutation[group], len(neutral)), group))
    signs = type_signs([naming.permutation[group] for group in ordered], content)
    parts = clustering.model.to_json(clustering.items, [groups.index(group) for group in ordered])
    entries = []
    for group, part in zip(ordered, parts["types"], strict=True):
        key = naming.permutation[group]
        entries.append(
            TypeEntry(
                key=key, named=content.type(key) is not None, label=_label(key, content),
                short=_label(key, content, short=True), **vars(signs[key]), **part,
            )
        )  # fmt: skip
    return {**parts, "types": tuple(entries)}


def _label(key: str, content: Content, *, short: bool = False) -> Text:
    said = {language: content.label("type", key, language, short=short) for language in languages()}
    return Text(de=said.pop("de"), en=said.pop("en"), more=said)


def _text(text: Any) -> Text:
    return text if isinstance(text, Text) else _same(str(text or "–"))


def _same(text: str) -> Text:
    return Text(de=text, en=text)


def _guess_kind(categories: Mapping[str, Sequence[str]]) -> Literal["rating", "yes_no"]:
    """Without a declared question, more than two answers per goal mean a rating, otherwise yes/no."""
    return "rating" if any(len(answers) > 2 for answers in categories.values()) else "yes_no"
