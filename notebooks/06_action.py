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

import pandas as pd

import typology

data, name = Path(os.environ.get("TYPOLOGY_DATA", "../data")), os.environ.get("TYPOLOGY_SURVEY", "demo")
try:
    study = typology.read_study(data / "processed" / Path(name).name)
except typology.TypologyError as error:
    raise SystemExit(f"Hier endet das Notebook: {error.message}") from None
tables = study.tables
names = tables.municipalities["name"]

# %% [markdown]
# ## Schmerzpunkte kleiner Kommunen
# Anteile nach Größenklasse mit Intervall (Modellunsicherheit, keine Hochrechnung).

# %%
asked = not tables.pain_shares.empty
if asked:
    small = tables.pain_shares.query("group in ['GK5', 'GK6', 'GK7'] and level == 'aktuell'")
    display(small[["item", "group", "n", "estimate", "low", "high"]].round(2))
else:
    print("Nach Schmerzpunkten fragt diese Befragung nicht; so bleiben auch Vorlage und Kooperationsgruppen leer.")

# %% [markdown]
# Dieselben Zahlen als Vorlage für einen Workshop, mit dem Ausweg, den die Quelle nennt:

# %%
for point in study.workshop()["pain_points"] if asked else ():
    print(f"{point['label']['de']} → {point['way_out']['label']['de']}: {len(point['groups'])} Gruppen mit kleinen Kommunen")

# %% [markdown]
# ## Kooperationsgruppen
# Nahe Kommunen mit demselben aktuellen Schmerzpunkt, drei bis acht je Gruppe, alle Themen in einer Optimierung. `gap` ist
# der Abstand zur besten möglichen Einteilung: 0 heißt, es gibt keine bessere.

# %%
groups, members = tables.cooperation, tables.cooperation_members
if groups.empty:
    print("Kooperationsgruppen gibt es in dieser Studie nicht.")
else:
    parts = groups.filter(like="part_")
    assert (parts.sum(axis=1) - groups["score"]).abs().max() < 1e-5
    display(groups[["group", "n", "score", *parts.columns, "mean_km", "gap"]].head(8).round(3))
    columns = ["topic", "group", "Kommune", "host", "distance_km", "reason"]
    display(members.assign(Kommune=members["key"].map(names))[columns].tail(8))

# %% [markdown]
# Wer noch in keiner Gruppe ist, und warum:

# %%
left = members[members["group"] == ""] if len(members) else members
if left.empty:
    print("Niemand wartet auf eine Gruppe.")
else:
    display(left.groupby(["topic", "reason"]).size().rename("Kommunen").reset_index())

# %% [markdown]
# ## Digitale Kompetenzen: Soll und Ist
# Die größten mittleren Lücken. `missed`: Übliche Online-Kurse erreichen diese Berufsgruppe selten.

# %%
gaps = study.gaps()
if gaps.empty:
    print("Soll und Ist digitaler Kompetenzen hat in dieser Studie niemand angegeben.")
else:
    display(gaps.rename(columns={"family": "Berufsgruppe", "area": "Bereich"}).head(10).round(2))

# %% [markdown]
# ## Weiterbildungen und gemeinsame Kurse
# Der Katalog ist ein erfundenes Beispiel. Ein Kurs kommt zustande, wenn nahe Kommunen ihn zusammen füllen.

# %%
if len(gaps):
    print(f"{len(tables.competence_gaps)} Angaben, {(tables.competence_gaps['gap'] > 0).sum()} Lücken, "
          f"ohne passendes Angebot: {(tables.trainings['offer'] == '').sum()}")
if tables.courses.empty:
    print("Gemeinsame Kurse kommen in dieser Studie nicht zustande.")
else:
    display(tables.courses[["course", "municipalities", "seats", "levels", "mean_km", "gap"]].head(8))

# %% [markdown]
# ## Digitale Agenda
# Bis zu drei verschiedene erste Schritte, je mit einer Kommune:

# %%
if tables.agenda.empty:
    raise SystemExit("Hier endet das Notebook: Aus den Antworten dieser Befragung folgen keine Schritte einer Agenda.")
first = tables.agenda[tables.agenda["rank"] == 1].drop_duplicates("step").head(3)
steps = [study.view(key)["agenda"][0] for key in first["key"]]
pd.DataFrame(
    {
        "Kommune": first["key"].map(names).to_numpy(),
        "Erster Schritt": [step["title"]["de"] for step in steps],
        "Anlass": first["trigger"].to_numpy(),
        "Quelle": [step["source"]["de"] for step in steps],
    }
)

# %% [markdown]
# Und eine ganze Agenda als Text zum Bearbeiten:

# %%
smallest = tables.municipalities.index[tables.municipalities["size_class"] == "GK7"]
print(study.agenda(smallest[1] if len(smallest) > 1 else tables.agenda["key"].iloc[0]))
