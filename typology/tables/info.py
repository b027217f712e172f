"""What every page, sheet and table says about where its numbers come from."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import Any

from typology.errors import StudyError


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
        """The same again from plain data.

        Raises
        ------
        StudyError : a value is missing or unknown, so the study is of another version.
        """
        names = {item.name for item in fields(cls)}
        found = data if isinstance(data, dict) else {}
        if set(found) != names:
            wrong = ", ".join(sorted(names ^ set(found)))
            raise StudyError(f"run.json passt nicht zu dieser Version (betroffen: {wrong}). Die Studie neu rechnen.")
        return cls(**found)
