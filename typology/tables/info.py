"""What every page, sheet and table says about where its numbers come from."""

from __future__ import annotations

from dataclasses import MISSING, dataclass, field, fields
from typing import Any

from typology.content.file_format import RUN_AGAIN, check_format
from typology.errors import StudyError
from typology.writing import Said

FORMAT = "study/1"


def _silent() -> dict[str, str]:
    return {"de": "", "en": ""}


@dataclass(frozen=True)
class StudyInfo:
    """What every page, sheet and table says about where its numbers come from.

    ``title``, ``sample`` and ``retention`` carry both languages as ``{"de": …, "en": …}``.
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

    def as_json(self) -> dict[str, Any]:
        """Plain data for ``run.json``."""
        return {item.name: getattr(self, item.name) for item in fields(self)}

    @classmethod
    def from_json(cls, data: object) -> StudyInfo:
        """The same again from the ``info`` of ``run.json``; what an older study did not know keeps its default.

        Raises
        ------
        StudyError : a value is missing or unknown, so the study is of another version.
        """
        known = {item.name: item.default is MISSING and item.default_factory is MISSING for item in fields(cls)}
        found = data if isinstance(data, dict) else {}
        wrong = {name for name, needed in known.items() if needed and name not in found} | (set(found) - set(known))
        if wrong:
            names = ", ".join(sorted(wrong))
            raise StudyError(Said("file_format.record", names=names, way_out=Said(RUN_AGAIN)))
        return cls(**found)


def check_record(record: object) -> dict[str, Any]:
    """The content of ``run.json``, if it is the record of a study that this program reads.

    Raises
    ------
    StudyError : it is of another format.
    """
    found = record if isinstance(record, dict) else {}
    check_format(found.get("format"), FORMAT, "run.json", StudyError, RUN_AGAIN)
    return found
