"""What the commands print, at its borders: columns that stay in line, signs, counts."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest

from typology.commands.study import type_lines


def study(label: str, weighted: bool) -> Any:
    types = pd.DataFrame(
        {"type": ["a", "nicht_zuzuordnen"], "label": [label, "nicht zuzuordnen"], "share": [0.4, float("nan")],
         "n": [12, 3], "clear": [10, 0], "mixed": [2, 0]}
    )  # fmt: skip
    shares = (
        pd.DataFrame({"measure": ["type"], "item": ["a"], "weighted": [0.5]})
        if weighted
        else pd.DataFrame(columns=["measure", "item", "weighted"])
    )
    return SimpleNamespace(tables=SimpleNamespace(types=types, weighted=shares))


@pytest.mark.parametrize("label", ["Optimierer", "Der Typ mit dem sehr langen Namen, der nicht endet"])
@pytest.mark.parametrize("weighted", [False, True])
def test_columns_of_the_types_stay_in_line_whatever_their_names(label: str, weighted: bool) -> None:
    lines = type_lines(study(label, weighted))
    assert len({len(line) for line in lines}) == 1
    assert lines[0].startswith("Typ ") and all(len(line) >= 26 + 18 + 12 + 12 for line in lines)
    assert lines[1].startswith(label + "  ") and ("50" if weighted else "10") in lines[1].split()[-2:]
