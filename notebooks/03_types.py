# ---
# jupyter:
#   jupytext:
#     formats: py:percent
#     text_representation: {extension: .py, format_name: percent}
#   kernelspec: {display_name: Python 3, language: python, name: python3}
# ---

# %% [markdown]
# # 3 · Von Gruppen zu Typen
#
# Eine Gruppe trägt den Namen eines Typs nur, wenn sie dessen Kennziele deutlich häufiger nennt als die übrigen. Dieses
# Notebook zeigt die Benennung mit Punktwert und Abstand, die eingefrorene Typologie und die Zuordnung.
# **Synthetisch – Übungsdaten.**

# %%
import os
from pathlib import Path

import matplotlib.pyplot as plt
import pandas as pd

import typology
from typology.clustering.goals import estimation_rows
from typology.publishing.figures import draw_goal_rows, type_marks

folder = Path(os.environ.get("TYPOLOGY_DATA", "../data")) / "raw" / os.environ.get("TYPOLOGY_SURVEY", "demo")
survey = typology.read_survey(folder)
goals = typology.goals_matrix(survey)
used = goals.loc[estimation_rows(survey, goals)]
clustering = typology.cluster(
    used, survey.codebook.typology.n_classes, question=typology.goal_question(survey), random_state=0
)
named = typology.name_types(clustering, survey.content, survey=survey)
print(named)
print(named.naming_sentence(survey.content))

# %% [markdown]
# ## Punktwert und Schwelle
# Punktwert: um wie viel häufiger die Kennziele eines Typs in der Gruppe genannt werden als außerhalb. Die Schwelle ist
# so gelegt, dass höchstens 5 Prozent der Schätzungen an Daten ohne jede Struktur alle Namen verdienen.

# %%
record = named.naming
pd.DataFrame({"Punktwert": record.score, "Schwelle": record.threshold}).round(2)

# %%
print("Abstand zur nächstbesten Benennung:", record.margin)
record.permutation

# %% [markdown]
# ## Die Zuordnung

# %%
assignments = named.assign(goals, flags=survey.flags)
assignments["status"].value_counts().to_frame("Kommunen")

# %%
assignments.query("status == 'mischtyp'").head(5).round(2)

# %% [markdown]
# ## Die Typen im Vergleich

# %% alt="Punktreihen: je Ziel der Anteil, der es nennt, in jedem Typ und unter allen"
table = pd.DataFrame({goal: named.probabilities(goal)[:, -1] for goal in named.goal_keys}, index=named.type_keys).T
table["alle"] = (used == "ja").mean()
table.index = [survey.content.label("goal", goal) for goal in table.index]
fig, ax = plt.subplots(figsize=(8, 5))
draw_goal_rows(table, type_marks(named.type_keys, survey.content), ax)

# %% [markdown]
# ## Was die Typen sonst unterscheidet
# Mittlerer Stand der Handlungsfelder (1 bis 5) je Typ, mit Intervall. Es zeigt Modellunsicherheit und ist keine
# Hochrechnung.

# %%
profiles = typology.profile_types(survey, goals, assignments)
stand = profiles[profiles["measure"] == "stand"]
stand.pivot(index="item", columns="type", values="estimate").round(2)
