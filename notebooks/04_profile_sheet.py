# ---
# jupyter:
#   jupytext:
#     formats: py:percent
#     text_representation: {extension: .py, format_name: percent}
#   kernelspec: {display_name: Python 3, language: python, name: python3}
# ---

# %% [markdown]
# # 4 · Der Steckbrief einer Kommune
#
# Ein Steckbrief zeigt, welchem Typ eine Kommune nahesteht, wie sicher das ist, und wo sie im Vergleich zum eigenen Typ
# und zu allen steht. Alle Zahlen stammen aus den Tabellen der gerechneten Studie. Die mitgelieferte Befragung ist
# **synthetisch – Übungsdaten**.

# %%
import os
import tempfile
from pathlib import Path

import typology

data, name = Path(os.environ.get("TYPOLOGY_DATA", "../data")), os.environ.get("TYPOLOGY_SURVEY", "demo")
try:
    study = typology.read_study(data / "processed" / Path(name).name)
except typology.TypologyError as error:
    raise SystemExit(f"Hier endet das Notebook: {error.message}") from None
study

# %% [markdown]
# ## Eine Kommune auswählen
# Eine der kleinsten, wenn die Größe bekannt ist, sonst die erste.

# %%
bodies = study.tables.municipalities
smallest = bodies.index[bodies["size_class"] == "GK7"]
key = smallest[0] if len(smallest) else bodies.index[0]
profile = study.profile(key)
print(study.view(key)["name_long"], "·", profile.type or "ohne Typ", "·", profile.status)
print("stark:", profile.strong, "| schwach:", profile.weak, "| wichtig:", profile.important)

# %% [markdown]
# ## Ihre Antworten neben denen des Typs und aller

# %%
answers = profile.answers.query("measure == 'stand'")
if answers.empty:
    print("Nach dem Stand der Handlungsfelder fragt diese Befragung nicht; hier stehen die Ziele.")
    answers = profile.answers.query("measure == 'goal'")
answers.set_index("item")[["own", "type_value", "all_value", "n_type", "n_all", "standing"]]

# %% [markdown]
# ## Der gedruckte Steckbrief
# Dieselben Daten als PDF, barrierefrei nach PDF/UA-1.

# %% alt="Erste Seite des Steckbriefs der ausgewählten Kommune"
study.sheet(key, Path(tempfile.mkdtemp()) / "steckbrief.pdf")
