# Every target says in one line what it does; `make` alone lists them.
PYTHON ?= python3
VENV   := .venv
PY     := $(VENV)/bin/python
PIP    := $(PY) -m pip install --quiet --disable-pip-version-check
SURVEY ?= demo
IN     ?= de
N      ?= 60
SEED   ?= 0
LOCK   := uv pip compile pyproject.toml --universal --fork-strategy fewest --generate-hashes \
          --no-header --no-annotate --python-version 3.11

# Compiled modules are kept: the many processes of the suite would each compile them anew.
unexport PYTHONDONTWRITEBYTECODE
.DEFAULT_GOAL := help
.PHONY: help run test proofs mutations notebooks lab serve docs bench lint sbom lock clean

help:  ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## /{printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/.run: $(VENV)/bin/python requirements/run.txt pyproject.toml
	@echo "Setting up the environment (once, from the lock file) …"
	$(PIP) --require-hashes -r requirements/run.txt
	$(PIP) --no-build-isolation --no-deps -e .
	@touch $@

$(VENV)/.dev: $(VENV)/.run requirements/dev.txt
	@echo "Setting up the development tools (once, from the lock file) …"
	$(PIP) --require-hashes -r requirements/dev.txt
	@touch $@

run: $(VENV)/.run  ## environment, then the study end to end (SURVEY=demo)
	$(PY) -m typology run $(SURVEY)

# Three workers on two processors: while one waits for a study that another computes, the third goes on.
test: $(VENV)/.dev  ## development tools, then the test suite
	$(PY) -m pytest -n 3 --dist worksteal -m "not long and not browser"

proofs: $(VENV)/.dev  ## the tests that take longer: browsers, notebooks, further studies, all cases of a kind
	$(PY) -m pytest -n 3 --dist worksteal -m "long or browser"

mutations: $(VENV)/.dev  ## would a test notice? one-line changes of the code (N=60 SEED=0)
	$(PY) tests/mutations/run.py -n $(N) --seed $(SEED)

notebooks: $(VENV)/.dev  ## run the German notebooks and publish them as pages (SURVEY=demo; IN=en: the English ones)
	$(PY) -m typology notebooks $(SURVEY) --language $(IN)

lab: $(VENV)/.dev  ## open the notebooks in JupyterLab, the English ones in en/ (SURVEY=demo)
	TYPOLOGY_SURVEY=$(SURVEY) $(VENV)/bin/jupyter lab notebooks

serve: $(VENV)/.run  ## show the site on this machine only
	$(PY) -m typology serve $(SURVEY)

# The notice about the successor of the theme is for its users, not for readers of this build.
docs: $(VENV)/.dev  ## renew the pages made from the program, then build all of them into docs/site
	$(PY) docs/generate.py
	NO_MKDOCS_2_WARNING=1 $(PY) -m mkdocs build --quiet --strict -f docs/mkdocs.yml
	@echo "docs/site/index.html (the search needs a server: $(PY) -m http.server -d docs/site)"

bench: $(VENV)/.dev  ## speed, memory and quality studies; results in benchmarks/results
	$(PY) benchmarks/run.py

lint: $(VENV)/.dev  ## style, types, and a licence for every file
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/mypy
	$(VENV)/bin/reuse lint --quiet

sbom: $(VENV)/.dev  ## what a user installs, as CycloneDX 1.6, from the lock file
	@mkdir -p build
	$(VENV)/bin/cyclonedx-py requirements --pyproject pyproject.toml --spec-version 1.6 --output-reproducible \
	    -o build/sbom.cdx.json requirements/run.txt

lock:  ## renew the hashed lock files (needs uv)
	$(LOCK) --extra build -o requirements/run.txt
	$(LOCK) --all-extras -c requirements/run.txt -o requirements/dev.txt

clean:  ## remove the environment and everything that was made
	find typology tests -name __pycache__ -prune -exec rm -rf {} +
	rm -rf $(VENV) data/processed/$(SURVEY) docs/site *.egg-info .pytest_cache .ruff_cache .mypy_cache .hypothesis
