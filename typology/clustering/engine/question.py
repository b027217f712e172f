"""How the goals were asked: the form of the question, which every model and every replicate keeps."""

from __future__ import annotations

from dataclasses import dataclass

from typology.errors import EstimationError
from typology.writing import Said

KINDS = ("yes_no", "pick", "rating", "ranking")
ANSWERS = ("nein", "ja")


@dataclass(frozen=True)
class GoalQuestion:
    """How the goals were asked: ``kind`` yes_no, pick, rating or ranking; ``limit`` is the most that may be chosen.

    Raises
    ------
    EstimationError : another kind, or a limit below 1.

    Examples
    --------
    >>> print(GoalQuestion("pick", 3))
    pick, höchstens 3
    >>> GoalQuestion("pick").counted
    False
    """

    kind: str
    limit: int | None = None

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise EstimationError(Said("clustering.wrong_kind_of_question", kinds=", ".join(KINDS), kind=self.kind))
        if self.limit is not None and self.limit < 1:
            raise EstimationError(Said("clustering.limit_too_small", limit=self.limit))

    def __str__(self) -> str:
        if self.limit is None:
            return self.kind
        return Said("clustering.question_with_limit", kind=self.kind, limit=self.limit)

    @property
    def counted(self) -> bool:
        """Whether the number of chosen goals is bounded by the question itself."""
        return self.kind in ("pick", "ranking") and self.limit is not None
