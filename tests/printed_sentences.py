"""The sentences that print numbers, and which number of the public tables each of them is."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import pandas as pd
from printed_numbers import clean
from printed_tables import Meaning

from typology.content.agenda import load_agenda
from typology.content.catalogue import Content, load_content
from typology.matching.reach import Reach
from typology.tables.study_tables import StudyTables

ALL = "alle"


def numeric(name: str, word: str) -> bool:
    return word in SENTENCES.get(name, {})


def patterns(content: Content, lang: str) -> Iterator[tuple[str, re.Pattern[str], list[str]]]:
    """Every sentence that prints a number, the longest first; numbers and gaps in place of its figures."""
    figure = r"[−-]?\d[\d.,]*\d(?:–\d[\d.,]*\d|–\d)?|[−-]?\d(?:–\d[\d.,]*)?|–"
    plain = sorted(SENTENCES, key=lambda name: -len(content.sentences[name].of(lang)))
    for name in plain:
        parts = re.split(r"\{(\w+)\}", clean(content.sentences[name].of(lang)))
        words = parts[1::2]
        pattern = ""
        for place, part in enumerate(parts):
            if place % 2 == 0:
                pattern += re.escape(part)
            elif numeric(name, part):
                pattern += f"(?P<{part}>{figure})" if part != "share" or name != "sheetline_share_percent" else ""
                if name == "sheetline_share_percent":
                    pattern += r"(?P<share>\d+ ?%)"
            else:
                pattern += f"(?P<{part}>.*?)" if place < len(parts) - 2 or parts[-1] else f"(?P<{part}>.*)"
        # „mindestens 80 %“ is not „mindestens {n}“ of a number of types
        ends_in_number = not parts[-1] and words and numeric(name, words[-1]) and "%" not in pattern
        pattern += r"(?![\d\s]*(?:%|Prozent|per ?cent))" if ends_in_number else ""
        yield name, re.compile(pattern), list(dict.fromkeys(words))


def one_of(values: Callable[[Any], Iterable[float]]) -> Callable[..., Meaning]:
    return lambda reader, groups, lang: ("one of", tuple(sorted(set(values(reader)))))


def plain(*meaning: Any) -> Callable[..., Meaning]:
    return lambda reader, groups, lang: meaning


def _range(measure: str, every: bool = False) -> Callable[..., Meaning]:
    def meant(reader: Any, groups: Mapping[str, str], lang: str) -> Meaning:
        own = reader.key if reader.key in reader.types else reader.kind.get(reader.key, "")
        return ("range", measure, ALL if every else own)

    return meant


def own_rating(block: str) -> Callable[..., Meaning]:
    """A rating of the municipality; which field is the last one named before the number."""

    def meant(reader: Any, groups: Mapping[str, str], lang: str) -> Meaning:
        names = [(groups["field"].rfind(label), len(label), key) for label, key in reader.labels[lang]["field"].items()]
        place, _, key = max(names)
        return (block, reader.key, key) if place >= 0 else ("nothing",)

    return meant


LIMITS = dict.fromkeys("abcd", one_of(lambda reader: _limits()))
TEAM_KM = one_of(lambda reader: reader.published.tables.teams["distance_km"].dropna().tolist())


def _limits() -> list[float]:
    """How far and how different a partner may be, where a study sets nothing else."""
    reach = Reach.of()
    limits = (reach.near_km, reach.need_km, reach.size_ratio, reach.need_size_ratio)
    return [*limits, reach.far_km, reach.far_size_ratio]


def _bounds(name: str) -> Callable[..., Meaning]:
    return one_of(lambda reader: reader.published.tables.team_bounds.get(name, pd.Series(dtype=float)).tolist())


def _counts(*columns: str) -> Callable[..., Meaning]:
    """Numbers of register entries, of all and of listed ones, by Land."""

    def values(reader: Any) -> list[float]:
        bodies = reader.published.bodies
        if "listed" in columns:
            bodies = bodies[bodies.index.isin(reader.published.tables.municipalities.index)]
        counts = bodies["land_name"].value_counts().reindex(reader.published.bodies["land_name"].unique(), fill_value=0)
        return [float(count) for count in counts]

    return one_of(values)


LISTED = one_of(lambda reader: [len(reader.published.tables.municipalities)])
BODIES = one_of(lambda reader: [len(reader.published.bodies)])


def percent_of(name: str) -> Callable[..., Meaning]:
    """A figure of quality as it is told in per cent."""

    def values(reader: Any) -> list[float]:
        quality = reader.published.tables.quality
        return [100 * float(value) for value in quality.loc[quality["name"] == name, "value"]]

    return one_of(values)


CLASSES = one_of(lambda reader: reader.published.tables.selection.get("k", pd.Series(dtype=float)).tolist())
PEOPLE = one_of(lambda reader: reader.published.tables.municipalities["population"].dropna().tolist())
KILOMETRES = one_of(
    lambda reader: [
        float(km)
        for table in (reader.published.tables.similar, reader.published.tables.complementary)
        for km in table.get("distance_km", pd.Series(dtype=float)).dropna()
    ]
)


def _of_partners(column: str) -> Callable[..., Meaning]:
    """A figure of the partners of the municipality whose page or sheet it is."""

    def values(reader: Any) -> list[float]:
        tables = reader.published.tables
        rows = [table[table["key"] == reader.key] for table in (tables.similar, tables.complementary) if len(table)]
        if column == "distance_km":
            return [float(km) for part in rows for km in part[column].dropna()]
        partners = {partner for part in rows for partner in part["partner"]}
        return [float(reader.published.bodies.at[partner, column]) for partner in partners]

    return one_of(values)


DAYS = one_of(
    lambda reader: [
        float(days) for name in ("days_low", "days_high") for days in reader.published.tables.agenda[name].dropna()
    ]
)
MONTHS = one_of(lambda reader: [float(month) for step in load_agenda().steps for month in step.months or ()])
EDGES = one_of(
    lambda reader: [float(edge) for item in load_content().size_classes for edge in (item.lower, item.upper) if edge]
)
RATINGS = one_of(lambda reader: pd.to_numeric(reader.published.tables.stand.stack(), errors="coerce").dropna().tolist())
SENTENCES: dict[str, dict[str, Callable[..., Meaning]]] = {
    "site_people": {"n": _of_partners("population")},
    "site_km": {"n": _of_partners("distance_km")},
    "site_map_intro": {"n": LISTED},
    "site_method_question": {"n": plain("n")},
    "site_to_register": {"n": BODIES},
    "site_register_intro": {"n": BODIES},
    "site_register_land": {"n": _counts(), "listed": _counts("listed")},
    "site_listed_intro": {"n": LISTED},
    "site_listed_summary": {"n": LISTED},
    "site_table_rows": {
        "n": one_of(lambda reader: [len(reader.published.tables.get(name)) for name in StudyTables.names()])
    },
    "site_shares_intro": {"n": plain("n")},
    "site_type_fields_intro": {"n_type": _range("stand"), "n_all": _range("stand", every=True)},
    "site_goals_intro": {"n_type": _range("goal"), "n_all": _range("goal", every=True)},
    "site_goals_intro_all": {"n_all": _range("goal", every=True)},
    "site_fields_intro_all": {"n_all": _range("stand", every=True)},
    "site_fields_intro": {"n_type": _range("stand"), "n_all": _range("stand", every=True)},
    "site_own_size_intro": {"n": lambda reader, groups, lang: ("range", "own size", reader.key)},
    "action_trigger_stand": {"stand": own_rating("stand")},
    "action_trigger_stand_wichtig": {"stand": own_rating("stand"), "wichtig": own_rating("wichtig")},
    "action_group_gruppe": {"n": one_of(lambda reader: reader.published.tables.cooperation["n"].tolist())},
    "peers_missing_no_size": {"a": LIMITS["a"]},
    "peers_missing_no_reach": {name: LIMITS[name] for name in "ab"},
    "peers_missing_no_reach_far": LIMITS,
    "peers_missing_no_help_near": {"a": LIMITS["a"]},
    "peers_missing_no_help_far": {name: LIMITS[name] for name in "abc"},
    "view_team_distance": {"km": TEAM_KM},
    "teams_bound": {
        "served": _bounds("served"), "members": _bounds("members"), "teams": _bounds("teams"), "n": _bounds("n_rarest"),
    },
    "sheetline_reach": {"n": PEOPLE, "km": KILOMETRES},
    "sheetline_reach_people": {"n": PEOPLE},
    "summary_level": {"theirs": RATINGS, "own": RATINGS},
    "step_effort": {"low": DAYS, "high": DAYS},
    "step_effort_one": {"high": DAYS},
    "step_months": {"low": MONTHS, "high": MONTHS},
    "step_months_one": {"high": MONTHS},
    "step_range_below": {"high": EDGES},
    "step_range_between": {"low": EDGES, "high": EDGES},
    "step_range_from": {"low": EDGES},
    **{f"summary_sure_{name}": {} for name in ("very", "clear", "two", "none")},
    "action_partner_stark": {},
    "sheet_levels": {},
    "sheetline_fields_municipality": {},
    "action_partner_stark_open": {},
    "quality_words_assigned": {
        "clear": percent_of("share_clear"), "mixed": percent_of("share_mixed"), "none": percent_of("share_none"),
    },
    "quality_words_kept": {"kept": percent_of("stability_mean")},
    "selection_ticks": {name: plain("quality", f"ticks_{name}", "value") for name in ("mean", "sd", "expected_sd")},
    "selection_ticks_limit": {"limit": plain("record", "limit")},
    "selection_one": {"p": plain("quality", "types_p_value", "value")},
    "selection_one_bic": {"p": plain("quality", "types_p_value", "value")},
    "selection_one_test": {"p": plain("quality", "types_p_value", "value"), "bic": CLASSES},
    "selection_agree": {"n": CLASSES},
    "selection_differ": {"bic": CLASSES, "adjusted_bic": CLASSES, "test": CLASSES},
    "dependence_without": {"n": CLASSES},
    "dependence_fewer_1": {"n": CLASSES},
    "dependence_fewer_2": {"n": CLASSES},
    "selection_edge": {"n": CLASSES, "searched": CLASSES},
    "selection_at_least": {"n": CLASSES},
    "selection_searched": {"searched": CLASSES},
    "selection_more_than_asked": {"asked": plain("record", "classes")},
    "selection_around_asked": {"asked": plain("record", "classes")},
    "selection_not_searched": {"asked": plain("record", "classes"), "searched": CLASSES},
    "selection_asked": {"asked": plain("record", "classes")},
    "selection_not_asked": {"asked": plain("record", "classes")},
    "overview_method_latent_class": {
        "goals": plain("record", "goals"), "n": plain("record", "rows"), "classes": plain("record", "classes"),
    },
    "overview_method_latent_class_open": {name: plain("record", name) for name in ("goals", "classes")},
    "overview_method_naming": {"threshold": plain("record", "threshold")},
    "overview_method_prior": {name: plain("record", name) for name in ("starts", "replicated", "prior")},
    "naming_all": {"classes": plain("record", "classes"), "threshold": plain("record", "threshold")},
    "naming_some": {
        "named": plain("record", "named"), "classes": plain("record", "classes"),
        "threshold": plain("record", "threshold"),
    },
    "naming_none": {"classes": plain("record", "classes"), "threshold": plain("record", "threshold")},
    "weighting_used": {
        "change": plain("record", "weighted_percent"), "deff": plain("quality", "design_effect", "value"),
        "effective": plain("quality", "effective_n", "value"),
    },
    "weighting_unrepresented": {"share": plain("record", "unrepresented_percent")},
    "sheetline_goals_pick": {"limit": plain("record", "limit")},
    "sheetline_goals_ranking": {"limit": plain("record", "limit")},
    "view_footer_source": {"n": plain("n")},
    "sheetline_share": {
        "n": lambda reader, groups, lang: ("types", reader.key, "n"), "total": plain("n"),
    },
    "sheetline_share_percent": {"share": lambda reader, groups, lang: ("types", reader.key, "share")},
    "sheetline_inhabitants": {"n": lambda reader, groups, lang: ("municipalities", reader.key, "population")},
    "sheetline_area": {"n": lambda reader, groups, lang: ("municipalities", reader.key, "area_km2")},
}  # fmt: skip
