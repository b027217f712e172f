"""What a sheet says: one view in one language, with the fixed words and finished lines beside it."""

from __future__ import annotations

import itertools
from datetime import date
from typing import Any

from typology.content.catalogue import Content, for_one
from typology.content.council import SHOWN, load_council_paper, load_success_factors
from typology.content.names import name_in
from typology.content.reading import Language
from typology.content.sender import load_sender
from typology.content.sources import BETWEEN
from typology.content.vocabulary import PainState, Standing
from typology.errors import Findings, PublishingError
from typology.writing import BUILT_IN, Said, day, number, percent, span

TEMPLATES = {
    ("municipality", "short"): "municipality-short",
    ("municipality", "full"): "municipality-full",
    ("municipality", "council"): "municipality-council",
    ("type", "short"): "type-short",
    ("type", "full"): "type-full",
    ("overview", "full"): "overview-full",
}
PAGES = {
    "municipality-short": 1,
    "municipality-full": 3,
    "municipality-council": 1,
    "type-short": 1,
    "type-full": 2,  # and one more where the content has a page on the type
    "overview-full": 2,
}
LONG_NAME = 34
LISTS: dict[str, tuple[str, ...]] = {
    "municipality": (
        "probabilities",
        "goals",
        "fields",
        "pain_points",
        "agenda",
        "cooperation",
        "similar",
        "complementary",
        "wave",
        "notes",
    ),
    "type": ("learn_from", "signature", "goals", "fields", "instruments", "size_classes", "notes"),
    "overview": ("types", "goals", "in_words", "quality", "method", "limits", "notes"),
}
REQUIRED: dict[str, tuple[str, ...]] = {
    "municipality": ("key", "name", "name_long", "survey", "synthetic", "type", "second_type", "status", "footer"),
    "type": ("key", "label", "short", "letter", "symbol", "colour", "share", "n", "survey", "synthetic", "footer"),
    "overview": ("key", "survey", "synthetic", "footer"),
}
OPTIONAL: dict[str, tuple[str, ...]] = {
    "municipality": (
        "no_partner", "standing_rule", "missing_similar", "missing_complementary", "team", "size_class", "population",
        "area_km2",
    ),
    "type": ("motto", "portrait", "page", "source"),
    "overview": ("verdict", "naming", "response_style"),
}  # fmt: skip
UNPRINTED = ("agenda_questions", "gaps", "trainings")
"""Parts of a view that no sheet prints."""
PARTNER: dict[str, Any] = {
    "kreis_name": "", "land_name": "", "type": None, "topic": "", "likeness": "", "difference": "",
    "closeness": "", "mutual": False, "mailbox": "", "population": None, "distance_km": None, "levels": [], "ask": "",
}  # fmt: skip
STEP: dict[str, Any] = {
    "key": "", "field": None, "how": "",
    "partner_lead": "", "partner_reason": "", "takes": None, "decides": None, "done": [], "running": [],
}  # fmt: skip
FIRST = 3
"""Steps that the paper for the council proposes."""
BRIEF = 4
"""Goals and fields that the short sheet compares."""
SUMMARY: dict[str, Any] = {
    "portrait": None, "meaning": [], "sure": None, "situation": "", "decision": [], "others": [], "partners": [],
}  # fmt: skip


def sheet_data(view: dict[str, Any], kind: str, language: Language, content: Content) -> dict[str, Any]:
    """Everything the template prints, as plain data in one language.

    Raises
    ------
    PublishingError : the view is of no known kind, lacks a part, or has no sheet of that kind.
    """
    template = _check(view, kind)
    local = _fill(localise({part: view[part] for part in view if part not in UNPRINTED}, language))
    survey = local["survey"]
    made, stand = date.fromisoformat(survey["date"]), day(survey["date"], language)
    form = "council" if kind == "council" else view["kind"]
    name = local.get("name_long") or local.get("label") or survey["title"]
    title = content.say(f"sheetline_title_{form}", language, name=name)
    synthetic = local["footer"].get("synthetic")
    brief = content.say(f"sheetline_title_{form}", language, name=local.get("name") or name)
    running = [content.say("sheetline_running", language, title=brief, date=stand)]
    running += [part for part in (synthetic, local["footer"]["no_offer"]) if part]
    municipality = view["kind"] == "municipality"
    for item in [*local.get("similar", []), *local.get("complementary", [])] if municipality else ():
        item["reach"] = _reach(item, language, content)
    return {
        "template": template,
        "language": language,
        "view": local,
        "words": words(language, content),
        "title": title,
        "description": content.say("sheetline_description", language, title=title, survey=survey["title"], date=stand),
        "keywords": [survey["key"], survey["model"]],
        "year": made.year,
        "month": made.month,
        "day": made.day,
        "long_name": len(name) > LONG_NAME,
        "large": kind == "council",
        "eyebrow": content.say(f"sheetline_eyebrow_{form}", language, survey=survey["title"]),
        "synthetic_note": synthetic,
        "running": "" if kind == "council" else " · ".join(part.rstrip(".") for part in running),
        "certainty": _certainty(local) if kind == "council" else "",
        "colophon": _colophon(local["footer"]),
        "facts": _facts(local, language, content),
        "goals_lead": _goals_lead(survey.get("question") or {}, language, content),
        "share_lead": _share_lead(local, language, content),
        "fields_lead": _fields_lead(local, language, content),
        "public": local.get("audience") == "public",
        "sender": load_sender(content.folder).printed(language),
        **(_own_parts(local, language, content) if municipality else {}),
        **(_paper(local, language, content) if form == "council" else {}),
    }


def _own_parts(view: dict[str, Any], language: Language, content: Content) -> dict[str, Any]:
    """What only the sheets of a municipality need: what is compared, and with whom to speak first."""
    rows = [*view["goals"], *view["fields"]]
    answers = [view["goals"], view["fields"], view["agenda"], view["pain_points"]]
    known = content.type(view["type"]["key"]) if view["type"] else None
    telling = {
        "goals": [goal for goal in view["goals"] if goal["chosen"]],
        "fields": [field for field in view["fields"] if field["standing"]],
    }
    brief = {name: part[:BRIEF] for name, part in telling.items()}
    question = view["survey"].get("question") or {}
    partners = {item["key"] for item in (*view["similar"], *view["complementary"])}
    return {
        "brief": brief,
        "brief_n": {name: _answered(part, view, language, content) for name, part in brief.items()},
        "brief_lead": {
            "goals": _shown("goals", telling["goals"], _goals_lead(question, language, content), language, content),
            "fields": _shown("fields", telling["fields"], _standing_rule(view, language, content), language, content),
        },
        "more_partners": len(partners) > len(view["summary"]["partners"]),
        "step_sources": _sources(view["agenda"], language, content),
        "pain_sources": _sources(view["pain_points"], language, content),
        # of a public sheet a size class would rest on fewer answers than its type and all, and no line says so
        "sized": view.get("audience") != "public" and any(row.get("size") is not None for row in rows),
        "size_short": _size_short(view["size_class"]),
        "goals_n": _answered(view["goals"], view, language, content),
        "fields_n": _answered(view["fields"], view, language, content),
        "steps": [_step(step, language, content) for step in view["agenda"]],
        "first_partners": [
            found | named
            for named in view["summary"]["partners"]
            for found in view[named["list"]]
            if found["key"] == named["key"]
        ],
        # on a public sheet nothing stands of who keeps its answers closed
        "own_shown": view.get("audience") != "public" or any(answers),
        "portrait": {
            "motto": known.motto.of(language) if known.motto else None,
            "text": known.portrait.of(language),
            "learn_from": list(known.learn_from.of(language)),
            "source": known.quelle,
        }
        if known
        else None,
        "map": view.get("map"),
    }


def _paper(view: dict[str, Any], language: Language, content: Content) -> dict[str, Any]:
    """What makes the first steps succeed, the lines that only the administration can fill in."""
    steps = view["agenda"][:FIRST]
    pains = [pain["key"] for pain in view["pain_points"] if pain["state"] == PainState.CURRENT]
    size = (view["size_class"] or {}).get("key", "")
    found = load_success_factors(content.folder).fitting(
        view["body"],
        size,
        [step["key"] for step in steps],
        pains,
        [step["field"]["key"] for step in steps if step["field"]],
    )
    return {
        "weak_rule": content.say(f"sheetline_council_weak{'' if view['type'] else '_all'}", language)
        if any(field["standing"] == Standing.WEAK for field in view["fields"])
        else "",
        "factors": [item.text.of(language) for item in found[:SHOWN]] if steps else [],
        "paper": [
            {"title": part.title.of(language), "text": part.text.of(language)}
            for part in load_council_paper(content.folder).parts
        ],
    }


def _step(step: dict[str, Any], language: Language, content: Content) -> dict[str, Any]:
    """One step with its facts as finished lines: what it takes, who decides, who has done it."""
    facts = [step["takes"] or ""]
    facts += [content.say("step_decides", language, decides=step["decides"])] if step["decides"] else []
    done = [
        content.say(for_one(f"step_{state}", others), language, names=", ".join(other["name"] for other in others))
        for state in ("done", "running")
        if (others := step[state])
    ]
    lead = (step["partner_lead"] or "").rstrip(":")
    return step | {"facts": [fact for fact in facts if fact], "others": done, "partner_lead": lead}


def _shown(name: str, telling: list[dict[str, Any]], rule: str, language: Language, content: Content) -> str:
    """Which of the answers a short sheet compares, and what the figures beside them mean."""
    return content.say(f"sheetline_{name}_{'short' if len(telling) <= BRIEF else 'some'}", language, rule=rule)


def _sources(items: list[dict[str, Any]], language: Language, content: Content) -> dict[str, Any]:
    """The sources of steps or pain points, each named once (``named``), and whether some only lent the content."""
    editorial = content.say("action_source_editorial", language, source="")
    named = [item["source"].removesuffix(editorial).split(BETWEEN) for item in items]
    return {
        "named": [part for part in dict.fromkeys(itertools.chain(*named)) if part],
        "editorial": any(item["source"].endswith(editorial) for item in items),
    }


def _reach(item: dict[str, Any], language: Language, content: Content) -> str | None:
    """How many inhabitants a partner has and how far away it lies, as far as known."""
    people, km = (
        None if item[name] is None else number(item[name], language) for name in ("population", "distance_km")
    )
    if people is None and km is None:
        return None
    if km is None:
        return content.say("sheetline_reach_people", language, n=people)
    if people is None:
        return content.say("sheetline_reach_km", language, km=km)
    return content.say("sheetline_reach", language, n=people, km=km)


def _size_short(size_class: dict[str, Any] | None) -> str:
    """The name of a size class in a narrow column: "GK 3" of "Kreise GK 3: unter 150.000"."""
    label = size_class["label"].split(":")[0] if size_class else ""
    return " ".join(label.split()[-2:])


def _answered(rows: list[dict[str, Any]], view: dict[str, Any], language: Language, content: Content) -> str:
    """How many answers the figures of a table rest on, said once; on public sheets without a number.

    What is published of a group is its size and not how many of it answered a question: that would tell few answers.
    """
    if not rows:
        return ""
    if view.get("audience") == "public":
        return content.say("sheetline_n_public", language)
    groups = {"type": "n_type", "size": "n_size", "all": "n_all"}
    told = {}
    for group, name in groups.items():
        counts = [row[name] for row in rows if row.get(name) and row.get(group) is not None]
        if counts:
            told[group] = span(number(min(counts), language), number(max(counts), language))
    if "all" not in told:
        return ""
    return content.say("_".join(["sheetline_n", *told]), language, **told)


def _fields_lead(view: dict[str, Any], language: Language, content: Content) -> str:
    if view["kind"] != "municipality":
        return content.say("sheetline_fields_type", language)
    return content.say("sheetline_fields_municipality", language, rule=_standing_rule(view, language, content))


def _standing_rule(view: dict[str, Any], language: Language, content: Content) -> str:
    """What strong and weak mean for this municipality."""
    usual = "standing_rule" if view["type"] else "standing_rule_all"
    rule: str = view["standing_rule"] or content.say(usual, language)
    return rule


def _share_lead(view: dict[str, Any], language: Language, content: Content) -> str:
    """The share that the model estimates, apart from the count of those assigned."""
    if view["kind"] != "type" or view["share"] is None:
        return ""
    return content.say("sheetline_share_percent", language, share=percent(view["share"], language))


def words(language: Language, content: Content) -> dict[str, str]:
    """The fixed words of the sheets, by key without its ``sheet_``."""
    return {
        key.removeprefix("sheet_"): content.say(key, language) for key in content.sentences if key.startswith("sheet_")
    }


def localise(value: Any, language: Language) -> Any:
    """The same data with every ``{"de": …, "en": …}`` replaced by its text in one language, or else the English."""
    if isinstance(value, dict):
        if value.keys() >= set(BUILT_IN):
            return value.get(language, value["en"])
        called = {"name": name_in(value, language)} if "names" in value else {}
        return {key: localise(part, language) for key, part in (value | called).items() if key != "names"}
    if isinstance(value, list | tuple):
        return [localise(part, language) for part in value]
    return value


def _check(view: dict[str, Any], kind: str) -> str:
    known = str(view.get("kind", ""))
    if (known, kind) not in TEMPLATES:
        choices = ", ".join(f"{of}: {form}" for of, form in TEMPLATES)
        raise PublishingError(Said("publishing.no_such_sheet", view=known, kind=kind, choices=choices))
    found = Findings()
    key = str(view.get("key", ""))
    for part in REQUIRED[known]:
        if part not in view:
            found.error("sicht", Said("publishing.entry_missing"), key=key, column=part)
    found.raise_if_failed(PublishingError, "publishing.view_lacks_entries", name=key)
    return TEMPLATES[known, kind]


def _fill(view: dict[str, Any]) -> dict[str, Any]:
    """Lists that a view leaves out are empty, single values that it leaves out are none."""
    of = str(view["kind"])
    filled: dict[str, Any] = dict.fromkeys(OPTIONAL[of]) | {part: [] for part in LISTS[of]} | view
    filled |= {part: filled[part] or [] for part in LISTS[of]}
    if of == "municipality":
        for part in ("similar", "complementary"):
            filled[part] = [PARTNER | item for item in filled[part]]
        filled["agenda"] = [STEP | step for step in filled["agenda"]]
        filled.setdefault("agenda_estimates", None)
        filled["summary"] = SUMMARY | (filled.get("summary") or {})
        filled["type"] = filled["type"] and {"signature": []} | filled["type"]
        signs = {goal["key"] for goal in filled["goals"]} & set(filled["type"]["signature"] if filled["type"] else ())
        filled["goals"] = [{"chosen": goal["own"] == "ja", "size": None} | goal | {"signature": goal["key"] in signs}
                           for goal in filled["goals"]]  # fmt: skip
        filled["fields"] = [{"size": None} | field for field in filled["fields"]]
    if of == "type":
        chosen = {goal["key"] for goal in filled["signature"]}
        usual = {"low": None, "high": None, "all": None, "n_type": None, "n_all": None}
        usual |= dict.fromkeys(("corrected", "corrected_low", "corrected_high"))
        for part in ("goals", "fields", "instruments"):
            filled[part] = [usual | item | {"signature": item["key"] in chosen} for item in filled[part]]
    if of == "overview":
        unknown: dict[str, Any] = {"signature": [], "low": None, "high": None, "stability": None, "score": None,
                                   "weighted": None}  # fmt: skip
        filled["types"] = [unknown | item for item in filled["types"]]
        filled["quality"] = [{"note": ""} | item for item in filled["quality"]]
    return filled


def _facts(view: dict[str, Any], language: Language, content: Content) -> list[str]:
    """What stands under the name, in the order in which it is read."""
    if view["kind"] == "type":
        facts = []
        # no number where it is too few to show in a public sheet; of a leaning, which has no share, none is counted
        if view["n"] is not None and view["share"] is not None:
            total = number(view["survey"]["n"], language)
            facts.append(content.say("sheetline_share", language, n=number(view["n"], language), total=total))
        return facts
    if view["kind"] == "overview":
        return []
    facts = [view.get("kind_label") or "", view.get("kreis_name") or ""]
    facts.append(land if (land := view.get("land_name") or "") != view.get("name") else "")
    if view.get("population"):
        facts.append(content.say("sheetline_inhabitants", language, n=number(view["population"], language)))
    if view.get("area_km2"):
        facts.append(content.say("sheetline_area", language, n=number(view["area_km2"], language, 1)))
    if view.get("size_class"):
        facts.append(content.say("sheetline_size_class", language, label=view["size_class"]["label"]))
    facts.append(content.say("sheetline_key", language, code=view["key"]))
    return [fact for fact in dict.fromkeys(facts) if fact and fact != view["name_long"]]


def _certainty(view: dict[str, Any]) -> str:
    """The type in a sentence, and how sure it is."""
    return " ".join(part for part in (view["status"]["sentence"], view["summary"]["sure"]) if part)


def _goals_lead(question: dict[str, Any], language: Language, content: Content) -> str:
    kind, limit = question.get("kind", "yes_no"), question.get("limit")
    if kind in ("pick", "ranking") and not limit:
        return content.say(f"sheetline_goals_{kind}_any", language)
    return content.say(f"sheetline_goals_{kind}", language, limit=limit)


def _colophon(footer: dict[str, Any]) -> list[str]:
    """Where the numbers come from, and what this sheet is not."""
    closing = [_sentence(part) for part in (footer["no_offer"], footer.get("synthetic")) if part]
    return [footer["source"], " ".join(closing)]


def _sentence(text: str) -> str:
    return text if text.endswith(".") else f"{text}."
