# ---
# jupyter:
#   jupytext:
#     formats: py:percent
#     text_representation: {extension: .py, format_name: percent}
#   kernelspec: {display_name: Python 3, language: python, name: python3}
# ---

# %% [markdown]
# # 1 · Vom Rohexport zur geprüften Befragung
#
# Ein Umfragewerkzeug liefert nie eine saubere Tabelle. Dieses Notebook zeigt, was beim Einlesen geschieht: was das
# Codebuch sagt, was verworfen, repariert oder nur gemeldet wird, und was am Ende übrig bleibt. Die mitgelieferte
# Befragung ist **synthetisch – Übungsdaten**.

# %%
import os
from pathlib import Path

import pandas as pd

import typology

pd.options.display.max_colwidth = 90
folder = Path(os.environ.get("TYPOLOGY_DATA", "../data")) / "raw" / os.environ.get("TYPOLOGY_SURVEY", "demo")

# %% [markdown]
# ## Der Rohexport
# So kommt die Datei an: Codes als Überschriften, Kreuze als „Y“, leere Felder, mehrere Antworten derselben Kommune.

# %%
raw = pd.read_csv(folder / "responses.csv", sep=";", dtype=str, keep_default_na=False, encoding="utf-8-sig")
print(raw.shape)
raw.iloc[:4, :16]

# %% [markdown]
# ## Was die Prüfung findet
# Jeder Befund nennt Zeile, Spalte, Wert und Erwartung; „Fehler“ verhindern die Auswertung, Warnungen und Hinweise nicht.

# %%
report = typology.check_survey(folder)
report.counts

# %%
report.findings.groupby(["severity", "kind"]).size().rename("Zahl").to_frame()

# %%
report.findings.head(8)[["severity", "kind", "row", "key", "column", "value", "message"]]

# %% [markdown]
# ## Die geprüfte Befragung

# %%
survey = typology.read_survey(folder)
survey.responses.iloc[:4, :14]

# %% [markdown]
# Auffällig ist, wer nahezu alles ankreuzt oder mehr als erlaubt. Diese Antworten bleiben in den Daten, fließen aber
# nicht in die Schätzung der Typen ein.

# %%
survey.flags

# %% [markdown]
# ## Wer hat geantwortet?
# Größenklassen nach KGSt; Gemeinden und Kreise haben getrennte Skalen.

# %%
pd.crosstab(survey.municipalities["size_class"], survey.municipalities["kind"])
