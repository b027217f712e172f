"""Which cases of a long list stand in the suite, and which among the proofs (``make proofs``)."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from typing import Any

import pytest


def one_of_each(cases: Iterable[tuple[Any, ...]], kind: Callable[[tuple[Any, ...]], Hashable]) -> list[Any]:
    """The first case of each kind for the suite; the others are marked ``long``. A case is all arguments of a test."""
    seen: set[Hashable] = set()
    out: list[Any] = []
    for case in cases:
        out.append(pytest.param(*case, marks=pytest.mark.long if kind(case) in seen else ()))
        seen.add(kind(case))
    return out


def every_third(cases: Iterable[object]) -> list[Any]:
    """Every third case for the suite, where each is a kind of its own; the others are marked ``long``."""
    out: list[Any] = []
    for place, case in enumerate(cases):
        values = case if isinstance(case, tuple) else (case,)
        out.append(pytest.param(*values, marks=pytest.mark.long if place % 3 else ()))
    return out
