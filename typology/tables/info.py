"""What every page, sheet and table says about where its numbers come from."""

from __future__ import annotations

from dataclasses import MISSING, dataclass, field, fields
from types import NoneType
from typing import Any

from typology.content.file_format import RUN_AGAIN, check_format
from typology.errors import StudyError
from typology.writing import BUILT_IN, Said

FORMAT = "study/1"


def _silent() -> dict[str, str]:
    return {"de": "", "en": ""}


@dataclass(frozen=True)
class StudyInfo:
    """What every page, sheet and table says about where its numbers come from.

    ``title``, ``sample`` and ``retention`` carry both languages as ``{"de": …, "en": …}``. ``types_or_degrees`` is
    ``types``, ``degrees``, ``undecided`` or empty where they were not compared, ``degrees`` the sentence on it.
    ``unverified``: files of the study are no longer as they were written, and whoever reads it wanted it all the same;
    it stands in no record.
    """

    survey: str
    title: dict[str, str]
    date: str
    synthetic: bool
    source: str
    licence: str
    sample: dict[str, str]
    retention: dict[str, str]
    model: str
    n: int
    question_kind: str
    question_limit: int | None
    question: dict[str, str]
    weak: bool = False
    verdict: dict[str, str] = field(default_factory=_silent)
    weighting: dict[str, str] = field(default_factory=_silent)
    types_or_degrees: str = ""
    degrees: dict[str, str] = field(default_factory=_silent)
    unverified: bool = False

    @property
    def leans(self) -> bool:
        """Whether the answers speak for degrees: then nothing is said of types, and all of leanings."""
        return self.types_or_degrees == "degrees"

    @property
    def doubted(self) -> bool:
        """Whether the sentence on types or degrees stands wherever types or leanings are introduced."""
        return self.types_or_degrees in ("degrees", "undecided")

    @property
    def judged(self) -> dict[str, str]:
        """The verdicts by language: types or degrees first, then how many types; empty where nothing is judged."""
        parts = [text for text in (self.degrees, self.verdict) if text["de"]]
        return {
            code: " ".join(text.get(code, text["en"]) for text in parts) for code in {**self.degrees, **self.verdict}
        }

    def as_json(self) -> dict[str, Any]:
        """Plain data for ``run.json``."""
        return {item.name: getattr(self, item.name) for item in fields(self) if item.name != "unverified"}

    @classmethod
    def from_json(cls, data: object) -> StudyInfo:
        """The same again from the ``info`` of ``run.json``; what an older study did not know keeps its default.

        Raises
        ------
        StudyError : a value is missing, unknown or of another kind, so the study is of another version.
        """
        known = {item.name: item.default is MISSING and item.default_factory is MISSING for item in fields(cls)}
        found = data if isinstance(data, dict) else {}
        wrong = {name for name, needed in known.items() if needed and name not in found} | (set(found) - set(known))
        wrong |= {item.name for item in fields(cls) if item.name in found and not _fits(found[item.name], item.type)}
        if wrong:
            names = ", ".join(sorted(wrong))
            raise StudyError(Said("file_format.record", names=names, way_out=Said(RUN_AGAIN)))
        return cls(**found)


def _fits(value: object, kind: object) -> bool:
    """Whether a value is of the kind that the record holds there; a text by language has German and English."""
    if kind == "dict[str, str]":
        return isinstance(value, dict) and all(isinstance(value.get(language), str) for language in BUILT_IN)
    allowed = {"str": (str,), "bool": (bool,), "int": (int,), "int | None": (int, NoneType)}
    return isinstance(value, allowed[str(kind)]) and isinstance(value, bool) == (kind == "bool")


def check_record(record: object) -> dict[str, Any]:
    """The content of ``run.json``, if it is the record of a study that this program reads.

    Raises
    ------
    StudyError : it is of another format.
    """
    found = record if isinstance(record, dict) else {}
    check_format(found.get("format"), FORMAT, "run.json", StudyError, RUN_AGAIN)
    return found
