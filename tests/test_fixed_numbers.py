"""A number that stands fixed in a text is the one that the program decides by, and the same in both languages.

Sentences, messages and help of the command line, the glossary, the questionnaire, the pages of the publisher, the
texts of the site's scripts and of the notebooks: whoever changes a limit finds every text that names it.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from fixed_numbers import numbers_in, texts

from typology.clustering.degrees.rivals import MOST_TRAITS
from typology.clustering.selection import LEVEL
from typology.clustering.stability import RECOVERED
from typology.content.catalogue import load_content
from typology.content.competences import load_competence_levels
from typology.content.questionnaire.build import build_questionnaire
from typology.content.questionnaire.wording import load_questionnaire
from typology.content.trainings import load_job_families
from typology.matching.numbers import STRONG_LEVEL
from typology.publishing.gate.public_model import COARSE
from typology.publishing.sheets.text import PAGES
from typology.publishing.views.summary import CLEAR, VERY_SURE
from typology.publishing.views.workshop import SMALL
from typology.register.official_keys import GEMEINDE, KREIS, LEVELS, VERBAND
from typology.simulation.worlds import WORLDS
from typology.tables.figures import LEAST_STABILITY
from typology.tables.settings import Settings
from typology.types.certainty import reliability
from typology.types.intervals import CONFIDENCE
from typology.types.short_form import SIZES
from typology.types.typology_file import ThresholdsEntry

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "typology"
SMALLEST = 3
"""Nought, one and two count answers, pages or ends of a scale; from here on a number is a limit or a quantity."""
#: Files whose entries name their sources: a number there is that of the source, see test_sources.py.
SOURCED = {"agenda", "portraits", "trainings", "competence_levels", "success_factors", "cooperation", "pain_points",
           "sources", "types", "job_families", "size_classes"}  # fmt: skip


def _border(size: str) -> float:
    (found,) = [item.lower for item in load_content().size_classes if item.key == size]
    return float(found)


def _script(name: str) -> float:
    code = (PACKAGE / "publishing" / "assets" / "site" / "static" / "compare.js").read_text(encoding="utf-8")
    return float(re.search(rf"\b{name} = (\d+)", code)[1])


def _scale(key: str) -> list[float]:
    (scale,) = [item for item in load_questionnaire().scales if item.key == key]
    return [float(step.key) for step in scale.steps if step.key.isdigit()]


def _default(call: Callable[..., object], name: str) -> float:
    return float(inspect.signature(call).parameters[name].default)


def _source(module: str, pattern: str) -> float:
    """A number that only the code holds, by what stands around it."""
    return float(re.search(pattern, (PACKAGE / module).read_text(encoding="utf-8"))[1].replace("_", ""))


HIGHEST = max(_scale("stand"))
CLEAR_PERCENT = 100 * ThresholdsEntry().clear
LEVELS_OF_SKILL = [float(item.level) for item in load_competence_levels().levels]
#: Text → the numbers that the program decides by, of those from SMALLEST on.
DECIDED: dict[str, Sequence[float]] = {
    **dict.fromkeys(
        [f"glossary.terms.{key}.meaning" for key in ("klar", "mischtyp", "nicht_zuzuordnen")]
        + [f"sentences.quality.quality_share_{key}" for key in ("clear", "mixed")]
        + ["sentences.overview.overview_method_assignment"], (CLEAR_PERCENT,),
    ),
    "sentences.site.site_method_sure": [CLEAR_PERCENT, 100 * ThresholdsEntry().mixed],
    "sentences.summary.summary_sure_very": [100 * VERY_SURE, 100],
    "sentences.summary.summary_sure_clear": [100 * CLEAR, 100],
    "sentences.summary.summary_sure_two": [CLEAR_PERCENT, 100],
    "sentences.summary.summary_sure_none": [CLEAR_PERCENT, 100],
    "sentences.quality.quality_stability_types": [LEAST_STABILITY],
    "sentences.quality.quality_types_p_value": [LEVEL],
    "sentences.sheet.sheet_interval_long": [100 * CONFIDENCE],
    "sentences.action.action_partner_stark": [STRONG_LEVEL, HIGHEST],
    "sentences.action.action_partner_stark_open": [STRONG_LEVEL, HIGHEST],
    **dict.fromkeys(
        [f"sentences.{key}" for key in (
            "action.action_trigger_stand", "action.action_trigger_stand_wichtig", "action.agenda_table_own",
            "action.agenda_table_important", "summary.summary_level", "sheet.sheet_scale",
            "sheet.sheetline_fields_municipality", "sheet.sheetline_council_weak", "sheet.sheetline_council_weak_all",
            "leanings.as_leaning_sheetline_council_weak", "site.js_compare_fields",
            "site.site_type_fields_intro", "site.site_fields_intro", "site.site_fields_intro_all",
            "leanings.as_leaning_site_type_fields_intro", "leanings.as_leaning_site_fields_intro",
        )] + ["messages.survey.scale_ends"], (HIGHEST,),
    ),
    "sentences.summary.sheet_levels": [HIGHEST, max(_scale("wichtig"))],
    "questionnaire.scales.stand.steps.5.text": [HIGHEST],
    "questionnaire.scales.wichtig.steps.5.text": [max(_scale("wichtig"))],
    **{f"questionnaire.scales.{name}.steps.{step:.0f}.text": [step]
       for name in ("stand", "wichtig", "stufe") for step in _scale(name) if step >= SMALLEST},
    "questionnaire.sections.kompetenzen.intro": [level for level in LEVELS_OF_SKILL if level >= SMALLEST],
    "messages.commands.help_competences_guide": [len(LEVELS_OF_SKILL)],
    "glossary.terms.digcomp.meaning": [len(load_job_families().areas), len(LEVELS_OF_SKILL), 21],  # 21: its source
    "sentences.action.action_workshop_lead": [6, 7, _border("GK5")],
    "messages.commands.option_cooperation_workshop": [float(size.removeprefix("GK")) for size in SMALL],
    "sentences.view.view_band_unter_25000": [_border("GK5")],
    "sentences.view.view_band_ab_25000": [_border("GK5")],
    "sentences.overview.overview_limit_coarse": [100 * COARSE, 10, 15, 20],  # the last three are its example
    "sentences.site.site_coarse": [100 * COARSE],
    "sentences.site.site_compare_intro": [_script("MOST")],
    "sentences.leanings.as_leaning_site_compare_intro": [_script("MOST")],
    "glossary.terms.ags.meaning": [KREIS, GEMEINDE, VERBAND],
    "questionnaire.questions.0.help": [KREIS, GEMEINDE],
    "questionnaire.questions.0.wrong": [KREIS, GEMEINDE],
    **{f"messages.survey.{key}": [float(GEMEINDE)]
       for key in ("kinds_to_declare", "key_of_municipality", "mended_kreis")},
    "messages.register.digits_of_key": [float(digits) for digits in LEVELS if digits >= SMALLEST],
    "messages.commands.help": [len(load_content().types)],
    "messages.commands.option_simulate_n": [WORLDS["demo"].n, WORLDS["nationwide"].n],
    "messages.commands.option_questionnaire_limit": [_default(build_questionnaire, "limit")],
    "messages.commands.option_sheet_kind": [PAGES["municipality-full"]],
    "messages.commands.new_name": [1 + _source("commands/start.py", r"\{0,(\d+)\}")],
    "messages.simulation.size_of_register": [_source("simulation/register.py", r"if not (\d+) <= n")],
    "messages.clustering.number_of_traits": [MOST_TRAITS],
    "messages.draft.levels": [_source("survey/blocks.py", r"levels: Annotated.*max_length=(\d)")],
    "messages.survey.levels_needed": [_source("survey/blocks.py", r"levels: Annotated.*max_length=(\d)")],
}  # fmt: skip
#: Texts whose numbers nothing in the program decides, with what they are.
GIVEN = {
    "glossary.terms.standardfehler.meaning": "two of three: the normal distribution",
    "messages.types.synthetic_refuses_keys": "the keys of the sixteen Länder",
    "messages.register.known_satzarten": "the record types of the official register",
    "messages.commands.help_demo": "how long it takes",
    "questionnaire.questions.22.help": "how many of the question's own items",
    "sentences.site.site_method_limits": "the year of the study",
    "sentences.site.js_short_text": "hundred per cent",
    "website.accessibility.1.paragraphs.1": "how far the browser tests enlarge the pages",
    **{f"sentences.action.agenda_{part}": "number of a heading"
       for part in ("steps", "together", "trainings", "review")},
}  # fmt: skip


def counted(text: str, lang: str) -> list[float]:
    return [number for number in numbers_in(text, lang) if number >= SMALLEST or 0 < number < 1]


ALL = {place: pair for place, pair in texts() if place.partition(".")[0] not in SOURCED}
FOUND = {place: counted(pair["de"], "de") for place, pair in ALL.items() if counted(pair["de"], "de")}


def test_every_text_with_a_number_is_bound_to_what_decides_it_or_says_what_it_is() -> None:
    assert len(FOUND) > 60
    assert sorted(FOUND.keys() - DECIDED.keys() - GIVEN.keys()) == [], "in this file: what decides these numbers?"
    assert sorted((DECIDED.keys() | GIVEN.keys()) - FOUND.keys()) == [], "these texts name no number any more"
    assert DECIDED.keys() & GIVEN.keys() == set()


@pytest.mark.parametrize("place", sorted(DECIDED))
def test_the_number_in_a_text_is_the_one_that_decides(place: str) -> None:
    wanted = sorted(round(float(number), 6) for number in DECIDED[place])
    pair = ALL[place]
    assert counted(pair["de"], "de") == wanted, pair["de"]
    assert place in SAID_OTHERWISE or counted(pair["en"], "en") == wanted, pair["en"]


def test_a_size_class_is_called_by_its_borders() -> None:
    classes = load_content().size_classes
    borders = {item.key: [number for number in (item.lower, item.upper) if number] for item in classes}
    assert {item.key: counted(item.label.de, "de") for item in classes} == borders
    assert {item.key: counted(item.label.en, "en") for item in classes} == borders


def test_what_is_called_clear_is_what_counts_as_clear() -> None:
    """The short answer says in words how sure a type is; a type is named by the same limits."""
    assert ThresholdsEntry().clear == ThresholdsEntry().mixed == CLEAR < VERY_SURE


def test_both_languages_name_the_same_numbers() -> None:
    """In all content, that with sources too; „beide“ may be “the two”."""
    pairs = dict(texts())
    assert len(pairs) > 2000
    differing = {place: pair for place, pair in pairs.items() if counted(pair["de"], "de") != counted(pair["en"], "en")}
    assert set(differing) == SAID_OTHERWISE


#: The same quantity in other words: half a year, the ten of a number.
SAID_OTHERWISE = {
    "agenda.steps.buergerkoffer.how.2", "agenda.steps.ki_regeln.how.2",
    "sentences.overview.overview_limit_coarse", "sentences.site.site_coarse",
}  # fmt: skip


# -- notebooks -----------------------------------------------------------------------------------------------

RUN = Settings()
#: Notebook → the numbers of its prose that the settings of a run decide.
NOTEBOOKS = {
    "02_clusters": {"starts": RUN.n_init, "replicates": RUN.replicates, "resamples": RUN.resamples,
                    "recovered": RECOVERED, "level": LEVEL},
    "03_types": {"resamples": RUN.resamples, "draws": _default(reliability, "n_fits"),
                 "fresh": _default(reliability, "fresh"), **{f"goals_{size}": size for size in SIZES}},
}  # fmt: skip


@pytest.mark.parametrize("lang", ["de", "en"])
@pytest.mark.parametrize("name", sorted(NOTEBOOKS))
def test_the_prose_of_a_notebook_names_the_settings_of_a_run(name: str, lang: str) -> None:
    folder = ROOT / "notebooks" / ("" if lang == "de" else "en")
    cells = (folder / f"{name}.py").read_text(encoding="utf-8").split("# %% [markdown]")[1:]
    prose = " ".join(
        line.removeprefix("# ")
        for cell in cells
        for line in cell.split("\n# %%")[0].splitlines()
        if line.startswith("# ")
    )
    told = set(numbers_in(re.sub(r"(\d)-mal\b", r"\1 mal", prose), lang))
    assert {part: number for part, number in NOTEBOOKS[name].items() if float(number) not in told} == {}
