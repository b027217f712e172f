"""Sample views of every kind for the tests of sheets and pages: invented municipalities, no study behind them."""

from __future__ import annotations

from typing import Any

import numpy as np

from typology.content.catalogue import Content, load_content
from typology.publishing.views.portrait import portrait_page
from typology.publishing.views.summary import summary
from typology.publishing.views.values import type_marks

DATE = "2026-06-30"
MODEL = "demo-2026-06-30-ab12cd34"
N = 412
LONG_NAME = "Oelsnitz/Vogtl., Bösenbrunn, Eichigt und Triebel/Vogtl., Verwaltungsgemeinschaft"  # 80 characters
LONG_KREIS = "Märkisch-Oderland-Uckermark-Spree-Neiße-Kreis"
LAND = "Mecklenburg-Vorpommern-Mitte"
# name, Kreis, Land, type
PARTNERS = (
    ("Ahornfelde", "Seenkreis", "Nordmark", 1),
    ("Clausthal-Zellerfeld, Berg- und Universitätsstadt", LONG_KREIS, LAND, 3),
    ("Verbandsgemeinde Obere Aller-Heiderand-Weferlingen", LONG_KREIS, LAND, 2),
    ("Birkenau am See", "Seenkreis", "Nordmark", 1),
    ("Lübben (Spreewald) / Lubin (Błota), Stadt", "Dahme-Spreewald", LAND, 0),
)

Both = dict[str, str]
View = dict[str, Any]


def two(german: str, english: str) -> Both:
    """A text in both languages."""
    return {"de": german, "en": english}


def mark(place: int, *, named: bool = True) -> View:
    """The mark of the type at that place in the neutral order, or of the group at that place."""
    content = load_content()
    key = content.types[place].key if named else f"gruppe_{'abcdefghijkl'[place]}"
    return type_marks(content, [key])[key]


def survey(*, kind: str = "pick") -> View:
    """The survey block."""
    return {
        "key": "demo",
        "title": two(
            "Digitale Ziele der Kommunen – Übungsbefragung", "Digital goals of municipalities – practice survey"
        ),
        "date": DATE,
        "source": "Übungsbefragung, mit dem Programm erzeugt",
        "sample": two("Freiwillige Teilnahme, keine Zufallsstichprobe.", "Voluntary participation, no random sample."),
        "n": N,
        "model": MODEL,
        "licence": "CC BY 4.0",
        "degrees": None,
        "weak": False,
        "question": {
            "kind": kind,
            "limit": 3 if kind in ("pick", "ranking") else None,
            "text": two("Welche Ziele verfolgen Sie vorrangig?", "Which goals come first?"),
        },
    }


def footer(*, synthetic: bool = True) -> View:
    """The footer block."""
    return {
        "source": two(
            f"Quelle: Übungsbefragung, mit dem Programm erzeugt. Stand: 30.06.2026. Modell: {MODEL}. "
            f"Grundlage: {N} Antworten. Freiwillige Teilnahme, keine Zufallsstichprobe.",
            f"Source: practice survey, made by the program. As of: {DATE}. Model: {MODEL}. Based on {N} responses. "
            "Voluntary participation, no random sample.",
        ),
        "no_offer": two("Kein Angebot von ÖFIT oder KGSt.", "Not an offer of ÖFIT or KGSt."),
        "synthetic": two("synthetisch – Übungsdaten", "synthetic – practice data") if synthetic else None,
    }


def goals(content: Content, rng: np.random.Generator, *, typed: bool, answered: bool = True) -> list[View]:
    """Goals with three chosen."""
    chosen = set(rng.choice(len(content.goals), 3, replace=False).tolist())
    rows = []
    for place, goal in enumerate(content.goals):
        own = ("ja" if place in chosen else "nein") if answered else ""
        label = {
            "ja": two("genannt", "named"),
            "nein": two("nicht genannt", "not named"),
            "": two("keine Angabe", "no answer"),
        }
        rows.append(
            {
                "key": goal.key,
                "label": goal.label.model_dump(),
                "short": goal.short.model_dump(),
                "own": own,
                "own_label": label[own],
                "type": round(float(rng.uniform(0.02, 0.95)), 4) if typed else None,
                "all": round(float(rng.uniform(0.1, 0.6)), 4),
                "n_type": 110 if typed else None,
                "n_all": N,
                "chosen": own == "ja",
                "size": round(float(rng.uniform(0.1, 0.6)), 4),
                "n_size": 31,
            }
        )
    return rows


def fields(content: Content, rng: np.random.Generator, *, typed: bool, answered: bool = True) -> list[View]:
    """Fields of action; the first two strong, the third weak."""
    standing = ("stark", "stark", "schwach")
    return [
        {
            "key": field.key,
            "label": field.label.model_dump(),
            "short": field.short.model_dump(),
            "own": float(5 - place % 5) if answered else None,
            "type": round(float(rng.uniform(2, 4)), 4) if typed else None,
            "all": round(float(rng.uniform(2, 4)), 4),
            "n_type": 108 - place if typed else None,
            "n_all": 405 - place,
            "size": round(float(rng.uniform(2, 4)), 4),
            "n_size": 30,
            "standing": standing[place] if answered and place < 3 else "",
            "wichtig": 4.0 if answered else None,
        }
        for place, field in enumerate(content.fields)
    ]


def partners(n: int, *, named: bool = True) -> list[View]:
    """Partners with the longest names that occur."""
    topics = (
        two("Datenmanagement", "Data management"),
        two("Bürgerservices und E-Government", "Citizen services and e-government"),
    )
    return [
        {
            "key": f"9010{place}003",
            "name": name,
            "name_long": name,
            "kreis_name": kreis,
            "land_name": land,
            "population": 12000 + place,
            "type": mark(kind, named=named),
            "listed": True,
            "topic": topics[place % 2],
            "likeness": two(
                "Beide haben weniger als 25.000 Einwohner*innen und dieselbe Siedlungsform.",
                "Both have fewer than 25,000 inhabitants and the same kind of settlement.",
            ),
            "difference": two(
                "Dort weiter bei Datenmanagement (5 statt 2).",
                "Further ahead there in data management (5 instead of 2).",
            ),
            "closeness": two("sehr nah", "very close"),
            "mutual": place % 2 == 0,
            "mailbox": "digital@ahornfelde.example" if place == 0 else "",
            "distance_km": 34.0,
            "closed": False,
            "levels": [two("Datenmanagement: dort 5 von 5, hier 2", "Data management: 5 of 5 there, 2 here")],
            "ask": two("Fragen Sie: Was hat Sie am meisten weitergebracht?", "Ask: what brought you furthest?"),
        }
        for place, (name, kreis, land, kind) in enumerate(PARTNERS[:n])
    ]


def pain_points(content: Content, *, answered: bool = True) -> list[View]:
    """The three pain points, each in another state."""
    if not answered:
        return []
    states = (
        ("aktuell", two("aktuell", "current")),
        ("geloest", two("gelöst", "solved")),
        ("aktuell", two("aktuell", "current")),
    )
    return [
        {
            "key": pain.key,
            "label": pain.label.model_dump(),
            "description": pain.description.model_dump(),
            "state": state,
            "state_label": label,
            "way_out": {"label": pain.way_out.label.model_dump(), "text": pain.way_out.text.model_dump()},
            "source": content.pain_points_source,
        }
        for pain, (state, label) in zip((content.pain_points[0], *content.pain_points[-2:]), states, strict=True)
    ]


def agenda(n: int = 4) -> list[View]:
    """Steps of the digital agenda."""
    steps = (
        (
            two("Datenbestände erfassen", "List the data you hold"),
            two(
                "Datenmanagement ist Ihnen wichtig (5) und steht bei 2.",
                "Data management matters to you (5) and stands at 2.",
            ),
        ),
        (
            two("Gemeinsames Backoffice prüfen", "Consider a pooled back office"),
            two("Schmerzpunkt „Fehlendes Vorgehen“ ist aktuell.", "Pain point “missing approach” is current."),
        ),
        (
            two("Zielbild mit Rat und Beschäftigten festlegen", "Agree on a target picture with council and staff"),
            two("Eine Strategie ist in Arbeit.", "A strategy is in the making."),
        ),
        (
            two("Notfallübung zur Informationssicherheit", "Practise an information security emergency"),
            two("Informationssicherheit steht bei 2.", "Information security stands at 2."),
        ),
    )
    fields = ("daten", "prozesse", "it_steuerung", "informationssicherheit")
    return [
        {
            "key": f"step_{place}",
            "field": {"key": fields[place], "label": two(fields[place], fields[place])},
            "title": title,
            "how": two("Klein anfangen und Erfahrungen teilen.", "Start small and share what you learn."),
            "trigger": trigger,
            "source": "Bausteine nach KGSt DIGITAL.DENKEN",
            "partners": [{"key": "90100003", "name": PARTNERS[place % 5][0]}] if place < 3 else [],
            "partner_key": "stark" if place < 3 else "",
            "partner_lead": two("Nachfragen bei", "Ask") if place < 3 else None,
            "partner_reason": two("Dort liegt der Stand bei mindestens 4 von 5.", "Their level is at least 4 of 5.")
            if place < 3
            else None,
        }
        for place, (title, trigger) in enumerate(steps[:n])
    ]


def team(*, named: bool = True) -> View:
    """A D-Team of four."""
    return {
        "name": "D-Team 17",
        "topic": two("Datenmanagement", "Data management"),
        "members": [
            {"key": f"9010{place}003", "name": name, "type": mark(kind, named=named), "host": place == 0}
            for place, (name, _, _, kind) in enumerate(PARTNERS[:4])
        ],
    }


def municipality(
    *,
    name: str = "Ahornfelde an der Lauter",
    name_long: str | None = None,
    status: str = "klar",
    named: bool = True,
    n_partners: int = 3,
    answered: bool = True,
    synthetic: bool = True,
    kind: str = "pick",
    place: int = 2,
    random_state: int = 0,
    key: str = "90101003",
) -> View:
    """The view of one municipality; ``status`` as in the assignments, ``answered=False`` leaves all answers out."""
    content = load_content()
    rng = np.random.default_rng(random_state)
    typed = status != "nicht_zuzuordnen"
    shares = {
        "klar": (0.02, 0.04, 0.93, 0.01),
        "mischtyp": (0.03, 0.36, 0.58, 0.03),
        "nicht_zuzuordnen": (0.28, 0.3, 0.22, 0.2),
    }
    order = np.roll(shares[status], place - 2)
    label = mark(place, named=named)["label"]
    other = mark((place - 1) % 4, named=named)["label"]
    sentence = {
        "klar": two(
            f"{name} lässt sich klar zuordnen: {label['de']}.", f"{name} can be assigned clearly: {label['en']}."
        ),
        "mischtyp": two(
            f"{name} liegt zwischen zwei Typen: {label['de']}, dicht gefolgt von {other['de']}.",
            f"{name} lies between two types: {label['en']}, closely followed by {other['en']}.",
        ),
        "nicht_zuzuordnen": two(
            f"{name} lässt sich keinem Typ sicher zuordnen. Die Antworten passen zu mehr als zwei Typen.",
            f"{name} cannot be assigned to one type with certainty. The answers fit more than two types.",
        ),
    }
    signature = {"signature": list(content.types[place].signature) if named else []}
    view = {
        "format": "view/1",
        "kind": "municipality",
        "audience": "self",
        "key": key,
        "name": name,
        "name_long": name_long or f"{name}, Stadt",
        "body": "gemeinde",
        "kind_label": two("Stadt", "Town"),
        "kreis": "90101",
        "kreis_name": LONG_KREIS if len(name) > 40 else "Seenkreis",
        "land": "90",
        "land_name": LAND if len(name) > 40 else "Nordmark",
        "verband_name": "",
        "size_class": {
            "key": "GK6",
            "label": next(size.label.model_dump() for size in content.size_classes if size.key == "GK6"),
        },
        "population": 12345,
        "area_km2": 87.4,
        "synthetic": synthetic,
        "survey": survey(kind=kind),
        "type": mark(place, named=named) | signature | {"probability": float(order[place])} if typed else None,
        "second_type": mark((place - 1) % 4, named=named) | {"probability": 0.36} if status == "mischtyp" else None,
        "status": {
            "key": status,
            "reason": "" if typed else "spread" if answered else "no_answer",
            "flags": [],
            "sentence": sentence[status],
        },
        "standing_rule": two("„Stark“ heißt über beiden Mitteln.", "“Strong” means above both means."),
        "probabilities": [
            mark(i, named=named) | {"type": mark(i, named=named)["key"], "probability": float(order[i])}
            for i in range(4)
        ]
        if answered
        else [],
        "answered": 13 if answered else 0,
        "goals": goals(content, rng, typed=typed, answered=answered),
        "fields": fields(content, rng, typed=typed, answered=answered),
        "pain_points": pain_points(content, answered=answered),
        "agenda": agenda() if answered else [],
        "similar": partners(n_partners, named=named),
        "complementary": partners(n_partners, named=named)[::-1],
        "no_partner": two("Noch keine passende Kommune.", "No suitable municipality yet."),
        "team": team(named=named) if n_partners else None,
        "notes": [
            two(
                "Es gibt keinen richtigen oder falschen Typ und keine Rangfolge.",
                "There is no right or wrong type and no ranking.",
            )
        ],
        "footer": footer(synthetic=synthetic),
    }
    return view | {"summary": summary(view, content)}


def type_view(place: int = 0, *, named: bool = True, synthetic: bool = True, random_state: int = 0) -> View:
    """The view of one type."""
    content = load_content()
    rng = np.random.default_rng(random_state)
    known = content.types[place]
    rows = []
    for goal in content.goals:
        share = float(rng.uniform(0.05, 0.9))
        rows.append(
            {
                "key": goal.key,
                "label": goal.label.model_dump(),
                "short": goal.short.model_dump(),
                "type": round(share, 4),
                "low": round(max(0.0, share - 0.07), 4),
                "high": round(min(1.0, share + 0.08), 4),
                "n_type": 110,
                "all": round(float(rng.uniform(0.1, 0.6)), 4),
                "n_all": N,
            }
        )
    instruments = (
        ("Strategie vorhanden", "Strategy in place"),
        ("Chatbot", "Chatbot"),
        ("Servicekonto", "Service account"),
        ("Digitalbeauftragte oder CDO", "Chief digital officer"),
        ("Beteiligung der Bürgerschaft", "Citizen participation"),
    )
    return {
        "format": "view/1",
        "kind": "type",
        "audience": "self",
        **mark(place, named=named),
        "synthetic": synthetic,
        "survey": survey(),
        "share": 0.267,
        "n": 110,
        "motto": known.motto.model_dump() if named and known.motto else None,
        "portrait": known.portrait.model_dump()
        if named
        else two(
            "Die Gruppen passen zu keinem der Typen der Studie und bleiben deshalb unbenannt.",
            "The groups match none of the study's types and therefore stay unnamed.",
        ),
        "learn_from": [two(a, b) for a, b in zip(known.learn_from.de, known.learn_from.en, strict=True)]
        if named
        else [],
        "source": known.quelle if named else "",
        "page": portrait_page(content, known.key) if named else None,
        "signature": [
            {"key": goal, "label": two(content.label("goal", goal), content.label("goal", goal, "en"))}
            for goal in known.signature
        ]
        if named
        else [],
        "goals": rows,
        "fields": [
            {k: v for k, v in row.items() if k not in ("own", "standing", "wichtig")}
            | {"low": row["type"] - 0.2, "high": row["type"] + 0.2}
            for row in fields(content, rng, typed=True)
        ],
        "instruments": [
            {
                "key": f"instrument_{i}",
                "label": two(*label),
                "type": 0.1 + 0.15 * i,
                "low": None,
                "high": None,
                "all": 0.3,
                "n_type": 109,
                "n_all": 400,
            }
            for i, label in enumerate(instruments)
        ],
        "size_classes": [
            {"key": "unter_25000", "label": two("unter 25.000", "below 25,000"), "n": 71},
            {"key": "ab_25000", "label": two("ab 25.000", "25,000 and more"), "n": 36},
            {"key": "kreise", "label": two("Kreise und Verbände", "Districts and associations"), "n": None},
        ],
        "notes": [
            two(
                "Es gibt keinen richtigen oder falschen Typ und keine Rangfolge.",
                "There is no right or wrong type and no ranking.",
            )
        ],
        "footer": footer(synthetic=synthetic),
    }


def overview(*, named: bool = True, synthetic: bool = True, n_types: int = 4, random_state: int = 0) -> View:
    """The view of the whole study."""
    content = load_content()
    rng = np.random.default_rng(random_state)
    marks = [mark(place, named=named) for place in range(n_types)]
    return {
        "format": "view/1",
        "kind": "overview",
        "audience": "self",
        "key": "ueberblick",
        "synthetic": synthetic,
        "survey": survey(),
        "types": [
            kind
            | {
                "share": 0.25 + 0.02 * place - 0.03,
                "low": 0.19,
                "high": 0.31,
                "n": 100 + place,
                "stability": 0.9 - 0.07 * place,
                "score": 0.61 - 0.05 * place if named else None,
                "signature": [
                    {"key": goal, "label": two(content.label("goal", goal), content.label("goal", goal, "en"))}
                    for goal in content.types[place].signature
                ]
                if named
                else [],
            }
            for place, kind in enumerate(marks)
        ],
        "goals": [
            {
                "key": goal.key,
                "label": goal.label.model_dump(),
                "short": goal.short.model_dump(),
                "all": round(float(rng.uniform(0.1, 0.6)), 4),
                "values": {kind["key"]: round(float(rng.uniform(0.02, 0.95)), 4) for kind in marks},
            }
            for goal in content.goals
        ],
        "verdict": two(
            "Vier Typen: Die Testfolge und das angepasste BIC stützen vier, das BIC allein zwei.",
            "Four types: the test sequence and the adjusted BIC support four, BIC alone supports two.",
        ),
        "quality": [
            {
                "key": "entropy",
                "label": two("Trennschärfe (Entropie)", "Separation (entropy)"),
                "value": two("0,78", "0.78"),
                "note": two("1 heißt: jede Kommune eindeutig.", "1 means: every municipality is clear."),
            },
            {
                "key": "clear",
                "label": two("klar zugeordnet", "clearly assigned"),
                "value": two("81\u00a0%", "81%"),
                "note": two(
                    "Wahrscheinlichkeit des Typs mindestens 80\u00a0%.", "Probability of the type at least 80%."
                ),
            },
        ],
        "method": [
            two(
                "Latente Klassenanalyse der gewählten Ziele; fehlende Antworten bleiben fehlend.",
                "Latent class analysis of the chosen goals; missing answers stay missing.",
            ),
            two(
                "Andere Angaben beschreiben die Typen, bestimmen sie aber nicht.",
                "Other answers describe the types but do not define them.",
            ),
        ],
        "limits": [
            two(
                "Freiwillige Teilnahme: Die Anteile gelten für die Befragten.",
                "Voluntary participation: the shares hold for the respondents.",
            ),
            two(
                "Die Intervalle zeigen Modellunsicherheit, keine Hochrechnung.",
                "The intervals show model uncertainty, no projection.",
            ),
        ],
        "notes": [
            two(
                "Es gibt keinen richtigen oder falschen Typ und keine Rangfolge.",
                "There is no right or wrong type and no ranking.",
            )
        ],
        "footer": footer(synthetic=synthetic),
    }


def samples() -> dict[str, View]:
    """The municipality views that a sheet must bear, by what is special about them."""
    return {
        "plain": municipality(),
        "longest_names": municipality(name=LONG_NAME, name_long=LONG_NAME, n_partners=5, status="mischtyp"),
        "no_partners": municipality(n_partners=0),
        "all_unsure": municipality(status="nicht_zuzuordnen"),
        "nothing_answered": municipality(status="nicht_zuzuordnen", answered=False, n_partners=0),
        "unnamed": municipality(named=False, synthetic=False, kind="yes_no", n_partners=5),
    }
