"""Tables of the types: how many municipalities, how sure, in which size classes, and how the names came about."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from typology.content.vocabulary import NOT_ASSIGNED, TypeStatus

if TYPE_CHECKING:
    from collections.abc import Sequence

    from typology.content.catalogue import Content
    from typology.survey.survey import Survey
    from typology.types.typology import Typology


def type_table(typology: Typology, assignments: pd.DataFrame) -> pd.DataFrame:
    """Types with model share, counts of assigned and how sure: ``type, label, named, share, n, clear, mixed``."""
    kinds, status = assignments["type"], assignments["status"]
    rows = [
        (
            item.key,
            item.label.de,
            item.named,
            item.share,
            int((kinds == item.key).sum()),
            int(((kinds == item.key) & (status == TypeStatus.CLEAR)).sum()),
            int(((kinds == item.key) & (status == TypeStatus.MIXED)).sum()),
        )
        for item in typology.types
    ]
    rows.append((NOT_ASSIGNED, "nicht zuzuordnen", False, float("nan"), int((kinds == "").sum()), 0, 0))
    return pd.DataFrame(rows, columns=["type", "label", "named", "share", "n", "clear", "mixed"])


def leaning_table(names: Sequence[str], assignments: pd.DataFrame, content: Content) -> pd.DataFrame:
    """The same columns for leanings, which have no share: how many stand nearest to each, how clearly."""
    kinds, status = assignments["type"], assignments["status"]
    rows = [
        (
            name,
            content.label("type", name, "de"),
            content.type(name) is not None,
            float("nan"),
            int((kinds == name).sum()),
            int(((kinds == name) & (status == TypeStatus.CLEAR)).sum()),
            int(((kinds == name) & (status == TypeStatus.MIXED)).sum()),
        )
        for name in names
    ]
    rows.append(
        (NOT_ASSIGNED, content.say("action_no_type", "de"), False, float("nan"), int((kinds == "").sum()), 0, 0)
    )
    return pd.DataFrame(rows, columns=["type", "label", "named", "share", "n", "clear", "mixed"])


def size_table(assignments: pd.DataFrame, survey: Survey) -> pd.DataFrame:
    """Assigned municipalities by type and size class (``type, band, n``); ``band`` is empty without a size class."""
    kinds = assignments["type"].replace("", NOT_ASSIGNED)
    bands = survey.municipalities["size_class"].reindex(kinds.index)
    cross = pd.crosstab(kinds, bands)
    order = [item.key for item in survey.content.size_classes if item.key in cross.columns]
    cross = cross[[*order, *(band for band in cross.columns if band not in order)]]
    return cross.rename_axis("type").reset_index().melt("type", var_name="band", value_name="n")


def naming_table(typology: Typology) -> pd.DataFrame:
    """How classes got their names: ``group, candidate, type, score, threshold, margin, reason``."""
    record = typology.naming
    return pd.DataFrame(
        [
            (
                group,
                record.candidate.get(group, ""),
                name,
                record.score.get(record.candidate.get(group, "")),
                record.threshold,
                record.margin,
                record.reasons.get(group, ""),
            )
            for group, name in record.permutation.items()
        ],
        columns=["group", "candidate", "type", "score", "threshold", "margin", "reason"],
    ).astype({"score": float, "threshold": float, "margin": float})
