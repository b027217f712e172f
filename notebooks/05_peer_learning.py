# ---
# jupyter:
#   jupytext:
#     formats: py:percent
#     text_representation: {extension: .py, format_name: percent}
#   kernelspec: {display_name: Python 3, language: python, name: python3}
# ---

# %% [markdown]
# # 5 · Voneinander lernen
#
# Zwei Listen, die nie vermischt werden: **ähnliche** Partner teilen die Ausgangslage, **ergänzende** Partner gehören
# einem anderen Typ an und sind dort stark, wo die eigene Kommune schwach ist. Zuerst steht, was sich zu teilen lohnt,
# dann mit wem. **Synthetisch – Übungsdaten.**

# %%
import os
from pathlib import Path

import matplotlib.pyplot as plt
import pandas as pd

import typology
from typology import figures

data = Path(os.environ.get("TYPOLOGY_DATA", "../data"))
study = typology.read_study(data / "processed" / os.environ.get("TYPOLOGY_SURVEY", "demo"))
tables = study.tables
names = tables.municipalities["name"]

# %% [markdown]
# ## Die nächsten Nachbarn nach Lage und Größe
# Abstand nach z-Werten; 3 und 4 ergeben 5.

# %%
features = tables.municipalities.loc[
    tables.municipalities["kind"].isin(["gemeinde", "kreisfrei"]), ["population", "density", "longitude", "latitude"]
]
near = typology.nearest_neighbours(features, 3).table
near.head(6)

# %% [markdown]
# ## Beide Listen einer Kommune
# Der Punktwert ist die Summe seiner Teile; jeder Grund ist ein Satz aus dem Katalog.

# %%
key = tables.complementary["key"].iloc[0]
peers = study.peers(key)
print(peers)
own = peers.complementary
parts = own.filter(like="part_")
assert (parts.sum(axis=1) - own["score"]).abs().max() < 1e-6
own[["name", "topic", "score"]].rename(columns={"name": "Kommune", "topic": "Thema", "score": "Punktwert"}).round(3)

# %%
parts.round(3)

# %%
alike = peers.similar[["name", "topic", "mutual"]]
alike.rename(columns={"name": "Kommune", "topic": "Thema", "mutual": "gegenseitig"})

# %% [markdown]
# ## Wird jemand zu oft empfohlen, jemand nie?
# Listen ohne Obergrenze empfehlen wenige Stars und vergessen andere. Davor und danach im Vergleich:

# %%
tables.hub

# %% [markdown]
# ## Wer wem empfohlen wird
# Ein Ausschnitt: die Kommunen eines Landes.

# %% alt="Zwei Spalten von Kommunen, verbunden durch Linien: links wer sucht, rechts wer empfohlen wird"
land = tables.municipalities["land_name"].mode()[0]
inside = tables.municipalities.index[tables.municipalities["land_name"] == land][:14]
pairs = tables.complementary[tables.complementary["key"].isin(inside)]
fig, ax = plt.subplots(figsize=(8, 6))
marks = figures.type_marks(study.typology.type_keys, study.content)
figures.draw_peers(pairs, tables.assignments["type"], marks, ax)

# %% [markdown]
# ## D-Teams: alle vier Typen in einem Team

# %%
teams = tables.team_members.assign(Kommune=tables.team_members["key"].map(names))
teams.head(8)
