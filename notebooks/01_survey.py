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
# Befragung ist **synthetisch – Übungsdaten**; `make notebooks SURVEY=…` nimmt jede andere, zu der es eine Studie gibt.

# %%
import os
from pathlib import Path

import pandas as pd

import typology

pd.options.display.max_colwidth = 90
data, name = Path(os.environ.get("TYPOLOGY_DATA", "../data")), os.environ.get("TYPOLOGY_SURVEY", "demo")
folder = data / "raw" / name  # a name, or the whole path of a survey's folder

# %% [markdown]
# ## Der Rohexport
# So kommt die Datei an, jede Zelle als Text. In der mitgelieferten Befragung: Codes als Überschriften, Kreuze als „Y“,
# leere Felder, mehrere Antworten derselben Kommune.

# %%
raw = typology.read_export(folder)
print(f"{raw.shape[0]} Zeilen, {raw.shape[1]} Spalten")
raw.iloc[:4, :16]

# %% [markdown]
# ## Was die Prüfung findet
# Jeder Befund nennt Zeile, Spalte, Wert und Erwartung; „Fehler“ verhindern die Auswertung, Warnungen und Hinweise nicht.

# %%
report = typology.check_survey(folder)
report.counts

# %%
if report.findings.empty:
    print("Die Prüfung hat nichts gefunden.")
else:
    display(report.findings.groupby(["severity", "kind"]).size().rename("Zahl").to_frame())
    display(report.findings.head(8)[["severity", "kind", "row", "key", "column", "value", "message"]])

# %% [markdown]
# ## Die geprüfte Befragung

# %%
try:
    survey = typology.read_survey(folder)
except typology.TypologyError as error:
    raise SystemExit(f"Hier endet das Notebook: {error.message}") from None
survey.responses.iloc[:4, :14]

# %% [markdown]
# Auffällig ist, wer nahezu alles ankreuzt oder mehr als erlaubt. Diese Antworten bleiben in den Daten, fließen aber
# nicht in die Schätzung der Typen ein.

# %%
if survey.flags.empty:
    print("Keine Antwort ist auffällig.")
else:
    display(survey.flags)

# %% [markdown]
# ## Wer hat geantwortet?
# Größenklassen nach KGSt; Gemeinden und Kreise haben getrennte Skalen.

# %%
sized = survey.municipalities.query("size_class.notna() and size_class != ''")
if len(sized):
    display(pd.crosstab(sized["size_class"], sized["kind"]))
else:
    print(f"{len(survey.municipalities)} haben geantwortet; wie groß sie sind, sagt diese Befragung nicht.")
