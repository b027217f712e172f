"""The verdict on types or degrees, from the table of models alone: a stored study can be judged again."""

from __future__ import annotations

from typing import NamedTuple

import pandas as pd

from typology.clustering.degrees.replicates import CLASSES_REJECTED, REJECTED

TYPES, DEGREES, UNDECIDED = "types", "degrees", "undecided"
CLEAR_ONE, CLEAR_MORE, CLEAR_SIGNATURES = 10.0, 35.0, 100.0
"""So far the BIC of one trait, of more than one, or of the catalogue's leanings must lie below that of the classes to
say degrees where the rival is not rejected. The leanings have few parameters: they beat weak true types by up to 95."""

CLEAR_NAMES = 75.0
"""So far the BIC of the catalogue's leanings must lie below that of the classes for its names to be theirs where it
cannot be told whether there are types."""

NOT_GRADED = ("classes", "ordered", "dependent")
"""Kinds of models with groups: classes, those along one trait, and those within which pairs of goals hang together."""
SEVERAL = ("traits", "signatures")
"""Kinds of rivals with several traits, of which one holds the other."""


class Judgement(NamedTuple):
    """What the table says: see :class:`typology.clustering.degrees.comparison.Comparison`."""

    verdict: str
    reason: str
    n_classes: int
    rival: str
    z_classes: float


def judge(table: pd.DataFrame) -> Judgement:
    """The verdict that follows from a table with the columns ``COMPARISON_COLUMNS``."""
    classes = table[table["kind"] == "classes"]
    rivals = table[~table["kind"].isin(NOT_GRADED)].sort_values("lead", kind="stable").set_index("model")
    best = classes.loc[classes["bic"].idxmin()]
    z_classes = float(classes["z"].max())
    n_classes = int(best["n_classes"])
    if rivals.empty:
        return Judgement(UNDECIDED, "too_few", n_classes, "", z_classes)
    nearest = str(rivals.index[0])
    clear = {str(name): is_clear(float(best["bic"]), row) for name, row in rivals.iterrows()}
    if n_classes == 1:
        verdict, reason = (DEGREES, "bic_clear") if clear[nearest] else (UNDECIDED, "one_class")
        return Judgement(verdict, reason, n_classes, nearest, z_classes)
    survivors = rivals.index[rivals["z"] <= REJECTED]
    if len(survivors):
        rival = next((str(name) for name in survivors if clear[str(name)]), str(survivors[0]))
        if clear[rival] or is_backed(str(rivals.loc[rival, "kind"]), rivals[pd.Series(clear)]):
            verdict, reason = DEGREES, "bic_clear"
        elif rivals.loc[rival, "z"] < -REJECTED:
            verdict, reason = UNDECIDED, "neither_fits"
        elif z_classes < -CLASSES_REJECTED:
            verdict, reason = DEGREES, "classes_rejected"
        else:
            verdict, reason = UNDECIDED, "both_possible"
        return Judgement(verdict, reason, n_classes, rival, z_classes)
    if any(clear.values()):
        return Judgement(UNDECIDED, "bic_disagrees", n_classes, nearest, z_classes)
    ahead = rivals.loc[nearest, "cross_validated"] - classes["cross_validated"].max()
    if ahead > rivals.loc[nearest, "cross_validated_error"]:
        return Judgement(UNDECIDED, "cross_validation_disagrees", n_classes, nearest, z_classes)
    return Judgement(TYPES, "every_rival_rejected", n_classes, nearest, z_classes)


def is_backed(kind: str, clear: pd.DataFrame) -> bool:
    """Whether the BIC speaks for a rival of this kind by others: free traits that explain the answers are backed by
    leanings of the catalogue that are clearly ahead, for these are a special case of them, and the other way round.

    ``clear``: the rivals that are.
    """
    alike = clear["kind"].isin(SEVERAL) & (clear["n_traits"] > 1)
    return kind in SEVERAL and bool(alike.any())


def names_are_leanings(verdict: str, table: pd.DataFrame) -> bool:
    """Whether, where nothing could be told, the catalogue's names fit as those of leanings: these explain the answers
    so much better than classes do that a name would say more than the answers."""
    classes = table.loc[table["kind"] == "classes", "bic"].min()
    leanings = table.loc[table["kind"] == "signatures", "bic"].min()
    return bool(verdict == UNDECIDED and classes - leanings > CLEAR_NAMES)


def is_clear(bic: float, rival: pd.Series) -> bool:
    """Whether the BIC speaks for a rival by itself, against classes with this one."""
    clear = CLEAR_ONE if rival["n_traits"] == 1 else CLEAR_MORE
    if rival["kind"] == "signatures":
        clear = CLEAR_SIGNATURES
    return bool(bic - rival["bic"] > clear)
