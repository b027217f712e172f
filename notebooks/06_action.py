# ---
# jupyter:
#   jupytext:
#     formats: py:percent
#     text_representation: {extension: .py, format_name: percent}
#   kernelspec: {display_name: Python 3, language: python, name: python3}
# ---

# %% [markdown]
# # 6 · Vom Typ zum Handeln
#
# Was folgt aus den Antworten? Schmerzpunkte und wer sie gemeinsam angehen kann, Lücken bei digitalen Kompetenzen und
# passende Weiterbildungen, und für jede Kommune ein Entwurf ihrer digitalen Agenda. Jeder Schritt nennt die Antwort,
# die ihn auslöst, und seine Quelle. Die mitgelieferte Befragung ist **synthetisch – Übungsdaten**.

# %%
import os
from pathlib import Path

import typology

language = "de"
typology.set_language(language)
data, name = Path(os.environ.get("TYPOLOGY_DATA", "../data")), os.environ.get("TYPOLOGY_SURVEY", "demo")
words = {
    "end": "Hier endet das Notebook: {}",
    "item": "Schmerzpunkt", "group": "Größenklasse", "n": "Kommunen", "estimate": "Anteil",
    "low": "von", "high": "bis",
    "no_pains": "Nach Schmerzpunkten fragt diese Befragung nicht; so bleiben Vorlage und Kooperationsgruppen leer.",
    "way_out": "{} → {}: {} Gruppen mit kleinen Kommunen",
    "no_groups": "Kooperationsgruppen gibt es in dieser Studie nicht.",
    "topic": "Schmerzpunkt", "place": "Gruppe", "score": "Punktwert", "mean_km": "mittlere Entfernung (km)",
    "to_best": "Abstand zum Besten",
    "part_joined": "Mitglieder", "part_near": "Nähe", "part_size": "Größe", "part_host": "Gastgeber",
    "name": "Kommune", "host": "lädt ein", "distance_km": "Entfernung (km)", "reason": "Grund",
    "nobody_waits": "Niemand wartet auf eine Gruppe.",
    "no_levels": "Soll und Ist digitaler Kompetenzen hat in dieser Studie niemand angegeben.",
    "family": "Berufsgruppe", "area": "Bereich", "missed": "schwer erreichbar",
    "soll": "Soll", "ist": "Ist", "gap": "Lücke", "share_large": "Anteil großer Lücken",
    "levels_said": "{} Angaben, {} Lücken, ohne passendes Angebot: {}",
    "no_courses": "Gemeinsame Kurse kommen in dieser Studie nicht zustande.",
    "title": "Kurs", "municipalities": "Kommunen", "seats": "Plätze", "levels": "geschlossene Stufen",
    "no_steps": "Aus den Antworten dieser Befragung folgen keine Schritte einer Agenda.",
    "step": "erster Schritt", "trigger": "Anlass", "source": "Quelle",
}

# %%
import pandas as pd

pd.options.display.max_colwidth = 160  # sentences are shown whole
try:
    study = typology.read_study(data / "processed" / Path(name).name)
except typology.TypologyError as error:
    raise SystemExit(words["end"].format(error.message)) from None
tables = study.tables
names = tables.municipalities["name"]

# %% [markdown]
# ## Schmerzpunkte kleiner Kommunen
# Anteile nach Größenklasse mit Intervall (Modellunsicherheit, keine Hochrechnung).

# %%
asked = not tables.pain_shares.empty
if asked:
    small = tables.pain_shares.query("group in ['GK5', 'GK6', 'GK7'] and level == 'aktuell'")
    small = small.assign(item=[study.content.label("pain_point", item) for item in small["item"]])
    display(small[["item", "group", "n", "estimate", "low", "high"]].rename(columns=words).round(2))
else:
    print(words["no_pains"])

# %% [markdown]
# Dieselben Zahlen als Vorlage für einen Workshop, mit dem Ausweg, den die Quelle nennt:

# %%
for point in study.workshop()["pain_points"] if asked else ():
    print(words["way_out"].format(point["label"][language], point["way_out"]["label"][language], len(point["groups"])))

# %% [markdown]
# ## Kooperationsgruppen
# Nahe Kommunen mit demselben aktuellen Schmerzpunkt, drei bis acht je Gruppe, alle Themen in einer Optimierung. Die
# letzte Spalte ist der Abstand zur besten möglichen Einteilung: 0 heißt, es gibt keine bessere.

# %%
groups, members = tables.cooperation, tables.cooperation_members
pains = {pain.key: pain.label.of(language) for pain in study.content.pain_points}
if groups.empty:
    print(words["no_groups"])
else:
    parts = groups.filter(like="part_")
    assert (parts.sum(axis=1) - groups["score"]).abs().max() < 1e-5
    shown = groups.assign(topic=groups["topic"].map(pains), place=groups["group"].str.rpartition("-")[2])
    columns = ["topic", "place", "n", "score", *parts.columns, "mean_km", "gap"]
    display(shown[columns].head(8).rename(columns={**words, "gap": words["to_best"]}).round(3))
    seated = members[members["group"] != ""].tail(8)
    seated = seated.assign(
        topic=seated["topic"].map(pains), place=seated["group"].str.rpartition("-")[2], name=seated["key"].map(names)
    )
    display(seated[["topic", "place", "name", "host", "distance_km"]].rename(columns=words))

# %% [markdown]
# Wer noch in keiner Gruppe ist, und warum:

# %%
left = members[members["group"] == ""] if len(members) else members
if left.empty:
    print(words["nobody_waits"])
else:
    waiting = left.groupby(["topic", "reason"]).size().rename("n").reset_index()
    reasons = [study.content.say(f"action_left_{reason}") for reason in waiting["reason"]]
    display(waiting.assign(topic=waiting["topic"].map(pains), reason=reasons).rename(columns=words))

# %% [markdown]
# ## Digitale Kompetenzen: Soll und Ist
# Die größten mittleren Lücken. „Schwer erreichbar“: Übliche Online-Kurse erreichen diese Berufsgruppe selten.

# %%
gaps = study.gaps()
if gaps.empty:
    print(words["no_levels"])
else:
    display(gaps.rename(columns=words).head(10).round(2))

# %% [markdown]
# ## Weiterbildungen und gemeinsame Kurse
# Der Katalog ist ein erfundenes Beispiel. Ein Kurs kommt zustande, wenn nahe Kommunen ihn zusammen füllen.

# %%
if len(gaps):
    levels, offers = tables.competence_gaps["gap"], tables.trainings["offer"]
    print(words["levels_said"].format(len(levels), (levels > 0).sum(), (offers == "").sum()))
courses = study.courses()
if courses.empty:
    print(words["no_courses"])
else:
    shown = courses[["title", "municipalities", "seats", "levels", "mean_km", "gap"]].head(8)
    display(shown.rename(columns={**words, "gap": words["to_best"]}))

# %% [markdown]
# ## Digitale Agenda
# Bis zu drei verschiedene erste Schritte, je mit einer Kommune:

# %%
if tables.agenda.empty:
    raise SystemExit(words["end"].format(words["no_steps"]))
first = tables.agenda[tables.agenda["rank"] == 1].drop_duplicates("step").head(3)
steps = [study.view(key)["agenda"][0] for key in first["key"]]
said = [{part: step[part][language] for part in ("title", "trigger", "source")} for step in steps]
pd.DataFrame(said, index=first["key"].map(names)).rename(columns={**words, "title": words["step"]}).rename_axis(None)

# %% [markdown]
# Und eine ganze Agenda als Text zum Bearbeiten:

# %%
smallest = tables.municipalities.index[tables.municipalities["size_class"] == "GK7"]
print(study.agenda(smallest[1] if len(smallest) > 1 else tables.agenda["key"].iloc[0]))
