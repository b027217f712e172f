"""The study in one view: the types side by side, how many and how stable, method and limits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from typology.content.vocabulary import ALL
from typology.matching.teams.teams import say_bounds
from typology.publishing.views.maker import FORMAT, ViewMaker
from typology.publishing.views.values import Both, both, number, printed, say, text, whole
from typology.tables.package import DIGITS
from typology.types.leanings import ABOVE, BETWEEN, NEAREST

if TYPE_CHECKING:
    from typology.content.catalogue import Content
    from typology.tables.info import StudyInfo
    from typology.tables.study_tables import StudyTables
    from typology.types.typology import Typology

METHODS = ("latent_class", "missing", "naming", "assignment", "prior", "intervals")
#: Sentence → the figures of quality that it tells, as per cent.
IN_WORDS = {
    "quality_words_assigned": {"clear": "share_clear", "mixed": "share_mixed", "none": "share_none"},
    "quality_words_kept": {"kept": "stability_mean"},
}
LIMITS = ("sample", "profiles", "coarse", "no_interval", "reconstructed", "synthetic", "form_of_question")


def overview_view(maker: ViewMaker, typology: Typology) -> dict[str, Any]:
    """Types with shares, goals by type, quality figures, method and limits as finished sentences."""
    info, tables, content = maker.info, maker.tables, maker.content
    types = tables.types.set_index("type") if not tables.types.empty else pd.DataFrame(columns=["share", "n"])
    stable = (
        tables.stability_types.set_index("type")["jaccard"]
        if not tables.stability_types.empty
        else pd.Series(dtype=float)
    )
    weighted = pd.Series(dtype=float)
    if not tables.weighted.empty:
        weighted = tables.weighted[tables.weighted["measure"] == "type"].set_index("item")["weighted"]
    shown = []
    for key in maker.type_keys():
        mark = maker.type_mark(key) or {}
        known = content.type(key)
        row = types.loc[key] if key in types.index else pd.Series(dtype=float)
        shown.append({
            **mark, **{name: number(row.get(name), DIGITS) for name in ("share", "low", "high")},
            "n": whole(row.get("n")), "stability": number(stable.get(key), 2),
            "weighted": number(weighted.get(key)),
            "signature": [
                {"key": goal, "label": maker.label("goal", goal)}
                for goal in (known.signature if known else (content.leanings or {}).get(key, ()))
            ],
            "score": None if content.leanings is not None else number(typology.naming.score.get(key), 2),
        })  # fmt: skip
    return {
        "format": FORMAT, "kind": "overview", "audience": maker.audience, "key": "ueberblick",
        "synthetic": info.synthetic, "survey": maker.survey(), "types": shown,
        "response_style": response_style(tables, info, content),
        "goals": goals_by_type(maker), "quality": quality_rows(maker),
        "methods": method_rows(maker),
        "naming": None if content.leanings is not None else both(lambda lang: typology.naming_sentence(content, lang)),
        "verdict": info.judged if info.judged["de"] else None,
        "in_words": quality_in_words(tables, content),
        **({"wave": wave} if (wave := maker.waves.overview()) else {}),
        "team_bound": team_bound(maker), "method": method_sentences(maker, typology), "limits": limit_sentences(maker),
        "notes": [maker.say("view_note_no_ranking")], "footer": maker.footer(),
    }  # fmt: skip


def response_style(tables: StudyTables, info: StudyInfo, content: Content) -> Both | None:
    """How many goals are ticked, and whether that varies as with independent goals; None where nothing is ticked."""
    quality = tables.quality
    figures = quality.set_index("name")["value"] if "name" in quality else pd.Series(dtype=float)
    if "ticks_mean" not in figures:
        return None
    values = {name: printed(float(figures[f"ticks_{name}"]), 2) for name in ("mean", "sd", "expected_sd")}
    parts = [say(content, "selection_ticks", **values)]
    if info.question_kind in ("pick", "ranking") and info.question_limit:
        parts.append(say(content, "selection_ticks_limit", limit=info.question_limit))
    return both(lambda lang: " ".join(part[lang] for part in parts))


def quality_in_words(tables: StudyTables, content: Content) -> list[Both]:
    """How sure the assignments are and how often they stay, for people; nothing where a figure is not known."""
    quality = tables.quality
    figures = quality.set_index("name")["value"].to_dict() if "name" in quality else {}
    out = []
    for key, names in IN_WORDS.items():
        if all(name in figures for name in names.values()):
            shares = {part: printed(100 * float(figures[name]), 0) for part, name in names.items()}
            out.append(say(content, key, **shares))
    return out


def team_bound(maker: ViewMaker) -> Both | None:
    """How many D-Teams there can be at most; None without teams."""
    bounds = maker.tables.team_bounds
    if bounds.empty:
        return None
    return both(lambda lang: " ".join(say_bounds(bounds, maker.content, lang)))


def goals_by_type(maker: ViewMaker) -> list[dict[str, Any]]:
    """One row per goal: the share of every type and of all."""
    profiles = maker.tables.type_profiles
    if profiles.empty:
        return []
    part = profiles[(profiles["measure"] == "goal")]
    last = part.drop_duplicates(["type", "item"], keep="last").set_index(["item", "type"])["estimate"]
    return [
        {
            "key": item, "label": maker.label("goal", item), "short": maker.label("goal", item, short=True),
            "all": number(last.get((item, ALL))),
            "values": {key: number(last.get((item, key))) for key in maker.type_keys()},
        }
        for item in part["item"].drop_duplicates()
    ]  # fmt: skip


def quality_rows(maker: ViewMaker) -> list[dict[str, Any]]:
    """The stated figures: label, printed value, what it says."""
    rows = []
    for row in maker.tables.quality.itertuples():
        rows.append({
            "key": text(row.name), "label": {"de": row.label, "en": row.label_en},
            "value": printed(row.value, int(row.digits)), "number": number(row.value),
            "note": maker.say(f"quality_{row.name}"),
        })  # fmt: skip
    return rows


def method_rows(maker: ViewMaker) -> list[dict[str, Any]]:
    """Every method beside the others: its name, its agreement with each and with itself on resampled rows."""
    table = maker.tables.methods
    keys = [str(key) for key in table["method"]] if "method" in table else []
    return [
        {
            "key": key, "label": maker.say(f"method_{key}"), "short": maker.say(f"method_short_{key}"),
            "stability": number(row["stability"]), "values": {other: number(row[other]) for other in keys},
        }
        for key, (_, row) in zip(keys, table.iterrows(), strict=True)
    ]  # fmt: skip


def method_sentences(maker: ViewMaker, typology: Typology) -> list[Both]:
    """How the types came about."""
    record = typology.provenance
    prior = printed(float(record.get("prior", 0)))
    values = {
        "n": printed(float(record.get("n_rows", 0)), 0), "classes": len(typology.types), "prior": prior,
        "replicated": record.get("replicated", 0), "starts": record.get("n_starts", 0),
        "threshold": printed(typology.naming.threshold, 2), "goals": len(typology.goals),
        "nearest": round(100 * NEAREST), "between": round(100 * BETWEEN), "above": round(100 * ABOVE),
    }  # fmt: skip
    # the gate holds the number of rows back where it would tell how few were left out
    first = METHODS[0] if "n_rows" in record else f"{METHODS[0]}_open"
    names = [first, *typology.model.form.notes, *METHODS[1:]]
    if maker.leanings is not None and len(maker.type_keys()) < 2:  # one ordering, or neither types nor leanings
        names = [f"{name}_one" if name == "assignment" else name for name in names]
        names = names if maker.type_keys() else [first, "missing"]
    said = [maker.say(f"overview_method_{name}", **values) for name in names]
    return [*said, maker.info.weighting] if maker.info.weighting["de"] else said


def _coarse(profiles: pd.DataFrame) -> bool:
    """Whether the gate let some share through on coarser steps only; these have no interval."""
    intervals = profiles.reindex(columns=["estimate", "low"])
    return bool((intervals["estimate"].notna() & intervals["low"].isna()).any())


def _no_interval(types: pd.DataFrame) -> bool:
    """Whether shares of types were estimated and none of them has an interval that would hold."""
    known = types.reindex(columns=["share", "low"]).loc[types.get("share", pd.Series(dtype=float)).notna()]
    return "low" in types and len(known) > 0 and bool(known["low"].isna().all())


def limit_sentences(maker: ViewMaker) -> list[Both]:
    """What the numbers cannot say."""
    profiles = maker.tables.type_profiles
    of_all_alone = "type" in profiles and bool((profiles["type"] == ALL).all())  # neither types nor leanings
    skipped = {
        "profiles": profiles.empty or of_all_alone or bool((profiles["measure"] == "goal").all()),
        "coarse": not _coarse(profiles),
        "no_interval": not _no_interval(maker.tables.types),
        "synthetic": not maker.info.synthetic,
        "reconstructed": maker.content.goals_origin != "rekonstruiert",
    }
    out = [
        maker.say(f"overview_limit_{name}", sample=maker.info.sample) for name in LIMITS if not skipped.get(name, False)
    ]
    if maker.info.weak:
        out.insert(0, maker.say("view_status_weak"))
    return out
