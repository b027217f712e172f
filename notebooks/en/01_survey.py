# ---
# jupyter:
#   jupytext:
#     formats: py:percent
#     text_representation: {extension: .py, format_name: percent}
#   kernelspec: {display_name: Python 3, language: python, name: python3}
# ---

# %% [markdown]
# # 1 · From the raw export to a checked survey
#
# A survey tool never hands over a clean table. This notebook follows the file as it is read: what the codebook says
# about it, what is dropped, mended or merely reported, and what is left. The survey that comes with the program is
# **synthetic – practice data**; `make notebooks IN=en SURVEY=…` takes any other survey that has a study.

# %%
import os
from pathlib import Path

import typology

language = "en"
typology.set_language(language)
data, name = Path(os.environ.get("TYPOLOGY_DATA", "../../data")), os.environ.get("TYPOLOGY_SURVEY", "demo")
words = {
    "end": "The notebook ends here: {}",
    "size": "{} rows, {} columns",
    "row": "row", "what": "what", "n": "number", "why": "why",
    "nothing_found": "The check found nothing.",
    "no_flags": "No answer is flagged.",
    "no_sizes": "{} answered; how large they are, this survey does not say.",
    "size_class": "Size class", "kind": "Kind of municipality",
}

# %%
import pandas as pd

pd.options.display.max_colwidth = 90
folder = data / "raw" / name  # a name, or the whole path of a survey's folder

# %% [markdown]
# ## The raw export
# This is the file as it arrives, every cell as text. In the practice survey: codes for headings, ticks as “Y”, empty
# cells, several answers from the same municipality.

# %%
raw = typology.read_export(folder)
print(words["size"].format(*raw.shape))
raw.iloc[:4, :16].rename_axis(words["row"])

# %% [markdown]
# ## What the check finds
# A finding names row, column, value and what was expected. Errors stop the analysis, warnings and notes do not.

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
# ## The checked survey
# Columns and answers now carry keys, which are the same in every language, for example `goal_effizienz` for the goal
# “Efficiency of the administration”, `ja` for chosen and `stand_…` for the level of a field of action (1 to 5).

# %%
try:
    survey = typology.read_survey(folder)
except typology.TypologyError as error:
    raise SystemExit(words["end"].format(error.message)) from None
survey.responses.iloc[:4, :14]

# %% [markdown]
# Answers are flagged if they tick nearly everything, or more than the question allows. They stay in the data but are
# left out when the types are estimated.

# %%
if survey.flags.empty:
    print(words["no_flags"])
else:
    display(survey.flags)

# %% [markdown]
# ## Who answered?
# KGSt size classes. Municipalities and districts have separate scales.

# %%
sized = survey.municipalities.query("size_class.notna() and size_class != ''")
if len(sized):
    kinds = {kind: content.say(f"view_kind_{kind}") for kind in sized["kind"].unique()}
    display(pd.crosstab(sized["size_class"], sized["kind"].map(kinds)).rename_axis(
        index=words["size_class"], columns=words["kind"]
    ))
else:
    print(words["no_sizes"].format(len(survey.municipalities)))
