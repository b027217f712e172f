"""Two verdicts in words that never contradict each other: types or degrees, and how many types."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from typology.writing import languages

if TYPE_CHECKING:
    from typology.clustering.degrees.comparison import Comparison, Verdicts
    from typology.clustering.selection import Verdict
    from typology.content.catalogue import Content
    from typology.tables.study_tables import StudyTables


def say_dependence(tables: StudyTables, content: Content) -> dict[str, str]:
    """What the groups leave unexplained, and what that means for stated certainty; empty where it is nothing."""
    from typology.clustering.residuals import PAIR, dependent

    found = dependent(tables.residuals) if len(tables.residuals) else ""
    if not found:
        return {"de": "", "en": ""}
    worst = tables.residuals.iloc[0]
    said = {}
    for code in languages():
        names = {place: content.label("goal", str(worst[place]), code) for place in ("first", "second")}
        parts = [content.say(f"dependence_{found}", code, **(names if found == PAIR else {}))]
        if pd.notna(worst["types_without"]):
            parts.append(content.say("dependence_without", code, second=names["second"], n=int(worst["types_without"])))
        said[code] = " ".join(parts)
    return said


def say_fewer(compared: Comparison | None, content: Content) -> dict[str, str]:
    """That fewer groups would do if pairs of goals may hang together within them, too; empty where they would not, or
    where the answers speak for degrees."""
    from typology.clustering.degrees.verdict import DEGREES

    row = None if compared is None or compared.verdict == DEGREES else compared.fewer
    if row is None:
        return {"de": "", "en": ""}
    pairs = [pair.split("+") for pair in str(row["pairs"]).split()]
    said = {}
    for code in languages():
        named = [[content.label("goal", goal, code) for goal in pair] for pair in pairs]
        words = {
            f"{place}{number}": goal
            for number, pair in enumerate(named, 1)
            for place, goal in zip("ab", pair, strict=True)
        }
        said[code] = content.say(f"dependence_fewer_{len(pairs)}", code, n=int(row["n_classes"]), **words)
    return said


def say_verdicts(compared: Comparison | None, selected: Verdict | None, content: Content) -> Verdicts:
    """The sentences of a study.

    Parameters
    ----------
    compared : None where types were not held against degrees.
    selected : None where no number of types was looked for.
    """
    from typology.clustering.degrees.comparison import Verdicts

    if compared is not None:
        return compared.with_number(selected, content)
    blank = {"de": "", "en": ""}
    return Verdicts(blank, {code: selected.sentence(content, code) for code in languages()} if selected else blank)
