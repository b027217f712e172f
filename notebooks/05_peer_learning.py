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
# dann mit wem. Die mitgelieferte Befragung ist **synthetisch – Übungsdaten**.

# %%
import os
from pathlib import Path

import matplotlib.pyplot as plt
import pandas as pd

import typology
from typology import figures

data, name = Path(os.environ.get("TYPOLOGY_DATA", "../data")), os.environ.get("TYPOLOGY_SURVEY", "demo")
try:
    study = typology.read_study(data / "processed" / Path(name).name)
except typology.TypologyError as error:
    raise SystemExit(f"Hier endet das Notebook: {error.message}") from None
tables = study.tables
names = tables.municipalities["name"]

# %% [markdown]
# ## Die nächsten Nachbarn nach Lage und Größe
# Abstand nach z-Werten; 3 und 4 ergeben 5.

# %%
features = tables.municipalities.loc[
    tables.municipalities["kind"].isin(["gemeinde", "kreisfrei"]), ["population", "density", "longitude", "latitude"]
]
known = features.dropna()
if len(known) > 3:
    display(typology.nearest_neighbours(known, 3).table.head(6))
else:
    print("Lage und Größe der Kommunen sind aus dieser Befragung nicht bekannt.")

# %% [markdown]
# ## Beide Listen einer Kommune
# Der Punktwert ist die Summe seiner Teile; jeder Grund ist ein Satz aus dem Katalog.

# %%
lists = pd.concat([tables.complementary, tables.similar])
key = lists["key"].iloc[0] if len(lists) else tables.municipalities.index[0]
peers = study.peers(key)
peers

# %%
own = peers.complementary
if own.empty:
    print("Ergänzende Partner hat sie nicht; der Satz oben sagt, warum.")
else:
    parts = own.filter(like="part_")
    assert (parts.sum(axis=1) - own["score"]).abs().max() < 1e-6
    words = {"name": "Kommune", "topic": "Thema", "score": "Punktwert"}
    display(own[list(words)].rename(columns=words).round(3))
    display(parts.round(3))

# %%
if peers.similar.empty:
    print("Ähnliche Partner hat sie nicht; der Satz oben sagt, warum.")
else:
    words = {"name": "Kommune", "topic": "Thema", "mutual": "gegenseitig"}
    display(peers.similar[list(words)].rename(columns=words))

# %% [markdown]
# ## Wird jemand zu oft empfohlen, jemand nie?
# Listen ohne Obergrenze empfehlen wenige Stars und vergessen andere. Davor und danach im Vergleich:

# %%
if lists.empty:
    print("In dieser Studie wird niemand empfohlen.")
else:
    display(tables.hub)

# %% [markdown]
# ## Wer wem empfohlen wird
# Ein Ausschnitt: Kommunen eines Landes, wenn die Länder bekannt sind.

# %% alt="Zwei Spalten von Kommunen, verbunden durch Linien: links wer sucht, rechts wer empfohlen wird"
lands = tables.municipalities["land_name"].fillna("")
inside = lands.index[lands == lands.mode()[0]][:14]
pairs = tables.complementary[tables.complementary["key"].isin(inside)]
if pairs.empty:
    print("Unter diesen Kommunen gibt es keine ergänzenden Partner.")
else:
    fig, ax = plt.subplots(figsize=(8, 6))
    marks = figures.type_marks(study.typology.type_keys, study.content)
    figures.draw_peers(pairs, tables.assignments["type"], marks, ax)

# %% [markdown]
# ## D-Teams: alle Typen in einem Team

# %%
if tables.team_members.empty:
    print("D-Teams lassen sich in dieser Studie nicht bilden.")
else:
    display(tables.team_members.assign(Kommune=tables.team_members["key"].map(names)).head(8))
