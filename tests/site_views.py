"""Sample views, register and typology for the tests of the site: small, invented, with the longest names."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd

from typology.content.catalogue import Content, load_content
from typology.publishing.views.values import type_marks

LONG = "Sankt Hellschen-Heringsand-Unterschaar an der Oberen Wümmeniederung, Universitäts- und Hansestadt"
NAMES = (
    ("90101003", "Ahrfelde", "Stadt", "Übungskreis Nordheide", "Übungsland Nord"),
    ("90101004", LONG, "Stadt", "Übungskreis Nordheide", "Übungsland Nord"),
    ("90101005", "Neuenkirchen", "Gemeinde", "Übungskreis Nordheide", "Übungsland Nord"),
    ("90102001", "Neuenkirchen", "Gemeinde", "Übungskreis Südmarsch-Osterbördeland", "Übungsland Nord"),
    ("91000000", "Groß Lüßow", "Kreisfreie Stadt", "Groß Lüßow", "Übungsland Süd"),
    ("91201", "Übungskreis Sankt Wendelin", "Landkreis", "Übungskreis Sankt Wendelin", "Übungsland Süd"),
    ("912010001", "Amt Au", "Amt", "Übungskreis Sankt Wendelin", "Übungsland Süd"),
    ("91201001", "Au", "Gemeinde", "Übungskreis Sankt Wendelin", "Übungsland Süd"),
    ("91201002", "St. Wendelin", "Stadt", "Übungskreis Sankt Wendelin", "Übungsland Süd"),
)
# Real names for the search: homonyms, ß, ae, lost zero, abbreviations. None of them is listed.
REAL = (
    ("01051074", "Neuenkirchen", "Gemeinde", "Dithmarschen", "Schleswig-Holstein"),
    ("03357035", "Neuenkirchen", "Gemeinde", "Rotenburg (Wümme)", "Niedersachsen"),
    ("05566068", "Neuenkirchen", "Gemeinde", "Steinfurt", "Nordrhein-Westfalen"),
    ("05562", "Recklinghausen", "Kreis", "Recklinghausen", "Nordrhein-Westfalen"),
    ("09162000", "München, Landeshauptstadt", "Kreisfreie Stadt", "München", "Bayern"),
    ("09575153", "Neustadt a.d.Aisch", "Stadt", "Neustadt a.d.Aisch-Bad Windsheim", "Bayern"),
    ("10046117", "St. Wendel", "Kreisstadt", "St. Wendel", "Saarland"),
    ("06435014", "Gründau", "Gemeinde", "Main-Kinzig-Kreis", "Hessen"),
    ("08128061", "Külsheim", "Stadt", "Main-Tauber-Kreis", "Baden-Württemberg"),
    ("03151025", "Sassenburg", "Gemeinde", "Gifhorn", "Niedersachsen"),
    ("09471185", "Schlüsselfeld", "Stadt", "Bamberg", "Bayern"),
    ("06431002", "Biblis", "Gemeinde", "Bergstraße", "Hessen"),
)
LISTED = ("90101003", "90101004", "90102001", "91000000", "91201", "91201001", "91201002")
SAMPLE = {
    "de": "Mitgliederbefragung, keine Zufallsstichprobe. Die Ergebnisse gelten für die Befragten.",
    "en": "Survey of members, no random sample. The results hold for those who answered.",
}


def both(german: str, english: str | None = None) -> dict[str, str]:
    return {"de": german, "en": german if english is None else english}


def register() -> pd.DataFrame:
    """Practice bodies and a few real ones, with the optional columns."""
    rows = pd.DataFrame([*NAMES, *REAL], columns=["key", "name", "kind_label", "kreis_name", "land_name"])
    rows["listed"] = rows["key"].isin(LISTED)
    rows["partner"] = rows["key"].isin(LISTED[1:])
    practice = rows["key"].str.startswith("9")
    rows["longitude"] = (8.0 + 0.17 * rows.index.to_numpy()).round(3)
    rows["latitude"] = (52.0 - 0.4 * (rows.index.to_numpy() % 3)).round(3)
    rows.loc[~practice, ["longitude", "latitude"]] = None
    rows["size_class"] = ["LK2" if len(key) == 5 else f"GK{4 + sum(map(int, key)) % 4}" for key in rows["key"]]
    return rows


def typology(*, synthetic: bool = True, kind: str = "pick", named: bool = True) -> dict[str, Any]:
    """A frozen typology with the four described types."""
    content = load_content()
    generator = np.random.default_rng(3)
    answers = ["niedrig", "mittel", "hoch"] if kind == "rating" else ["nein", "ja"]
    types = []
    for place, (item, share) in enumerate(zip(content.types, (0.31, 0.27, 0.24, 0.18), strict=True)):
        probabilities = {}
        for goal in content.goals:
            high = 0.72 if goal.key in item.signature else round(0.06 + 0.14 * generator.random(), 6)
            probabilities[goal.key] = [1 - high, high] if len(answers) == 2 else [1 - high, high / 3, high * 2 / 3]
        key = item.key if named else f"gruppe_{'abcd'[place]}"
        types.append({**mark(content, key), "share": share, "probabilities": probabilities})
        if kind == "pick":
            odds = {goal: values[1] / values[0] for goal, values in probabilities.items()}
            mean = sum(odds.values()) / len(odds)
            types[-1]["odds"] = {goal: round(value / mean, 6) for goal, value in odds.items()}
    rest = [0.000001] * (len(content.goals) - 3)
    ticks = [0.000001, 0.05, 0.15, round(0.799999 - sum(rest), 6), *rest]
    return {
        **({"ticks": ticks} if kind == "pick" else {}),
        "format": "typology/1",
        "version": "demo-2026-06-30-ab12cd34",
        "synthetisch": synthetic,
        "survey": {k: survey()[k] for k in ("key", "title", "date", "source", "sample")},
        "question": {
            "kind": kind,
            "limit": 3 if kind in ("pick", "ranking") else None,
            "text": both(
                "Welche Ziele haben bei Ihnen Vorrang? Wählen Sie bis zu drei.",
                "Which goals come first for you? Choose up to three.",
            ),
        },
        "goals": [{"key": goal.key, "label": goal.label.model_dump(), "answers": answers} for goal in content.goals],
        "types": types,
        "thresholds": {"clear": 0.8, "mixed": 0.8, "min_answered": 1},
        "naming": {
            "score": {},
            "margin": None,
            "threshold": 0.2,
            "gate": 0.2,
            "permutation": {},
            "candidate": {},
            "reasons": {},
            "explanation": "naming_all",
        },
        "quality": {},
        "provenance": {},
    }


def mark(content: Content, key: str) -> dict[str, Any]:
    """Name, letter, symbol and colour of a type or an unnamed class."""
    return type_marks(content, [key])[key]


def survey() -> dict[str, Any]:
    return {
        "key": "demo",
        "title": both("Digitale Ziele der Kommunen – Übungsbefragung", "Digital goals – practice survey"),
        "date": "2026-06-30",
        "source": "Erfundene Antworten, typology",
        "sample": SAMPLE,
        "n": 412,
        "model": "demo-2026-06-30-ab12cd34",
        "question": {"kind": "pick", "limit": 3},
    }


def footer() -> dict[str, Any]:
    return {
        "source": both("Quelle: Erfundene Antworten", "Source: invented answers"),
        "no_offer": both("Kein Angebot von ÖFIT oder KGSt.", "Not an offer of ÖFIT or KGSt."),
        "synthetic": both("synthetisch – Übungsdaten", "synthetic – practice data"),
    }


def type_views(model: dict[str, Any] | None = None) -> list[dict[str, Any]]:
    content = load_content()
    views = []
    for item in (model or typology())["types"]:
        known = content.type(item["key"])
        goals = [
            {
                "key": goal.key,
                "label": goal.label.model_dump(),
                "type": item["probabilities"][goal.key][-1],
                "low": max(0.0, item["probabilities"][goal.key][-1] - 0.07),
                "high": min(1.0, item["probabilities"][goal.key][-1] + 0.08),
                "all": 0.2 + 0.01 * place,
                "n_type": 104,
                "n_all": 412,
            }
            for place, goal in enumerate(content.goals)
        ]
        views.append(
            {
                "format": "view/1",
                "kind": "type",
                "audience": "public",
                **{
                    name: item[name]
                    for name in ("key", "label", "short", "letter", "symbol", "colour", "named", "share")
                },
                "synthetic": True,
                "survey": survey(),
                "n": 104,
                "motto": known.motto.model_dump() if known and known.motto else None,
                "portrait": known.portrait.model_dump() if known else None,
                "learn_from": [both(a, b) for a, b in zip(known.learn_from.de, known.learn_from.en, strict=True)]
                if known
                else [],
                "source": known.quelle if known else "",
                "signature": [
                    {"key": key, "label": both(content.label("goal", key), content.label("goal", key, "en"))}
                    for key in known.signature
                ]
                if known
                else [],
                "goals": goals,
                "fields": [
                    {
                        "key": f.key,
                        "label": f.label.model_dump(),
                        "type": 2.4 + 0.13 * i,
                        "all": 2.9,
                        "n_type": 98 + i,
                        "n_all": 390,
                    }
                    for i, f in enumerate(content.fields)
                ],
                "instruments": [
                    {
                        "key": "eid",
                        "label": both("eID", "eID"),
                        "type": 0.4,
                        "low": 0.3,
                        "high": 0.5,
                        "n_type": 98,
                        "all": 0.3,
                        "n_all": 390,
                    },
                    {
                        "key": "cdo",
                        "label": both("CDO", "CDO"),
                        "type": None,
                        "low": None,
                        "high": None,
                        "n_type": 98,
                        "all": 0.2,
                        "n_all": 390,
                    },
                ],
                "size_classes": [
                    {"key": "unter_25000", "label": both("unter 25.000", "below 25,000"), "n": 71},
                    {"key": "ab_25000", "label": both("ab 25.000", "25,000 and more"), "n": 33},
                    {"key": "kreise", "label": both("Kreise", "Districts"), "n": None},
                ],
                "notes": [],
                "footer": footer(),
            }
        )
    return views


def municipality_views(model: dict[str, Any] | None = None) -> list[dict[str, Any]]:
    return [municipality_view(key, place, model or typology()) for place, key in enumerate(LISTED)]


def municipality_view(key: str, place: int, model: dict[str, Any]) -> dict[str, Any]:
    """One public view; the third has no answers published, the fourth has no type."""
    content = load_content()
    _, name, kind, kreis, land = next(row for row in NAMES if row[0] == key)
    types = [{k: v for k, v in item.items() if k not in ("share", "probabilities", "odds")} for item in model["types"]]
    chances = [0.06, 0.05, 0.04, 0.03]
    chances[place % 4] += 1 - math.fsum(chances)
    first = {**types[place % 4], "probability": chances[place % 4]}
    closed, none = place == 2, place == 3
    goals = [
        {
            "key": goal.key,
            "label": goal.label.model_dump(),
            "own": "ja" if i % 5 == place % 5 else "nein",
            "chosen": i % 5 == place % 5,
            "own_label": both("gewählt", "chosen") if i % 5 == place % 5 else both("nicht gewählt", "not chosen"),
            "type": None if none else 0.1 + 0.06 * i,
            "all": 0.15 + 0.04 * i,
            "n_type": None if none else 104,
            "n_all": 412,
            "size": None if i == 3 else 0.1 + 0.05 * i,
            "n_size": None if i == 3 else 21,
        }
        for i, goal in enumerate(content.goals)
    ]
    fields = [
        {
            "key": f.key,
            "label": f.label.model_dump(),
            "own": None if i == 9 else float(1 + (i + place) % 5),
            "type": None if none else 2.2 + 0.2 * i,
            "all": 2.9,
            "n_type": None if none else 98,
            "n_all": 390,
            "size": None if place else 3.1,
            "n_size": None if place else 19,
            "standing": ("stark", "", "schwach")[i % 3],
            "wichtig": 4,
        }
        for i, f in enumerate(content.fields)
    ]
    pain = content.pain_points[0]
    return {
        "format": "view/1",
        "kind": "municipality",
        "audience": "public",
        "key": key,
        "name": name.split(",")[0],
        "name_long": name,
        "kind_label": both(kind, kind),
        "kreis_name": kreis,
        "land_name": land,
        "size_class": {
            "key": "GK5",
            "label": both(content.label("size_class", "GK5"), content.label("size_class", "GK5", "en")),
        },
        "population": 31245,
        "area_km2": 84.3,
        "synthetic": True,
        "survey": survey(),
        "type": None if none else first,
        "second_type": None,
        "status": {
            "key": "nicht_zuzuordnen" if none else "klar",
            "sentence": both(
                "Die Antworten lassen sich keinem Typ sicher genug zuordnen.", "The answers cannot be assigned."
            )
            if none
            else both(
                f"{name} gehört klar zum Typ {first['label']['de']}.",
                f"{name} clearly belongs to {first['label']['en']}.",
            ),
        },
        "probabilities": []
        if closed
        else [{**t, "type": t["key"], "probability": p} for t, p in zip(types, chances, strict=True)],
        "goals": [] if closed else goals,
        "fields": [] if closed else fields,
        "standing_rule": content.sentences["standing_rule_all" if none else "standing_rule"].all(),
        "pain_points": []
        if closed
        else [
            {
                "key": pain.key,
                "label": pain.label.model_dump(),
                "state": "aktuell",
                "state_label": both("aktuell", "current"),
                "way_out": {
                    "label": pain.way_out.label.model_dump(),
                    "text": pain.way_out.text.model_dump(),
                    "legal_form": None,
                    "examples": both("Beispiele: zwei Städte", "Examples: two towns"),
                },
                "source": content.pain_points_source,
            }
        ],
        "agenda": []
        if closed
        else [
            {
                "key": "schritt",
                "title": both("Ziele festlegen", "Settle the goals"),
                "how": both("Mit dem Rat.", "With the council."),
                "trigger": both("Keine Strategie", "No strategy"),
                "source": both("Leitfaden", "Guide"),
                "partners": [{"key": LISTED[0], "name": "Ahorn", "listed": True}] if key != LISTED[0] else [],
            }
        ],
        "agenda_questions": []
        if closed
        else [{"text": both("Was ist uns wichtig?", "What matters to us?"), "source": both("Leitfaden", "Guide")}],
        "cooperation": []
        if closed
        else [
            {
                "label": pain.label.model_dump(),
                "sentence": both("Zwei nahe Kommunen passen zusammen.", "Two near municipalities fit together."),
                "members": [{**partner(model, k), "host": k == LISTED[0]} for k in LISTED[:2] if k != key],
                "past": [partner(model, k) for k in LISTED[2:3] if k != key],
                "share": [both("Personal", "Staff")],
                "source": both("Leitfaden", "Guide"),
            }
        ],
        "missing_similar": both("Noch keine passende Kommune. Es fehlen Kommunen.", "None yet. Some are missing.")
        if place == 5
        else None,
        "missing_complementary": None,
        "similar": []
        if place in (2, 5)
        else [partner(model, k) for k in LISTED if k != key and len(k) == len(key)][:3],
        "complementary": []
        if place == 2
        else [partner(model, k) for k in LISTED[::-1] if k != key and len(k) == len(key)][:2],
        "no_partner": both("Noch keine passende Kommune.", "No suitable municipality yet."),
        "team": {
            "name": "D-Team 1",
            "topic": both("Prozesse gemeinsam beschreiben", "Describe processes together"),
            "members": [{**partner(model, k), "host": i == 0} for i, k in enumerate(LISTED[:4])],
        }
        if place < 4
        else None,
        "notes": [
            both("Keine Rangfolge: Kein Typ ist besser als ein anderer.", "No ranking: no type is better than another.")
        ],
        "footer": footer(),
    }


def partner(model: dict[str, Any], key: str) -> dict[str, Any]:
    _, name, _, kreis, land = next(row for row in NAMES if row[0] == key)
    kind = {
        k: v for k, v in model["types"][LISTED.index(key) % 4].items() if k not in ("share", "probabilities", "odds")
    }
    return {
        "key": key,
        "name": name.split(",")[0],
        "kreis_name": kreis,
        "land_name": land,
        "type": kind,
        "topic": both("Datenmanagement", "Data management"),
        "likeness": both("ähnliche Größe und Lage", "similar size and place"),
        "difference": both("weiter im Prozessmanagement", "further in process management"),
        "closeness": both("nah", "near"),
        "mutual": key == LISTED[0],
        "mailbox": "digitales@beispiel.example" if key == LISTED[0] else "",
        "distance_km": 42.0,
    }


def overview(model: dict[str, Any] | None = None) -> dict[str, Any]:
    items = (model or typology())["types"]
    return {
        "format": "view/1",
        "kind": "overview",
        "key": "demo",
        "synthetic": True,
        "survey": survey(),
        "types": [
            {
                **{k: v for k, v in item.items() if k != "probabilities"},
                "low": item["share"] - 0.05,
                "high": item["share"] + 0.05,
                "n": 104,
            }
            for item in items
        ],
        "quality": [
            {
                "key": "replicated",
                "label": both("Starts mit gleicher Lösung", "Starts with the same solution"),
                "value": both("62 %", "62%"),
                "note": both("von 500", "of 500"),
            }
        ],
        "method": [both("500 Zufallsstarts.", "500 random starts.")],
        "limits": [both("Keine Hochrechnung.", "No projection.")],
        "naming": both("Alle Gruppen tragen Namen.", "All groups have names."),
        "verdict": both("Vier Gruppen.", "Four groups."),
        "team_bound": both("Höchstens 8 von 9 Beteiligten passen in ein Team.", "At most 8 of 9 fit into a team."),
        "goals": [
            {
                "key": goal.key,
                "label": goal.label.model_dump(),
                "all": 0.3,
                "values": {item["key"]: item["probabilities"][goal.key][-1] for item in items},
            }
            for goal in load_content().goals
        ],
        "notes": [],
        "footer": footer(),
    }


def workshop() -> dict[str, Any]:
    """The page on pain points; the second size class is too small to show."""
    content = load_content()

    def row(key: str, de: str, en: str, share: float | None) -> dict[str, Any]:
        spread = {"low": None if share is None else share - 0.1, "high": None if share is None else share + 0.1}
        solved = {"estimate": None if share is None else 0.2, "low": None, "high": None}
        return {
            "key": key,
            "label": both(de, en),
            "n": None if share is None else 40,
            "aktuell": {"estimate": share, **spread},
            "geloest": solved,
        }

    return {
        "title": both("Schmerzpunkte kleiner Kommunen", "Pain points of small municipalities"),
        "lead": both("Vorlage für einen Workshop.", "Material for a workshop."),
        "interval_note": both("Keine Hochrechnung.", "No projection."),
        "core": {"text": both("Ein Zielbild hilft.", "A target picture helps."), "source": "KGSt-Workshop"},
        "pain_points": [
            {
                "key": pain.key,
                "label": pain.label.model_dump(),
                "description": pain.description.model_dump(),
                "sizes": [row("GK6", "Größenklasse 6", "size class 6", 0.61), row("GK7", "Klasse 7", "class 7", None)],
                "types": [{**row("optimierer", "Die Optimierer", "The optimisers", 0.4), "geloest": None}],
                "all": [row("alle", "Alle Kommunen", "All municipalities", 0.47)],
                "way_out": {
                    "label": pain.way_out.label.model_dump(),
                    "text": pain.way_out.text.model_dump(),
                    "legal_form": None,
                    "examples": both("Beispiele: zwei Städte", "Examples: two towns"),
                },
                "share": [both("Personal", "Staff")],
                "success": [both("Früh anfangen", "Begin early")],
                "groups": [
                    {"group": "g1", "members": [{**partner(typology(), k), "host": k == LISTED[0]} for k in LISTED]}
                ],
                "source": content.pain_points_source,
            }
            for pain in content.pain_points
        ],
        "course": {"steps": [both("Einladen", "Invite")], "source": "Leitfaden"},
        "questions": [both("Wer lädt ein?", "Who invites?")],
    }


def tables() -> dict[str, pd.DataFrame]:
    return {"types": pd.DataFrame({"type": ["bedaechtige", "optimierer"], "n": [104.0, None], "share": [0.31, 0.27]})}


def rare() -> dict[str, Any]:
    """Views with the parts that only some studies have: two waves, places on leanings, groups that are weak."""
    model = typology(synthetic=False)
    types, views, shown = type_views(model), municipality_views(model), overview(model)
    sentences = [
        both("2024 war es derselbe Typ.", "In 2024 it was the same type."),
        both("Das Modell blieb.", "The model stayed."),
    ]
    marks = [{name: item[name] for name in ("key", "label", "short", "letter", "symbol", "colour")} for item in types]
    views[0] = {**views[0], "wave": sentences}
    views[1] = {**views[1], "probabilities": None, "leanings": [
        {**mark, "place": place, "error": 0.4} for mark, place in zip(marks, (-2.9, -0.4, 0.3, 2.9), strict=True)
    ]}  # fmt: skip
    types = [{**item, "wave": sentences} for item in types]
    movement = [{"label": item["label"], "n": 40, "moved": moved, "expected": 0.2, "low": low, "high": 0.4}
                for item, moved, low in zip(types, (12, None, 3, 0), (0.1, None, 0.1, 0.1), strict=True)]  # fmt: skip
    points = both("+2 Punkte", "+2 points")
    shares = [{"label": item["label"], "before": 0.3, "own_change": points, "model_change": points, "now": 0.34}
              for item in types]  # fmt: skip
    shown["wave"] = {"sentences": sentences, "movement": movement, "shares": shares}
    doubt = both("Die Antworten sprechen eher für Abstufungen.", "The answers speak for degrees.")
    shown["survey"] = {**shown["survey"], "weak": True, "degrees": doubt, "doubted": doubt}
    return {"municipality_views": views, "type_views": types, "overview": shown, "typology": model}
