# ---
# jupyter:
#   jupytext:
#     formats: py:percent
#     text_representation: {extension: .py, format_name: percent}
#   kernelspec: {display_name: Python 3, language: python, name: python3}
# ---

# %% [markdown]
# # 2 · Gruppen nach Zielen
#
# Grundlage der Typen sind allein die Ziele der Digitalisierung. Dieses Notebook schätzt latente Klassen, fragt, wie
# sicher die Lösung ist, und stellt andere Verfahren daneben. Die mitgelieferte Befragung ist
# **synthetisch – Übungsdaten**: Aus den Zahlen folgt nichts über wirkliche Kommunen.

# %%
import os
from pathlib import Path

import matplotlib.pyplot as plt
import pandas as pd

import typology
from typology.clustering.goals import estimation_rows
from typology.publishing.figures import draw_goal_rows, draw_memberships, draw_share_bars, type_marks

folder = Path(os.environ.get("TYPOLOGY_DATA", "../data")) / "raw" / os.environ.get("TYPOLOGY_SURVEY", "demo")
survey = typology.read_survey(folder)
goals = typology.goals_matrix(survey)
question = typology.goal_question(survey)
question

# %% [markdown]
# ## Wie oft wird jedes Ziel genannt?
# Wer nahezu alles ankreuzt oder mehr als erlaubt, bleibt außerhalb der Schätzung.

# %%
rows = estimation_rows(survey, goals)
used = goals.loc[rows]
print(f"{len(goals)} Kommunen, davon {len(used)} in der Schätzung")
(used == "ja").mean().sort_values(ascending=False).round(2).to_frame("Anteil")

# %% [markdown]
# ## Wie viele Ziele werden genannt?
# Die Form der Frage gehört zum Modell: Bei „bis zu drei“ hängen die Antworten auch ohne jeden Typ voneinander ab.

# %%
(used == "ja").sum(axis=1).value_counts().sort_index().to_frame("Kommunen")

# %% [markdown]
# ## Vier latente Klassen
# Geschätzt mit 500 zufälligen Startwerten. „Erreicht“ sagt, wie viele davon zur besten Lösung kamen; der Abstand zur
# zweitbesten Lösung zeigt, ob es ernsthafte Konkurrenz gibt.

# %%
clustering = typology.cluster(used, survey.codebook.typology.n_classes, question=question, random_state=0)
pd.Series(
    {
        "Log-Likelihood": clustering.log_likelihood,
        "Parameter": clustering.n_parameters,
        "Antwortmuster": clustering.n_patterns,
        "erreicht": clustering.replicated,
        "Startwerte": clustering.n_starts,
        "Abstand zur zweitbesten": clustering.gap_to_second,
    }
).round(2).to_frame("Wert")

# %% alt="Punktreihen: je Ziel der Anteil, der es nennt, in jeder Gruppe und unter allen"
classes = list(clustering.classes)
table = pd.DataFrame({goal: clustering.probabilities(goal).iloc[:, -1] for goal in clustering.items}).T
table["alle"] = (used == "ja").mean()
table.index = [survey.content.label("goal", goal) for goal in table.index]
marks = type_marks(classes, survey.content)
fig, ax = plt.subplots(figsize=(8, 5))
draw_goal_rows(table, marks, ax)

# %% [markdown]
# Dieselben Zahlen als Tabelle:

# %%
table.round(2)

# %% [markdown]
# ## Wie groß sind die Gruppen?

# %% alt="Balken mit dem Anteil jeder Gruppe"
fig, ax = plt.subplots(figsize=(6, 2.4))
draw_share_bars(clustering.shares.to_frame("share"), marks, ax)

# %% [markdown]
# ## Wie sicher ist die Zuordnung der einzelnen Kommunen?
# Je dunkler, desto wahrscheinlicher. Graue Zonen sind Kommunen zwischen zwei Gruppen.

# %% alt="Streifen je Gruppe: Wahrscheinlichkeit der Zugehörigkeit je Kommune, nach Gruppe und Sicherheit geordnet"
memberships = clustering.memberships.dropna()
order = pd.DataFrame({"group": clustering.labels.loc[memberships.index], "top": memberships.max(axis=1)})
order = order.sort_values(["group", "top"], ascending=[True, False]).index
fig, ax = plt.subplots(figsize=(8, 2.4))
draw_memberships(memberships.loc[order], marks, ax)
