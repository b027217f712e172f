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
# und zu allen steht. Alle Zahlen stammen aus den Tabellen der gerechneten Studie. **Synthetisch – Übungsdaten.**

# %%
import os
import tempfile
from pathlib import Path

import typology

data = Path(os.environ.get("TYPOLOGY_DATA", "../data"))
study = typology.read_study(data / "processed" / os.environ.get("TYPOLOGY_SURVEY", "demo"))
study

# %% [markdown]
# ## Eine Kommune auswählen

# %%
bodies = study.tables.municipalities
key = bodies[bodies["size_class"] == "GK7"].index[0]
profile = study.profile(key)
print(bodies.loc[key, "name"], "·", profile.type, "·", profile.status)
print("stark:", profile.strong, "| schwach:", profile.weak, "| wichtig:", profile.important)

# %% [markdown]
# ## Ihre Antworten neben denen des Typs und aller

# %%
fields = profile.answers.query("measure == 'stand'")
fields.set_index("item")[["own", "type_value", "all_value", "n_type", "n_all", "standing"]]

# %% [markdown]
# ## Der gedruckte Steckbrief
# Dieselben Daten als PDF, barrierefrei nach PDF/UA-1.

# %% alt="Erste Seite des Steckbriefs der ausgewählten Kommune"
study.sheet(key, Path(tempfile.mkdtemp()) / "steckbrief.pdf")
