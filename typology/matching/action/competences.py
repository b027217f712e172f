"""Digital competences by job family: what is needed, what is there, and the gap between them."""

from __future__ import annotations

import pandas as pd

from typology.content.trainings import JobFamiliesFile
from typology.content.vocabulary import GapState

GAP_COLUMNS = ("key", "family", "area", "soll", "ist", "gap", "missed", "state")
LEVEL_COLUMNS = ("key", "family", "area", "soll", "ist")
SUMMARY_COLUMNS = ("family", "area", "missed", "n", "soll", "ist", "gap", "share_large")
LARGE = 2.0


def competence_gaps(competences: pd.DataFrame, families: JobFamiliesFile) -> pd.DataFrame:
    """Gap = Soll − Ist for every municipality, job family and area.

    Parameters
    ----------
    competences : long table ``key, family, area, soll, ist``, levels 1 to 8, NaN where there is no answer.
    families : which job families usual courses miss.

    Returns
    -------
    Table ``GAP_COLUMNS``. ``gap`` is negative where more is there than needed. ``state``: ``luecke``, ``erfuellt``,
    ``nicht_getestet`` (needed level known, available unknown), ``soll_fehlt``. ``missed``: usual online courses rarely
    reach this group.

    Examples
    --------
    >>> from typology.content.trainings import load_job_families
    >>> columns = ["key", "family", "area", "soll", "ist"]
    >>> table = pd.DataFrame([("90101003", "kita", "sicherheit", 5.0, 3.0)], columns=columns)
    >>> gaps = competence_gaps(table, load_job_families())
    >>> gaps["gap"].tolist(), gaps["missed"].tolist(), gaps["state"].tolist()
    ([2.0], [True], ['luecke'])
    """
    if competences.empty:
        return pd.DataFrame({name: pd.Series(dtype=object) for name in GAP_COLUMNS})
    table = competences[["key", "family", "area", "soll", "ist"]].copy()
    table["gap"] = table["soll"].astype(float) - table["ist"].astype(float)
    table["missed"] = table["family"].isin(families.missed)
    table["state"] = GapState.MET.value
    table.loc[table["gap"] > 0, "state"] = GapState.GAP.value
    table.loc[table["ist"].isna(), "state"] = GapState.NOT_TESTED.value
    table.loc[table["soll"].isna(), "state"] = GapState.NO_TARGET.value
    return table.sort_values(["key", "family", "area"], ignore_index=True)[list(GAP_COLUMNS)]


def summarise_gaps(gaps: pd.DataFrame) -> pd.DataFrame:
    """One row per job family and area over all municipalities.

    Returns
    -------
    Table ``SUMMARY_COLUMNS``: ``n`` municipalities with both levels, mean levels and gap, share with a gap of at least
    two levels; the largest mean gap first.
    """
    known = gaps.dropna(subset=["gap"])
    if known.empty:
        return pd.DataFrame({name: pd.Series(dtype=object) for name in SUMMARY_COLUMNS})
    part = known.assign(share_large=known["gap"].ge(LARGE).astype(float)).groupby(["family", "area"], sort=True)
    table = part.agg(
        missed=("missed", "first"), n=("gap", "size"), soll=("soll", "mean"), ist=("ist", "mean"), gap=("gap", "mean"),
        share_large=("share_large", "mean"),
    ).reset_index()  # fmt: skip
    return table.sort_values(["gap", "family", "area"], ascending=[False, True, True], ignore_index=True)[
        list(SUMMARY_COLUMNS)
    ]


def competence_levels(soll: pd.DataFrame, ist: pd.DataFrame) -> pd.DataFrame:
    """Needed and available levels as one long table ``key, family, area, soll, ist``, sorted.

    Parameters
    ----------
    soll, ist : one row per municipality, one column ``family.area`` each, levels 1 to 8 or missing.
    """
    parts = {}
    for name, wide in (("soll", soll), ("ist", ist)):
        long = wide.astype(float).rename_axis("key").reset_index().melt("key", var_name="item", value_name=name)
        parts[name] = long.dropna(subset=[name]).set_index(["key", "item"])[name] if len(long) else None
    found = [part for part in parts.values() if part is not None]
    columns = list(LEVEL_COLUMNS)
    if not found:
        return pd.DataFrame(columns=columns)
    table = pd.concat(found, axis=1).reindex(columns=["soll", "ist"]).reset_index()
    split = table["item"].str.split(".", n=1, expand=True).reindex(columns=[0, 1])
    return table.assign(family=split[0], area=split[1])[columns].sort_values(columns[:3]).reset_index(drop=True)
