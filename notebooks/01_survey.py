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

import typology

language = "de"
typology.set_language(language)
data, name = Path(os.environ.get("TYPOLOGY_DATA", "../data")), os.environ.get("TYPOLOGY_SURVEY", "demo")
words = {
    "end": "Hier endet das Notebook: {}",
    "size": "{} Zeilen, {} Spalten",
    "row": "Zeile", "what": "was", "n": "Zahl", "why": "warum",
    "nothing_found": "Die Prüfung hat nichts gefunden.",
    "no_flags": "Keine Antwort ist auffällig.",
    "no_sizes": "{} haben geantwortet; wie groß sie sind, sagt diese Befragung nicht.",
    "size_class": "Größenklasse", "kind": "Art der Kommune",
}

# %%
import pandas as pd

pd.options.display.max_colwidth = 90
folder = data / "raw" / name  # a name, or the whole path of a survey's folder

# %% [markdown]
# ## Der Rohexport
# So kommt die Datei an, jede Zelle als Text. In der mitgelieferten Befragung: Codes als Überschriften, Kreuze als „Y“,
# leere Felder, mehrere Antworten derselben Kommune.

# %%
raw = typology.read_export(folder)
print(words["size"].format(*raw.shape))
raw.iloc[:4, :16].rename_axis(words["row"])

# %% [markdown]
# ## Was die Prüfung findet
# Jeder Befund nennt Zeile, Spalte, Wert und Erwartung; „Fehler“ verhindern die Auswertung, Warnungen und Hinweise nicht.

# %%
report, content = typology.check_survey(folder), typology.load_content()
report.counts.assign(what=[content.say(f"count_{what}") for what in report.counts["what"]]).rename(columns=words)

# %%
if report.findings.empty:
    print(words["nothing_found"])
else:
    findings = report.table()
    display(findings.groupby(list(findings.columns[:2])).size().rename(words["n"]).to_frame())
    display(findings.head(8))

# %% [markdown]
# ## Die geprüfte Befragung
# Spalten und Antworten tragen jetzt Schlüssel, die in jeder Sprache dieselben sind, zum Beispiel `goal_effizienz` für das
# Ziel „Effizienz der Verwaltung“, `ja` für genannt und `stand_…` für den Stand eines Handlungsfelds (1 bis 5).

# %%
try:
    survey = typology.read_survey(folder)
except typology.TypologyError as error:
    raise SystemExit(words["end"].format(error.message)) from None
survey.responses.iloc[:4, :14]

# %% [markdown]
# Auffällig ist, wer nahezu alles ankreuzt oder mehr als erlaubt. Diese Antworten bleiben in den Daten, fließen aber
# nicht in die Schätzung der Typen ein.

# %%
if survey.flags.empty:
    print(words["no_flags"])
else:
    display(survey.flags)

# %% [markdown]
# ## Wer hat geantwortet?
# Größenklassen nach KGSt; Gemeinden und Kreise haben getrennte Skalen.

# %%
sized = survey.municipalities.query("size_class.notna() and size_class != ''")
if len(sized):
    kinds = {kind: content.say(f"view_kind_{kind}") for kind in sized["kind"].unique()}
    display(pd.crosstab(sized["size_class"], sized["kind"].map(kinds)).rename_axis(
        index=words["size_class"], columns=words["kind"]
    ))
else:
    print(words["no_sizes"].format(len(survey.municipalities)))
