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

import pandas as pd
import pypdfium2
from IPython.display import Image

import typology
from typology.publishing.sheets.render import render_sheet
from typology.publishing.views.maker import view

data = Path(os.environ.get("TYPOLOGY_DATA", "../data"))
study = typology.read_study(data / "processed" / os.environ.get("TYPOLOGY_SURVEY", "demo"))
study

# %% [markdown]
# ## Eine Kommune auswählen

# %%
bodies = study.tables.municipalities
key = bodies[bodies["size_class"] == "GK7"].index[0]
profile = typology.profile_municipality(key, study.tables.municipality_profiles, study.tables.assignments)
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
target = Path(tempfile.mkdtemp()) / "steckbrief.pdf"
render_sheet(view(study.tables, study.info, study.content, key), target, kind="full", content=study.content)
page = pypdfium2.PdfDocument(target)[0].render(scale=1.3).to_pil()
page.save(target.with_suffix(".png"))
Image(filename=str(target.with_suffix(".png")))
