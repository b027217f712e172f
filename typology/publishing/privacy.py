"""The single gate to ``public/``: who consents to what, and which counts are too small to show.

Everything public is made from the tables that :func:`public_tables` returns and from nothing else. Rules:

- A municipality without ``listed`` leaves no row. ``answers`` opens its goals, fields, pain points and
  probabilities (they would give the answers away); ``partner`` lets it stand in other lists; ``contact``
  opens its functional mailbox.
- Statistics come from a fixed list: one-way by type, type by two size bands (Kreise apart), pain points by size
  class. A count, and the count less the listed members (which a reader can subtract), is 0 or at least ``minimum``;
  a second cell goes where a single gap could be filled by subtraction.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from typology.assignment.corrected import CORRECTED_COLUMNS
from typology.assignment.profiles import standing_of
from typology.publishing.records import StudyTables
from typology.publishing.suppression import MINIMUM, suppress

PURPOSES = ("listed", "answers", "partner", "contact")
ALL = "alle"
NOT_ASSIGNED = "nicht_zuzuordnen"
BANDS = ("unter_25000", "ab_25000", "kreise")
AGGREGATES = ("classes", "naming", "selection", "methods", "stability_types", "calibration", "short_form", "quality")


def listed_keys(consent: pd.DataFrame, *purposes: str) -> pd.Index:
    """Keys that consent to being listed and to every further purpose named."""
    keep = consent["listed"].to_numpy(dtype=bool).copy()
    for purpose in purposes:
        keep &= consent[purpose].to_numpy(dtype=bool)
    return consent.index[keep]


def public_tables(tables: StudyTables, *, minimum: int = MINIMUM) -> StudyTables:
    """The part of a study that may be published; matches are left out and made anew from what remains.

    Parameters
    ----------
    tables : all tables of the study.
    minimum : smallest count shown, and smallest count of unlisted members behind a shown number.
    """
    consent = tables.consent
    listed, open_ = listed_keys(consent), listed_keys(consent, "answers")
    shown = consent.loc[listed].copy()
    shown["mailbox"] = shown["mailbox"].where(shown["contact"], "")
    assignments = tables.assignments.loc[tables.assignments.index.intersection(listed)].copy()
    closed = ~assignments.index.isin(open_)
    for column in assignments.columns:
        if column.startswith("p_") or column == "answered":
            assignments[column] = assignments[column].astype(float).where(~closed)
        elif column in ("second_type", "reason"):
            assignments[column] = assignments[column].where(~closed, "")
    types, type_sizes = public_counts(tables, listed, minimum=minimum)
    type_profiles = public_type_profiles(tables, types, open_, minimum=minimum)
    return StudyTables(
        municipalities=_rows(tables.municipalities, listed),
        consent=shown,
        goals=_rows(tables.goals, open_),
        stand=_rows(tables.stand, open_),
        wichtig=_rows(tables.wichtig, open_),
        pain_points=_rows(tables.pain_points, open_),
        assignments=assignments,
        types=types,
        type_sizes=type_sizes,
        type_profiles=type_profiles,
        instruments=public_instruments(tables, types, open_, minimum=minimum),
        municipality_profiles=_public_profiles(tables.municipality_profiles, type_profiles, assignments, open_),
        pain_shares=public_pain_shares(tables, type_profiles, open_, minimum=minimum),
        **{name: tables.get(name) for name in AGGREGATES},
    )


def _rows(table: pd.DataFrame, keys: pd.Index) -> pd.DataFrame:
    return table.loc[table.index.intersection(keys)]


def size_band(municipalities: pd.DataFrame) -> pd.Series:
    """The size band of each row: below or from 25,000 inhabitants, Kreise apart, empty where unknown."""
    population = municipalities["population"].astype(float)
    band = np.where(population < 25_000, BANDS[0], BANDS[1]).astype(object)
    band[municipalities["kind"].isin(["kreis", "verband"]).to_numpy()] = BANDS[2]
    band[population.isna().to_numpy()] = ""
    return pd.Series(band, index=municipalities.index)


def count_types(tables: StudyTables) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Counts before any suppression: by type (``type, share, n``) and by type and band (``type, band, n``)."""
    kinds = tables.assignments["type"].replace("", NOT_ASSIGNED)
    order = [str(value) for value in tables.types["type"]] if "type" in tables.types else sorted(set(kinds))
    rows = [*[key for key in order if key not in (NOT_ASSIGNED, ALL)], NOT_ASSIGNED]
    bands = size_band(tables.municipalities).reindex(kinds.index)
    cross = pd.crosstab(kinds, bands).reindex(index=rows, columns=list(BANDS), fill_value=0)
    counts = kinds.value_counts().reindex(rows, fill_value=0)
    one_way = pd.DataFrame({"type": [*rows, ALL], "n": [*counts.tolist(), len(kinds)]})
    two_way = cross.rename_axis("type").reset_index().melt("type", var_name="band", value_name="n")
    return one_way, two_way


def public_counts(
    tables: StudyTables, listed: pd.Index, *, minimum: int = MINIMUM
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Counts by type, and by type and size band, with cells too small to show left empty.

    A cell is empty in both tables together: margins that would give it away are empty too.
    """
    kinds = tables.assignments["type"].replace("", NOT_ASSIGNED)
    one_way, _ = count_types(tables)
    rows = [key for key in one_way["type"] if key != ALL]
    bands = size_band(tables.municipalities).reindex(kinds.index)

    def cross(keys: pd.Index) -> np.ndarray:
        table = pd.crosstab(kinds.loc[keys], bands.loc[keys]).reindex(index=rows, columns=list(BANDS), fill_value=0)
        return np.asarray(table.to_numpy(dtype=int))

    counts, known = cross(kinds.index), cross(kinds.index.intersection(listed))
    # Margins stand in the last row and column, so that they are guarded like any other cell.
    counts, known = _with_margins(counts), _with_margins(known)
    hidden = suppress(counts, counts - known, minimum=minimum)
    n = np.where(hidden, np.nan, counts.astype(float))
    known_shares = tables.types.set_index("type").reindex(columns=["share", "low", "high"])
    shares = known_shares.reindex([*rows, ALL]).reset_index(drop=True)
    types = pd.DataFrame({"type": [*rows, ALL]}).join(shares).assign(n=n[:, -1])
    sizes = pd.DataFrame(n[:-1, :-1], index=pd.Index(rows, name="type"), columns=list(BANDS))
    return types, sizes.reset_index().melt("type", var_name="band", value_name="n")


def _with_margins(cells: np.ndarray) -> np.ndarray:
    cells = np.vstack([cells, cells.sum(axis=0, keepdims=True)])
    return np.hstack([cells, cells.sum(axis=1, keepdims=True)])


def public_type_profiles(
    tables: StudyTables, types: pd.DataFrame, open_: pd.Index, *, minimum: int = MINIMUM
) -> pd.DataFrame:
    """Type profiles with rows left empty where few unlisted answers stand behind them.

    ``n`` becomes the number of municipalities of the type (already safe), so that single missing answers do
    not show; shares are rounded to whole percent, means to one decimal.
    """
    profiles = tables.type_profiles
    if profiles.empty:
        return profiles
    kinds = tables.assignments["type"].replace("", NOT_ASSIGNED)
    shown_n = types.set_index("type")["n"]
    blocks = {"goal": tables.goals, "stand": tables.stand, "wichtig": tables.wichtig, "pain_point": tables.pain_points}
    # A corrected mean draws on the answers of all types, so no count of one cell could make it safe; it stays inside.
    out = profiles[profiles["measure"].isin(list(blocks))].drop(columns=list(CORRECTED_COLUMNS), errors="ignore")
    unsafe = np.zeros(len(out), dtype=bool)
    position = {index: place for place, index in enumerate(out.index)}
    for (measure, item), part in out.groupby(["measure", "item"], sort=False):
        block = blocks[str(measure)]
        if item not in block:
            continue
        answers = block[item].astype(object).where(block[item].notna(), "").astype(str)
        mean = str(measure) in ("stand", "wichtig")
        gone = _unsafe_types(answers, kinds, open_, minimum=minimum, mean=mean, types=list(dict.fromkeys(part["type"])))
        for index, kind in part["type"].items():
            unsafe[position[index]] = kind in gone
    for column in ("estimate", "low", "high"):
        values = out[column].astype(float)
        rounded = np.where(out["measure"].isin(["stand", "wichtig"]), values.round(1), values.round(2))
        out[column] = np.where(unsafe, np.nan, rounded)
    out["n"] = out["type"].map(shown_n).astype(float)
    return out.reset_index(drop=True)


def public_instruments(
    tables: StudyTables, types: pd.DataFrame, open_: pd.Index, *, minimum: int = MINIMUM
) -> pd.DataFrame:
    """Shares that have an instrument, by type, empty where few unlisted answers stand behind them.

    Only having and not having count as answers here; the single answers of the block ``structure`` are not published.
    """
    out = tables.instruments.copy()
    if out.empty:
        return out
    kinds = tables.assignments["type"].replace("", NOT_ASSIGNED)
    unsafe = pd.Series(False, index=out.index)
    for item, part in out.groupby("item", sort=False):
        given = tables.structure[item].astype(str)
        has = given.eq(part["level"].iloc[0]) ^ bool(part["negated"].iloc[0])
        answers = has.map({True: "ja", False: "nein"}).where(given != "", "")
        gone = _unsafe_types(answers, kinds, open_, minimum=minimum, mean=False, types=part["type"].tolist())
        unsafe[part.index] = part["type"].isin(gone)
    for column in ("estimate", "low", "high"):
        out[column] = out[column].astype(float).round(2).where(~unsafe)
    out["n"] = out["type"].map(types.set_index("type")["n"]).astype(float)
    return out.reset_index(drop=True)


def _unsafe_types(
    answers: pd.Series, kinds: pd.Series, open_: pd.Index, *, minimum: int, mean: bool, types: list[str]
) -> set[str]:
    """Types whose row of one item must stay empty; never a single one beside a shown overall value."""
    keep = (answers != "").to_numpy()
    rows, names = pd.factorize(kinds.reindex(answers.index[keep]))
    columns = np.zeros(len(rows), dtype=int) if mean else pd.factorize(answers[keep])[0]
    hidden_rows = ~answers.index[keep].isin(open_)
    shape = (len(names), int(columns.max(initial=0)) + 1)
    counts, rest = np.zeros(shape, dtype=int), np.zeros(shape, dtype=int)
    np.add.at(counts, (rows, columns), 1)
    np.add.at(rest, (rows[hidden_rows], columns[hidden_rows]), 1)

    def few(values: np.ndarray) -> np.ndarray:
        return np.asarray((values > 0) & (values < minimum))

    bad = (few(counts) | few(rest)).any(axis=1)
    gone = {str(name) for name, value in zip(names, bad, strict=True) if value}
    if few(rest.sum(axis=0)).any():
        gone.add(ALL)
    single = [kind for kind in gone if kind != ALL]
    if len(single) == 1 and ALL not in gone:
        others = {str(name): int(n) for name, n in zip(names, rest.sum(axis=1), strict=True)}
        others = {name: n for name, n in others.items() if name not in gone and name in types}
        if others:
            gone.add(min(others, key=lambda name: others[name]))
        else:
            gone.add(ALL)
    # All less the shown types is what the empty rows hold together; that must not be few either.
    together = rest[[str(name) in gone for name in names]].sum(axis=0)
    if ALL not in gone and bool(few(together).any()):
        gone.add(ALL)
    return gone


def public_pain_shares(
    tables: StudyTables, type_profiles: pd.DataFrame, open_: pd.Index, *, minimum: int = MINIMUM
) -> pd.DataFrame:
    """Pain points by type (as in the published profiles) and by size class, small cells empty.

    A size class shows the shares of ``aktuell`` and ``geloest``; whoever reported neither is the third cell of its
    row. Cells, class sizes and totals are guarded together; shares are rounded to whole percent, ``count`` stays empty.
    """
    shares = tables.pain_shares
    if shares.empty or type_profiles.empty:
        return shares.iloc[0:0]
    by_type = type_profiles[type_profiles["measure"] == "pain_point"]
    by_type = by_type.assign(grouping=np.where(by_type["type"] == ALL, ALL, "typ"), group=by_type["type"])
    by_size = shares[(shares["grouping"] == "groessenklasse") & shares["level"].isin(["aktuell", "geloest"])].copy()
    if not by_size.empty:
        _hide_sizes(by_size, tables, by_type, open_, minimum)
    out = pd.concat([by_type, by_size], ignore_index=True)[[name for name in shares.columns if name != "count"]]
    return out.assign(count=np.nan)[list(shares.columns)]


def _hide_sizes(
    by_size: pd.DataFrame, tables: StudyTables, by_type: pd.DataFrame, open_: pd.Index, minimum: int
) -> None:
    """Empty the unsafe cells of the rows by size class, in place; the same class sizes stand in every item's table."""
    sizes = tables.municipalities["size_class"].reindex(tables.pain_points.index).fillna("").astype(str)
    classes, items = sorted(set(by_size["group"])), sorted(set(by_size["item"]))
    states = ["aktuell", "geloest", "sonst"]
    total = by_type[by_type["grouping"] == ALL].set_index(["item", "level"])["estimate"]
    gone = {item: np.zeros((len(classes) + 1, len(states) + 1), dtype=bool) for item in items}
    rows = np.zeros(len(classes), dtype=bool)
    for _ in range(len(classes) + 1):
        for item in items:
            state = tables.pain_points[item].where(tables.pain_points[item].isin(states[:2]), "sonst").astype(str)
            counts, known = (
                _with_margins(
                    pd.crosstab(sizes.loc[keys], state.loc[keys])
                    .reindex(index=classes, columns=states, fill_value=0)
                    .to_numpy(dtype=int)
                )
                for keys in (state.index, state.index.intersection(open_))
            )
            also = np.zeros_like(gone[item])
            also[:-1, -1] = rows
            also[-1, :2] = [bool(np.isnan(total.get((item, level), np.nan))) for level in states[:2]]
            gone[item] = suppress(counts, counts - known, minimum=minimum, also=also)
        found = np.any([table[:-1, -1] for table in gone.values()], axis=0)
        if (found == rows).all():
            break
        rows = found
    number = sizes.value_counts()
    place = [(classes.index(row.group), row.item, states.index(row.level)) for row in by_size.itertuples()]
    hidden = np.array([gone[item][group, level] for group, item, level in place])
    for column in ("estimate", "low", "high"):
        by_size[column] = np.where(hidden, np.nan, by_size[column].astype(float).round(2))
    by_size["n"] = [np.nan if rows[group] else float(number[classes[group]]) for group, _, _ in place]


def _public_profiles(
    profiles: pd.DataFrame, public: pd.DataFrame, assignments: pd.DataFrame, open_: pd.Index
) -> pd.DataFrame:
    """Own values of municipalities that open their answers, beside the type values that may be shown."""
    if profiles.empty:
        return profiles
    out = profiles[profiles["key"].isin(open_)].copy()
    if public.empty:
        return out.iloc[0:0]
    table = public.set_index(["type", "measure", "item", "level"])
    level = pd.Series("", index=out.index).where(out["measure"].isin(["stand", "wichtig"]), out["own"])
    binary = public.loc[(public["measure"] == "goal") & (public["level"] == "ja"), "item"].unique()
    level = level.where(~((out["measure"] == "goal") & out["item"].isin(binary)), "ja")
    kinds = out["key"].map(assignments["type"])
    for target, source, who in (
        ("type_value", "estimate", kinds),
        ("n_type", "n", kinds),
        ("all_value", "estimate", pd.Series(ALL, index=out.index)),
        ("n_all", "n", pd.Series(ALL, index=out.index)),
    ):
        wanted = pd.MultiIndex.from_arrays([who, out["measure"], out["item"], level])
        out[target] = table[source].reindex(wanted).to_numpy(dtype=float)
    # Strong and weak follow from the published means; from the exact ones they could tell a hidden answer.
    stand = out["measure"] == "stand"
    rated = out[stand]
    out.loc[stand, "standing"] = standing_of(
        pd.to_numeric(rated["own"], errors="coerce"), rated["type_value"], rated["all_value"]
    )
    return out.reset_index(drop=True)
