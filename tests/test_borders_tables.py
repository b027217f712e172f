"""Tables of types and figures of quality at their borders, by hand."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from planted import TYPES, planted_typology

from typology.clustering.selection import SELECTION_COLUMNS
from typology.content.reading import FOLDER
from typology.study.store import _copy_content
from typology.tables.contracts.columns import share
from typology.tables.figures import FIGURES, recompute
from typology.tables.package import write_json
from typology.types.type_tables import type_table

KEYS = pd.Index([f"9010100{place}" for place in range(4)], name="key")
TYPOLOGY = planted_typology()


class Tables(SimpleNamespace):
    """Tables by name, as a study has them."""

    def get(self, name: str) -> pd.DataFrame:
        return getattr(self, name)


def tables(*, jaccard: tuple[float, float] = (0.9, 0.9), p: float = 0.001, certain: int = 4) -> Any:
    """What the figures read of a study; of the types the second is three times as large as the first."""
    even = [1 / 3] * 3
    selection = pd.DataFrame(
        {"k": [1, 2], "bic": [2.0, 1.0], "adjusted_bic": [2.0, 1.0], "blrt_p": [np.nan, p], "blrt_exceedances": [0, 1]}
    ).reindex(columns=list(SELECTION_COLUMNS))
    rows = [[1.0, 0.0, 0.0], [1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 1.0, 0.0]][:certain] + [even] * (4 - certain)
    assignments = pd.DataFrame(rows, KEYS, columns=["p_a", "p_b", "p_c"]).assign(
        type=["a", "a", "b", ""], status=["klar", "mischtyp", "klar", "nicht_zuzuordnen"], answered=1
    )
    return Tables(
        selection=selection,
        stability_types=pd.DataFrame({"type": ["a", "b"], "jaccard": jaccard, "share": [0.25, 0.75]}),
        assignments=assignments,
        weights=pd.DataFrame({"weight": [2.0, 1.0, 1.0, np.nan]}, KEYS),
    )


def figure(name: str, **settings: Any) -> float:
    return FIGURES[name].compute(tables(**settings), TYPOLOGY)


def test_three_quarters_found_again_is_stable_enough() -> None:
    # Weighted by the shares: 0.25 · 0.6 + 0.75 · 0.8 = 0.75.
    assert figure("stability_types", jaccard=(0.6, 0.8)) == pytest.approx(0.75)
    assert figure("structure_weak", jaccard=(0.75, 0.75)) == 0
    assert figure("structure_weak", jaccard=(0.74, 0.75)) == 1
    assert figure("stability_lowest", jaccard=(0.6, 0.8)) == 0.6


def test_each_of_the_three_reasons_alone_makes_a_structure_weak() -> None:
    assert figure("structure_weak") == 0
    assert figure("structure_weak", p=0.01) == 1  # one type only
    # by hand as below: 0.69 with three certain rows, 0.37 with two
    assert figure("structure_weak", certain=3) == 0 and figure("structure_weak", certain=2) == 1
    assert np.isnan(FIGURES["structure_weak"].compute(Tables(**vars(tables()) | {"selection": []}), TYPOLOGY))


def test_certainty_and_weights_by_hand() -> None:
    assert figure("mean_certainty", certain=2) == pytest.approx((1 + 1 + 1 / 3 + 1 / 3) / 4)
    # Three certain rows and an even one: a quarter of ln 3 is left of what the shares 7/12, 4/12 and 1/12 leave open.
    mean = np.array([7, 4, 1]) / 12
    assert figure("relative_entropy", certain=3) == pytest.approx(1 - np.log(3) / 4 / -(mean @ np.log(mean)))
    # Weights 2, 1, 1: 3 · (4 + 1 + 1) / 16 = 1.125; 3 / 1.125 = 2.67 as precise.
    assert figure("design_effect") == pytest.approx(1.125)
    assert figure("effective_n") == pytest.approx(3 / 1.125)
    # The first three are certain, certain, even: mean of the first type 7/9 = 0.78, weighted (2 + 1 + 1/3) / 4 = 0.83;
    # of the others 1/9 and 1/12, which is less of a change.
    assert figure("weighted_change", certain=2) == pytest.approx(0.06)
    assert [figure(name) for name in ("share_clear", "share_mixed", "share_none")] == [0.5, 0.25, 0.25]


@pytest.mark.parametrize(
    ("stated", "equal"), [(0.5, True), (0.50009, True), (0.50011, False), (0.0, False), (float("nan"), False)]
)
def test_a_stated_figure_may_differ_by_rounding_only(stated: float, equal: bool) -> None:
    quality = pd.DataFrame({"name": ["share_clear"], "value": [stated]})
    found = recompute(Tables(**vars(tables()) | {"quality": quality}), TYPOLOGY)
    assert found["recomputed"].tolist() == [0.5] and found["equal"].tolist() == [equal]


def test_a_column_takes_its_bounds_and_nothing_beyond() -> None:
    column = share("share", "Anteil", "Share")
    assert not any(wrong.any() for wrong, _, _ in column.failures(pd.Series([0.0, 1.0, 0.5])))
    gaps = share("share", "Anteil", "Share", gaps=True)
    assert [wrong.tolist() for wrong, *_ in gaps.failures(pd.Series([0.0, np.nan, 1.5])) if wrong.any()] == [
        [False, False, True]
    ]
    for outside in (-0.01, 1.01, np.inf):
        (found,) = [wrong.tolist() for wrong, message, _ in column.failures(pd.Series([0.0, outside])) if wrong.any()]
        assert found == [False, True]


def test_json_holds_no_number_that_is_none(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="JSON"):
        write_json({"a": float("nan")}, tmp_path / "a.json")
    write_json({"ä": 1}, tmp_path / "new" / "b.json")
    assert (tmp_path / "new" / "b.json").read_text(encoding="utf-8") == '{\n "ä": 1\n}\n'


def test_the_table_of_types_counts_assigned_clear_and_mixed() -> None:
    kinds = [TYPES[0], TYPES[0], TYPES[0], TYPES[2], ""]
    status = ["klar", "klar", "mischtyp", "mischtyp", "nicht_zuzuordnen"]
    table = type_table(TYPOLOGY, pd.DataFrame({"type": kinds, "status": status})).set_index("type")
    assert table.loc[TYPES[0], ["n", "clear", "mixed"]].tolist() == [3, 2, 1]
    assert table.loc[TYPES[1], ["n", "clear", "mixed"]].tolist() == [0, 0, 0]
    assert table.loc[TYPES[2], ["n", "clear", "mixed"]].tolist() == [1, 0, 1]
    assert table.loc["nicht_zuzuordnen", "n"] == 1


def test_figures_are_printed_with_two_digits_but_for_counts_a_likelihood_and_a_p_value() -> None:
    others = {name: figure.digits for name, figure in FIGURES.items() if figure.digits != 2}
    assert others == {
        "types_supported": 0, "effective_n": 0, "structure_weak": 0, "log_likelihood": 1, "log_likelihood_maximum": 1,
        "types_p_value": 3
    }  # fmt: skip


def test_the_texts_of_a_survey_are_kept_beside_its_study_and_the_shipped_ones_are_not(tmp_path: Path) -> None:
    own = tmp_path / "own"
    own.mkdir()
    (own / "goals.yaml").write_text("a: 1", encoding="utf-8")
    for place, source in enumerate([FOLDER, None, tmp_path / "gone", own]):
        _copy_content(source, tmp_path / "kept" / str(place))
    assert [path.relative_to(tmp_path / "kept").as_posix() for path in (tmp_path / "kept").rglob("*.*")] == [
        "3/goals.yaml"
    ]
