# ---
# jupyter:
#   jupytext:
#     formats: py:percent
#     text_representation: {extension: .py, format_name: percent}
#   kernelspec: {display_name: Python 3, language: python, name: python3}
# ---

# %% [markdown]
# # 2 · Groups by goals
#
# The types rest on one thing only: the goals a municipality pursues with digitalisation. This notebook estimates latent
# classes, asks how certain the solution is, and sets other methods beside it. The survey that comes with the program is
# **synthetic – practice data**: its numbers say nothing about real municipalities.

# %%
import os
from pathlib import Path

import typology

language = "en"
typology.set_language(language)
data, name = Path(os.environ.get("TYPOLOGY_DATA", "../../data")), os.environ.get("TYPOLOGY_SURVEY", "demo")
words = {
    "end": "The notebook ends here: {}",
    "asked": "{} municipalities, {} of them in the estimation",
    "bodies": "municipalities", "share": "share", "goals": "goals per municipality", "all": "all",
    "mean": "mean", "sd": "standard deviation", "expected_sd": "standard deviation with independent goals",
    "no_ticks": "Graded answers are not counted: none of these goals is ticked.",
    "value": "value", "log_likelihood": "log-likelihood", "n_parameters": "parameters",
    "n_patterns": "answer patterns", "replicated": "reached by", "n_starts": "starts",
    "gap_to_second": "distance to the second-best",
    "given": "number given", "plain": "plain",
    "aic": "AIC", "bic": "BIC", "adjusted_bic": "adjusted BIC", "icl": "ICL",
    "relative_entropy": "entropy", "smallest_class": "smallest class",
    "replicated_of_50": "reached by (of 50)", "blrt_p": "p against k − 1",
    "blrt_replicates": "replicates", "stability": "stability",
    "jaccard": "Jaccard", "low": "from", "high": "to", "recovered": "recovered",
    "mean_kept": "On average a municipality stays in its group in {} per cent of the replicates.",
    "movers": "{} of {} municipalities change groups in more than 30 per cent of the replicates.",
    "smallest": "smallest group", "own_stability": "own stability",
}

# %%
import matplotlib.pyplot as plt
import pandas as pd

from typology import figures

folder = data / "raw" / name  # a name, or the whole path of a survey's folder
survey = typology.read_survey(folder)
goals = typology.goals_matrix(survey)
question = typology.goal_question(survey)
question

# %% [markdown]
# ## How often is each goal chosen?
# Whoever ticks nearly everything, or more than allowed, stays outside the estimation. With graded questions, “chosen”
# means the highest level.

# %%
rows = typology.estimation_rows(survey, goals)
used = goals.loc[rows]
chosen = used.apply(lambda answers: answers == answers.cat.categories[-1])
print(words["asked"].format(len(goals), len(used)))
goal_names = {goal: survey.content.label("goal", goal) for goal in used.columns}
chosen.mean().sort_values(ascending=False).round(2).rename(index=goal_names).to_frame(words["share"])

# %% [markdown]
# ## How many goals does a municipality choose?
# The form of the question belongs to the model: under “up to three”, answers depend on one another even if there are no
# types at all.

# %%
chosen.sum(axis=1).value_counts().sort_index().to_frame(words["bodies"])

# %%
spread = typology.tick_spread(used, question)
if spread:
    display(pd.Series(spread, dtype=float).rename(words).round(2).to_frame(words["goals"]))
else:
    print(words["no_ticks"])

# %% [markdown]
# If the spread is much larger than with independent goals, municipalities differ mainly in how much they tick. If it is
# much smaller, the question limits the answers.

# %% [markdown]
# ## The latent classes
# Estimated from 500 random starts. “Reached by” says how many of them arrived at the best solution; the distance to the
# second-best shows whether it has a serious rival.

# %%
try:
    clustering = typology.cluster(used, survey.codebook.typology.n_classes, question=question, random_state=0)
except typology.TypologyError as error:
    raise SystemExit(words["end"].format(error.message)) from None
facts = ("log_likelihood", "n_parameters", "n_patterns", "replicated", "n_starts", "gap_to_second")
pd.Series({words[fact]: getattr(clustering, fact) for fact in facts}).round(2).to_frame(words["value"])

# %% [markdown]
# Where goals were picked from a list, the classes take the number of picked goals as given: a group is made by which
# goals are chosen, not by how many. Yes/no questions and graded answers get plain classes. For comparison, plain
# classes on the same answers (rows: as above, columns: plain):

# %%
plain = typology.cluster(used, survey.codebook.typology.n_classes, random_state=0)
groups = {key: survey.content.label("type", key) for key in (*clustering.classes, *plain.classes)}
pd.crosstab(clustering.labels.map(groups), plain.labels.map(groups)).rename_axis(
    index=words["given"], columns=words["plain"]
)

# %% alt="Rows of dots: for each goal the share that chooses it, in every group and among all"
classes = list(clustering.classes)
table = pd.DataFrame({goal: clustering.probabilities(goal).iloc[:, -1] for goal in clustering.items}).T
table["alle"] = chosen.mean()
table = table.rename(index=goal_names)
marks = figures.type_marks(classes, survey.content)
fig, ax = plt.subplots(figsize=(8, 5))
figures.draw_goal_rows(table, marks, ax)

# %% [markdown]
# The same numbers as a table:

# %%
table.rename(columns={**groups, "alle": words["all"]}).rename_axis(columns=None).round(2)

# %% [markdown]
# ## How large are the groups?

# %% alt="Bars with the share of each group"
fig, ax = plt.subplots(figsize=(6, 2.4))
figures.draw_share_bars(clustering.shares.to_frame("share"), marks, ax)

# %% [markdown]
# ## How certain is the assignment of a single municipality?
# The darker, the more probable. Grey stretches are municipalities between two groups.

# %% alt="A strip per group: probability of membership of each municipality, ordered by group and certainty"
memberships = clustering.memberships.dropna()
order = pd.DataFrame({"group": clustering.labels.loc[memberships.index], "top": memberships.max(axis=1)})
order = order.sort_values(["group", "top"], ascending=[True, False]).index
fig, ax = plt.subplots(figsize=(8, 2.4))
figures.draw_memberships(memberships.loc[order], marks, ax)

# %% [markdown]
# ## How many classes?
# The number in the codebook is the question, not the answer. For 1 to 8 classes the criteria stand side by side:
# log-likelihood, number of parameters, AIC, BIC, adjusted BIC, ICL, entropy, smallest class, and a test against one
# class fewer. The test draws 199 artificial surveys from the solution with one class fewer, in which every municipality
# keeps its number of chosen goals: otherwise “up to three” would look like types where there are none.

# %%
asked = survey.codebook.typology.n_classes
selection = typology.select_classes(used, range(1, 9), question=question, asked=asked, n_resamples=10)
numbers = selection.table.set_index("k").rename_axis(index=None, columns="k")
fit = ["log_likelihood", "n_parameters", "aic", "bic", "adjusted_bic", "icl"]
numbers[fit].rename(columns=words).round(1)

# %%
quality = ["relative_entropy", "smallest_class", "replicated", "blrt_p", "blrt_replicates", "stability"]
numbers[quality].rename(columns={**words, "replicated": words["replicated_of_50"]}).round(3).astype(object).where(
    lambda values: values.notna(), "–"
)

# %% [markdown]
# A test stops early once five artificial surveys reach the observed value; p < 0.01 is then out of reach. A dash means
# that the number was no longer tested, because two numbers of classes in a row had not been needed.

# %% alt="Lines: BIC, adjusted BIC and AIC over the number of classes; smaller values are better"
fig, ax = plt.subplots(figsize=(7, 3.6))
criteria = [words[name] for name in ("bic", "adjusted_bic", "aic")]
figures.draw_selection(numbers.rename(columns=words), ax, measures=criteria)

# %% [markdown]
# Continuous leanings make answers hang together as well, without any groups. The classes are therefore first held
# against models without types; only where the answers do not speak for those does the number of types follow.

# %%
signatures = {item.key: item.signature for item in survey.content.types}
compared = typology.compare_degrees(used, question=question, signatures=signatures, random_state=0)
for said in compared.with_number(selection.verdict, survey.content):  # both sentences, or the one that suffices
    if said[language]:
        print(said[language])

# %% [markdown]
# For “up to three”, the selection uses a model that takes the number of chosen goals as given; that is why
# log-likelihood and parameters differ from the estimation above. `docs/pages/method.md` describes it.

# %% [markdown]
# ## How stable?
# Municipalities are drawn anew with replacement 200 times and the classes are estimated again, each time from 20 fresh
# starts. The Jaccard index says which part of a group stays together (1: all of it); from 0.75 on a group counts as
# recovered.

# %%
stable = typology.stability(clustering, used, n_replicates=200, random_state=0)
stable.types.set_index("type").rename_axis(index=None).rename(index=groups, columns=words).round(2)

# %% alt="Columns: how many municipalities stayed in their group in which share of the replicates"
agreement = stable.municipalities["agreement"]
fig, ax = plt.subplots(figsize=(7, 2.8))
figures.draw_kept(agreement, ax)

# %%
print(words["mean_kept"].format(round(agreement.mean() * 100)))
print(words["movers"].format((agreement < 0.7).sum(), len(agreement)))

# %% [markdown]
# ## Which method?
# The same municipalities and the same number of groups, but other methods: k-means and Ward on ipsatised goals (each
# answer minus the mean of its municipality), multiple correspondence analysis (MCA) with Ward and k-means, k-medoids
# with simple matching. The adjusted Rand index is 1 for identical groups and about 0 for chance. The stability compares
# a method with itself on municipalities drawn anew.

# %%
try:
    methods = typology.compare_methods(
        used, clustering.n_classes, question=question, prior=clustering.prior, random_state=0
    )
except typology.TypologyError as error:
    raise SystemExit(words["end"].format(error.message)) from None
compared = methods.table.set_index("method").rename_axis(index=None)
names = {method: survey.content.say(f"method_short_{method}") for method in compared.index}
compared.rename(index=names, columns={**words, **names}).round(2)

# %% alt="Colour table: adjusted Rand index between every two methods, and beside it each method's own stability"
fig, ax = plt.subplots(figsize=(8, 4.2))
own = words["own_stability"]
figures.draw_methods(compared.rename(index=names, columns={**names, "stability": own}), ax, stability=own)

# %% [markdown]
# If the methods agree, the result comes from the answers; if they do not, it also comes from the method. Latent classes
# remain the basis, because they alone state probabilities and can work with missing answers.
