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
# die ihn auslöst, und seine Quelle. **Synthetisch – Übungsdaten.**

# %%
import os
from pathlib import Path

import pandas as pd

import typology

data = Path(os.environ.get("TYPOLOGY_DATA", "../data"))
study = typology.read_study(data / "processed" / os.environ.get("TYPOLOGY_SURVEY", "demo"))
tables = study.tables
names = tables.municipalities["name"]

# %% [markdown]
# ## Schmerzpunkte kleiner Kommunen
# Anteile nach Größenklasse mit Intervall (Modellunsicherheit, keine Hochrechnung).

# %%
shares = tables.pain_shares
small = shares[(shares["group"].isin(["GK5", "GK6", "GK7"])) & (shares["level"] == "aktuell")]
small[["item", "group", "n", "estimate", "low", "high"]].round(2)

# %% [markdown]
# Dieselben Zahlen als Vorlage für einen Workshop, mit dem Ausweg, den die Quelle nennt:

# %%
for point in study.workshop()["pain_points"]:
    print(f"{point['label']['de']} → {point['way_out']['label']['de']}: {len(point['groups'])} Gruppen mit kleinen Kommunen")

# %% [markdown]
# ## Kooperationsgruppen
# Nahe Kommunen mit demselben aktuellen Schmerzpunkt, drei bis acht je Gruppe, alle Themen in einer Optimierung. `gap` ist
# der Abstand zur besten möglichen Einteilung: 0 heißt, es gibt keine bessere.

# %%
groups = tables.cooperation
assert (groups.filter(like="part_").sum(axis=1) - groups["score"]).abs().max() < 1e-5
groups[["group", "n", "score", "part_joined", "part_near", "part_size", "part_host", "mean_km", "gap"]].head(8).round(3)

# %%
members = tables.cooperation_members
members.assign(Kommune=members["key"].map(names))[["topic", "group", "Kommune", "host", "distance_km", "reason"]].tail(8)

# %% [markdown]
# Wer noch in keiner Gruppe ist, und warum:

# %%
left = members[members["group"] == ""]
left.groupby(["topic", "reason"]).size().rename("Kommunen").reset_index()

# %% [markdown]
# ## Digitale Kompetenzen: Soll und Ist
# Die größten mittleren Lücken. `missed`: Übliche Online-Kurse erreichen diese Berufsgruppe selten.

# %%
study.gaps().rename(columns={"family": "Berufsgruppe", "area": "Bereich"}).head(10).round(2)

# %% [markdown]
# ## Weiterbildungen und gemeinsame Kurse
# Der Katalog ist ein erfundenes Beispiel. Ein Kurs kommt zustande, wenn nahe Kommunen ihn zusammen füllen.

# %%
paths = tables.trainings
print(f"{len(tables.competence_gaps)} Angaben, {(tables.competence_gaps['gap'] > 0).sum()} Lücken, "
      f"ohne passendes Angebot: {(paths['offer'] == '').sum()}")
tables.courses[["course", "municipalities", "seats", "levels", "mean_km", "gap"]].head(8)

# %% [markdown]
# ## Digitale Agenda
# Drei verschiedene Kommunen, drei verschiedene erste Schritte:

# %%
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
key = tables.municipalities.index[tables.municipalities["size_class"] == "GK7"][1]
print(study.agenda(key))
