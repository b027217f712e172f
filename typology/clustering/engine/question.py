"""How the goals were asked: the form of the question, which every model and every replicate keeps."""

from __future__ import annotations

from dataclasses import dataclass

from typology.errors import EstimationError

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
            raise EstimationError(f"Die Art der Frage muss eine von {', '.join(KINDS)} sein, nicht {self.kind!r}.")
        if self.limit is not None and self.limit < 1:
            raise EstimationError(f"Die Höchstzahl der Ziele muss mindestens 1 sein, nicht {self.limit}.")

    def __str__(self) -> str:
        return self.kind if self.limit is None else f"{self.kind}, höchstens {self.limit}"

    @property
    def counted(self) -> bool:
        """Whether the number of chosen goals is bounded by the question itself."""
        return self.kind in ("pick", "ranking") and self.limit is not None
