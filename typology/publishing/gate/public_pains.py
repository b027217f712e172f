"""Pain points in public: by type as in the published profiles, and by size class, without small cells."""

from __future__ import annotations

import numpy as np
import pandas as pd

from typology.content.vocabulary import ALL, Grouping, PainState
from typology.publishing.gate.suppression import MINIMUM, few, suppress
from typology.tables.study_tables import StudyTables

STATES = (PainState.CURRENT.value, PainState.SOLVED.value, "sonst")
SHOWN = 2  # of the states; the rest of a row follows from them


def public_pain_shares(
    tables: StudyTables,
    type_profiles: pd.DataFrame,
    listed: pd.Index,
    open_: pd.Index,
    *,
    bands: pd.Series,
    hidden_bands: set[str],
    minimum: int = MINIMUM,
) -> pd.DataFrame:
    """Pain points by type (as in the published profiles) and by size class, small cells empty.

    A size class shows the shares of ``aktuell`` and ``geloest``; whoever reported neither is the third cell of its
    row. What all reported stands in the profiles already and is taken from there, shown or not. A class whose number
    is hidden has an empty row, since an interval tells the number. Shares are rounded to whole percent, ``count``
    stays empty.

    Parameters
    ----------
    bands : size band of every respondent; ``hidden_bands`` are those whose size the counts by type do not tell.
    """
    shares = tables.pain_shares
    if shares.empty or type_profiles.empty:
        return shares.iloc[0:0]
    by_type = type_profiles[type_profiles["measure"] == "pain_point"]
    by_type = by_type.assign(grouping=np.where(by_type["type"] == ALL, ALL, Grouping.TYPE.value), group=by_type["type"])
    by_size = shares[(shares["grouping"] == Grouping.SIZE_CLASS) & shares["level"].isin(STATES[:SHOWN])].copy()
    if not by_size.empty:
        sizes = tables.municipalities["size_class"].reindex(tables.pain_points.index).fillna("").astype(str)
        classes = sorted(set(by_size["group"]))
        gone = _hidden_sizes(sizes, bands.reindex(sizes.index), classes, listed, hidden_bands, minimum)
        _hide_cells(by_size, tables, sizes, classes, gone, by_type, open_, minimum)
    out = pd.concat([by_type, by_size], ignore_index=True)[[name for name in shares.columns if name != "count"]]
    return out.assign(count=np.nan)[list(shares.columns)]


def _hidden_sizes(
    sizes: pd.Series, bands: pd.Series, classes: list[str], listed: pd.Index, hidden_bands: set[str], minimum: int
) -> set[str]:
    """Size classes whose number stays hidden: by itself, or because the band's number would tell another one's."""
    unlisted = ~sizes.index.isin(listed)
    table = pd.crosstab(sizes, bands).reindex(classes + sorted(set(sizes) - set(classes)), fill_value=0)
    rest = sizes[unlisted].value_counts().reindex(table.index, fill_value=0)
    primary = few(table.sum(axis=1).to_numpy(), minimum) | few(rest.to_numpy(), minimum)
    gone = {str(name) for name, small in zip(table.index, primary, strict=True) if small}
    gone |= {str(name) for name in table.index if int((table.loc[name] > 0).sum()) > 1 or name not in classes}
    for band in table.columns:
        inside = [str(name) for name in table.index[table[band] > 0]]
        if band in hidden_bands or band == "":
            gone |= set(inside)
            continue
        candidates = sorted((name for name in inside if name not in gone), key=lambda name: table[band][name])
        while any(name in gone and 0 < rest[name] < minimum for name in inside) and candidates:
            mine = [name for name in inside if name in gone]
            if len(mine) > 1 and sum(rest[name] for name in mine) >= minimum:
                break
            gone.add(candidates.pop(0))
    return gone


def _hide_cells(
    by_size: pd.DataFrame,
    tables: StudyTables,
    sizes: pd.Series,
    classes: list[str],
    gone: set[str],
    by_type: pd.DataFrame,
    open_: pd.Index,
    minimum: int,
) -> None:
    """Empty the unsafe cells of the rows by size class, in place."""
    total = by_type[by_type["grouping"] == ALL].set_index(["item", "level"])["estimate"]
    rows = [*classes, *sorted(set(sizes) - set(classes))]
    empty: dict[str, np.ndarray] = {}
    for item in sorted(set(by_size["item"])):
        answers = tables.pain_points[item]
        state = answers.where(answers.isin(STATES[:SHOWN]), STATES[SHOWN]).astype(str)

        def cross(keys: pd.Index, state: pd.Series = state) -> np.ndarray:
            cells = pd.crosstab(sizes.loc[keys], state.loc[keys]).reindex(index=rows, columns=STATES, fill_value=0)
            cells = np.vstack([cells.to_numpy(dtype=int), cells.sum(axis=0).to_numpy(dtype=int)])
            return np.hstack([cells, cells.sum(axis=1, keepdims=True)])

        counts, known = cross(state.index), cross(state.index.intersection(open_))
        also = np.zeros(counts.shape, dtype=bool)
        also[[row in gone or row not in classes for row in rows] + [False], :] = True
        also[:-1, SHOWN] = True
        also[-1, :SHOWN] = [bool(np.isnan(total.get((item, level), np.nan))) for level in STATES[:SHOWN]]
        also[-1, SHOWN] = also[-1, :SHOWN].any()
        cost = np.ones(counts.shape) + counts / max(1, counts[-1, -1])
        cost[-1, :] = cost[:, -1] = np.inf
        empty[item] = suppress(counts, counts - known, minimum=minimum, also=also, cost=cost)
    number = sizes.value_counts()
    place = [(rows.index(row.group), row.item, STATES.index(row.level)) for row in by_size.itertuples()]
    hidden = np.array([empty[item][group, level] for group, item, level in place])
    for column in ("estimate", "low", "high"):
        by_size[column] = np.where(hidden, np.nan, by_size[column].astype(float).round(2))
    by_size["n"] = [np.nan if rows[group] in gone else float(number[rows[group]]) for group, _, _ in place]
