"""The frozen typology file: what it must hold, checked to the last number before anyone is assigned by it."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, model_validator

from typology.clustering.engine.forms import model_of_file
from typology.clustering.engine.model import DIGITS
from typology.content.file_format import RUN_AGAIN, check_format
from typology.content.reading import Key, Strict, Text, validate
from typology.errors import StudyError, file_bytes, system_message
from typology.writing import BUILT_IN, Said

FORMAT = "typology/1"
Probability = Annotated[float, Field(gt=0, lt=1)]


def _by_language(text: Any) -> Any:
    """A text as the file holds it, one entry per language, as :class:`Text` holds it."""
    if not isinstance(text, Mapping) or "more" in text:
        return text
    added = {code: said for code, said in text.items() if code not in BUILT_IN}
    return {code: said for code, said in text.items() if code in BUILT_IN} | {"more": added}


Words = Annotated[Text, BeforeValidator(_by_language)]


class SurveyEntry(Strict):
    """Where the answers behind the typology come from."""

    key: Key
    title: Words
    date: str
    source: str
    sample: Words


class QuestionEntry(Strict):
    """How the goals were asked."""

    kind: Literal["yes_no", "pick", "rating", "ranking"]
    limit: int | None = None
    text: Words


class GoalEntry(Strict):
    """One goal and its possible answers, the last of which means chosen."""

    key: Key
    label: Words
    answers: Annotated[tuple[str, ...], Field(min_length=2)]


class TypeEntry(Strict):
    """One type: its words and signs, its share and its answer probabilities per goal.

    ``odds``: in a typology given the number of ticks the weight of each goal, mean 1; else empty.
    """

    key: Key
    named: bool
    label: Words
    short: Words
    letter: Annotated[str, Field(min_length=1, max_length=3)]
    symbol: str
    colour: Annotated[str, Field(pattern=r"^#[0-9A-Fa-f]{6}$")]
    share: Annotated[float, Field(gt=0, le=1)]
    probabilities: dict[str, tuple[Probability, ...]]
    odds: dict[str, Annotated[float, Field(gt=0)]] = Field(default_factory=dict)


class ThresholdsEntry(Strict):
    """When a municipality counts as clear, as mixed, and as answering enough."""

    clear: Annotated[float, Field(gt=0.5, le=1)] = 0.8
    mixed: Annotated[float, Field(gt=0.5, le=1)] = 0.8
    min_answered: Annotated[int, Field(ge=1)] = 1


class NamingEntry(Strict):
    """How the names were earned: see :class:`typology.types.naming.Naming`."""

    score: dict[str, float]
    margin: float | None
    threshold: float
    gate: float
    permutation: dict[str, str]
    candidate: dict[str, str]
    reasons: dict[str, str]
    explanation: str


class TypologyFile(Strict):
    """The whole file."""

    format: Literal["typology/1"]
    version: Annotated[str, Field(pattern=r"-[0-9a-f]{8}$")]
    synthetisch: bool
    survey: SurveyEntry
    question: QuestionEntry
    goals: Annotated[tuple[GoalEntry, ...], Field(min_length=1)]
    types: Annotated[tuple[TypeEntry, ...], Field(min_length=1)]
    ticks: tuple[Probability, ...] | None = None
    thresholds: ThresholdsEntry
    naming: NamingEntry
    quality: dict[str, Any]
    provenance: dict[str, Any]

    @model_validator(mode="after")
    def _adds_up(self) -> TypologyFile:
        answers = {goal.key: len(goal.answers) for goal in self.goals}
        if len(answers) != len(self.goals) or len({item.key for item in self.types}) != len(self.types):
            raise ValueError(Said("types.goal_or_type_twice"))
        if abs(sum(item.share for item in self.types) - 1) > 1e-4:
            raise ValueError(Said("types.shares_not_one"))
        for item in self.types:
            if item.probabilities.keys() != answers.keys():
                raise ValueError(Said("types.goals_of_type_differ", name=item.key))
            for goal, values in item.probabilities.items():
                if len(values) != answers[goal] or abs(sum(values) - 1) > 1e-4:
                    raise ValueError(Said("types.probabilities_not_one", name=item.key, goal=goal))
        model_of_file(self.types, self.ticks, answers)
        return self


def dump(data: Mapping[str, Any]) -> str:
    """The text of the file: sorted keys, six digits, the same bytes for the same content."""
    return json.dumps(rounded(data), ensure_ascii=False, indent=1, sort_keys=True, allow_nan=False) + "\n"


def fingerprint(data: Mapping[str, Any]) -> str:
    """Eight hex digits over everything except the version itself and the texts of added languages.

    A study has the same version whatever translations are installed.
    """
    content = {key: _built_in(value) for key, value in data.items() if key != "version"}
    return hashlib.sha256(dump(content).encode()).hexdigest()[:8]


def _built_in(value: Any) -> Any:
    """Plain data without the texts of added languages."""
    if isinstance(value, Mapping):
        kept = value.keys() & set(BUILT_IN) if value.keys() >= set(BUILT_IN) else value.keys()
        return {key: _built_in(value[key]) for key in kept}
    return [_built_in(item) for item in value] if isinstance(value, (list, tuple)) else value


def parse(text: str, name: str) -> TypologyFile:
    """Check the text of a typology file.

    Raises
    ------
    StudyError : no JSON, another format, a place that is wrong, or a content that does not belong to its version.
    """
    try:
        data = json.loads(text, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise StudyError(Said("types.no_readable_file", name=name, error=error.args[0])) from None
    found = data.get("format") if isinstance(data, dict) else None
    check_format(found, FORMAT, name, StudyError, RUN_AGAIN)
    file = validate(TypologyFile, data, name, StudyError, kind="typologie")
    if not file.version.endswith(fingerprint(data)):
        raise StudyError(Said("types.changed_after_writing", name=name, version=file.version))
    return file


def read(path: Path) -> TypologyFile:
    """Read and check a typology file.

    Raises
    ------
    StudyError : see :func:`parse`; also when the file is missing, a folder or no UTF-8.
    """
    try:
        return parse(file_bytes(path).decode("utf-8"), path.name)
    except FileNotFoundError:
        raise StudyError(Said("types.no_file", name=path.name)) from None
    except IsADirectoryError:
        raise StudyError(Said("types.is_a_folder", name=path.name or ".")) from None
    except UnicodeDecodeError as error:
        raise StudyError(Said("types.no_utf8", name=path.name, byte=error.start)) from None
    except OSError as error:
        raise StudyError(Said("types.no_readable_file", name=path.name, error=system_message(error))) from None


def rounded(value: Any) -> Any:
    """Plain data with every float at six digits, without minus zero."""
    if isinstance(value, Mapping):
        return {str(key): rounded(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [rounded(item) for item in value]
    if isinstance(value, bool) or value is None or isinstance(value, (str, int)):
        return value
    if hasattr(value, "tolist"):
        return rounded(value.tolist())
    if isinstance(value, float):
        return round(value, DIGITS) + 0.0 if math.isfinite(value) else None
    return str(value)


def _refuse_constant(name: str) -> None:
    raise ValueError(Said("types.no_allowed_number", name=name))
