"""Answers as the tables of a study hold them: words as plain text, scales as numbers."""

from __future__ import annotations

import pandas as pd


def words(table: pd.DataFrame) -> pd.DataFrame:
    """Categories as plain text, missing as empty text; numbers stay numbers."""
    out = {}
    for name in table:
        column = table[name]
        if pd.api.types.is_numeric_dtype(column.dtype) and not pd.api.types.is_bool_dtype(column.dtype):
            out[name] = column.astype(float)
        else:
            out[name] = column.astype(object).where(column.notna(), "").astype(str)
    return pd.DataFrame(out, index=table.index)


def numbers(table: pd.DataFrame) -> pd.DataFrame:
    """Every column as a number, missing as NaN."""
    return table.astype(float)
