"""Tables of a study read and written again as a spreadsheet or another program would."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd

from typology.tables.package import DECIMAL, DELIMITER


def read_written(path: Path, **how: Any) -> pd.DataFrame:
    """A table as the program wrote it, all cells as text unless ``how`` says otherwise."""
    text: dict[str, Any] = {"dtype": str, "keep_default_na": False}
    return pd.read_csv(path, sep=DELIMITER, decimal=DECIMAL, encoding="utf-8-sig", **(how or text))


def write_again(table: pd.DataFrame, path: Path) -> None:
    """A changed table in the place of the one that the program wrote."""
    table.to_csv(path, sep=DELIMITER, decimal=DECIMAL, index=False, encoding="utf-8-sig")
