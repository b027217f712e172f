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
# einem anderen Typ an oder haben andere Schwerpunkte und sind dort stark, wo die eigene Kommune schwach ist. Zuerst steht, was sich zu teilen lohnt,
# dann mit wem. Die mitgelieferte Befragung ist **synthetisch – Übungsdaten**.

# %%
import os
from pathlib import Path

import typology

language = "de"
typology.set_language(language)
data, name = Path(os.environ.get("TYPOLOGY_DATA", "../data")), os.environ.get("TYPOLOGY_SURVEY", "demo")
words = {
    "end": "Hier endet das Notebook: {}",
    "unknown": "Lage und Größe der Kommunen sind aus dieser Befragung nicht bekannt.",
    "name": "Kommune", "topic": "Thema", "score": "Punktwert", "mutual": "gegenseitig",
    "type": "Typ", "team": "Team", "host": "lädt ein",
    "no_complementary": "Ergänzende Partner hat sie nicht; der Satz oben sagt, warum.",
    "no_similar": "Ähnliche Partner hat sie nicht; der Satz oben sagt, warum.",
    "part_field": "Handlungsfeld", "part_pain": "Schmerzpunkt", "part_size": "Größe", "part_setting": "Umfeld",
    "part_place": "Lage", "part_type": "anderer Typ", "part_mutual": "gegenseitig",
    "leaning_type": "höchster Schwerpunkt", "leaning_part_type": "andere Schwerpunkte",
    "nobody": "In dieser Studie wird niemand empfohlen.",
    "similar": "ähnlich", "complementary": "ergänzend", "vorher": "ohne Obergrenze", "nachher": "mit Obergrenze",
    "list": "Liste", "stage": "Fassung", "seekers": "suchen", "partners": "stehen bereit",
    "listings": "Empfehlungen", "maximum": "höchstens", "never_listed": "nie empfohlen", "gini": "Gini",
    "returned": "erwidert", "mean_rank": "mittlerer Rang",
    "no_pairs": "Unter diesen Kommunen gibt es keine ergänzenden Partner.",
    "no_teams": "D-Teams lassen sich in dieser Studie nicht bilden.",
}

# %%
import matplotlib.pyplot as plt
import pandas as pd

from typology import figures

pd.options.display.max_colwidth = 160  # sentences are shown whole
try:
    study = typology.read_study(data / "processed" / Path(name).name)
except typology.TypologyError as error:
    raise SystemExit(words["end"].format(error.message)) from None
if study.content.leanings is not None:  # the answers speak for degrees
    words |= {name: words[f"leaning_{name}"] for name in ("type", "part_type")}
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
    display(typology.nearest_neighbours(known, 3))
else:
    print(words["unknown"])

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
    print(words["no_complementary"])
else:
    parts = own.filter(like="part_")
    assert (parts.sum(axis=1) - own["score"]).abs().max() < 1e-6
    display(own[["name", "topic", "score"]].rename(columns=words).round(3))
    display(parts.rename(columns=words).round(3))

# %%
if peers.similar.empty:
    print(words["no_similar"])
else:
    display(peers.similar[["name", "topic", "mutual"]].rename(columns=words))

# %% [markdown]
# ## Wird jemand zu oft empfohlen, jemand nie?
# Listen ohne Obergrenze empfehlen wenige Stars und vergessen andere. Davor und danach im Vergleich:

# %%
if lists.empty:
    print(words["nobody"])
else:
    display(tables.hub.replace(words).rename(columns=words).round(2))

# %% [markdown]
# ## Wer wem empfohlen wird
# Ein Ausschnitt: Kommunen eines Landes, wenn die Länder bekannt sind.

# %% alt="Zwei Spalten von Kommunen, verbunden durch Linien: links wer sucht, rechts wer empfohlen wird"
lands = tables.municipalities["land_name"].fillna("")
inside = lands.index[lands == lands.mode()[0]][:14]
pairs = tables.complementary[tables.complementary["key"].isin(inside)]
if pairs.empty:
    print(words["no_pairs"])
else:
    fig, ax = plt.subplots(figsize=(8, 6))
    marks = figures.type_marks(tables.types["type"].iloc[:-1], study.content)
    figures.draw_peers(pairs, tables.assignments["type"], marks, ax)

# %% [markdown]
# ## D-Teams: verschiedene Sichtweisen in einem Team

# %%
members = tables.team_members.head(8)
if members.empty:
    print(words["no_teams"])
else:
    print(study.view(members["key"].iloc[0])["team"]["topic"][language])
    types = [study.content.label("type", key) for key in members["type"]]
    shown = members.assign(name=members["key"].map(names), type=types)
    display(shown[["team", "name", "type", "host"]].rename(columns=words))
