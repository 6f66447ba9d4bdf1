# Everything that needs the environment makes it first, from requirements.lock.
# Windows without make: the same verbs as `python -m resilience_lib VERB` (see README).

PYTHON ?= python3
UV_VERSION := 0.13.9
TOOLS := .tools
UV := UV_PYTHON_DOWNLOADS=never $(TOOLS)/bin/uv
PY := .venv/bin/python
ENV := .venv/.ready
STUDY ?=
CHOSEN := $(if $(STUDY),--study $(STUDY))
WORKERS ?= 2
STRIPPED := metadata.papermill metadata.widgets metadata.language_info.version cell.metadata.papermill cell.metadata.execution

# said before anything is made, whichever of the two folders is missing
PYTHON_FITS = { command -v $(PYTHON) >/dev/null || { echo "$(PYTHON) was not found. Install Python 3.11 to 3.13, or say make PYTHON=/path/to/python"; false; }; } && \
  $(PYTHON) -c 'import sys; v = sys.version_info[:2]; sys.exit(0 if (3, 11) <= v <= (3, 13) else "Python 3.11, 3.12 or 3.13 is needed; $(PYTHON) is %d.%d. Say make PYTHON=python3.11" % v)'

# a caller's setting that stops bytecode would make every start cost seconds
unexport PYTHONDONTWRITEBYTECODE
export JUPYTER_PLATFORM_DIRS := 1

.DEFAULT_GOAL := help
.PHONY: help docs paper-figures fetch check codebook code-map export test verify lab report new-study lint clean references simulate design \
        accept-numbers benchmark lock check-browser

help: ## this list
	@echo "make VERB [STUDY=name]   (studies: $(notdir $(wildcard studies/*)))"
	@awk 'BEGIN {FS = ":.*## "} /^[a-z-]+:.*## / {printf "  %-16s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

paper-figures: $(ENV) ## every figure, table and page from the raw files; only what changed is rebuilt
	@$(PY) -m resilience_lib paper-figures $(CHOSEN)

verify: $(ENV) ## each printed number: the same, or what differs and why; exit 1 on any miss
	@$(PY) -m resilience_lib verify $(CHOSEN)

fetch: $(ENV) ## lay the raw files that are absent, and check all of them
	@$(PY) -m resilience_lib fetch $(CHOSEN)

check: $(ENV) ## the raw files against their codebook: every fault, also as check.xlsx
	@$(PY) -m resilience_lib check $(CHOSEN)

report: $(ENV) ## build what is stale, then say where the pages are
	@$(PY) -m resilience_lib report $(CHOSEN)

lab: $(ENV) ## open JupyterLab on the notebooks
	@$(PY) -m jupyterlab --ServerApp.root_dir=. --LabApp.default_url=/lab/tree/notebooks/explore/start_here.ipynb

new-study: $(ENV) ## NAME=name: a runnable, commented study to start from
	@$(PY) -m resilience_lib new-study "$(NAME)"

design: $(ENV) ## before the study: what it could find, from the block design of its study file
	@$(PY) -m resilience_lib design $(CHOSEN)

codebook: $(ENV) ## FILE=file [READER=kind]: draft the codebook of a file in data/raw/STUDY
	@$(PY) -m resilience_lib codebook $(CHOSEN) $(if $(FILE),--file "$(FILE)") $(if $(READER),--reader $(READER)) \
	  $(if $(SHEET),--sheet "$(SHEET)") $(if $(DICTIONARY),--dictionary "$(DICTIONARY)")

code-map: $(ENV) ## draft register and code map of coded stories from the exports that study.yml names
	@$(PY) -m resilience_lib code-map $(CHOSEN)

export: $(ENV) ## the scored file as .csv and .sav with SPSS syntax and datapackage.json
	@$(PY) -m resilience_lib export $(CHOSEN)

accept-numbers: $(ENV) ## after every number held: write numbers.lock
	@$(PY) -m resilience_lib accept-numbers $(CHOSEN)

test: $(ENV) ## all tests
	@$(PY) -m pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder

lint: $(ENV) ## ruff and mypy
	@$(PY) -m ruff check .
	@$(PY) -m ruff format --check .
	@$(PY) -m mypy

references: $(ENV) ## rerun the R scripts behind the reference values (needs R, see tests/references)
	@$(PY) tests/references/run.py

simulate: $(ENV) ## how often intervals hold the truth: 1,000 studies of items, then 6 to 40 schools (some hours)
	@OPENBLAS_NUM_THREADS=1 RAYON_NUM_THREADS=1 $(PY) benchmarks/coverage.py
	@OPENBLAS_NUM_THREADS=1 RAYON_NUM_THREADS=1 $(PY) benchmarks/long_run.py
	@OPENBLAS_NUM_THREADS=1 RAYON_NUM_THREADS=1 $(PY) benchmarks/long_run_further.py

benchmark: $(ENV) ## the build against the papermill command line; scoring, linking, bootstrap, reading, stories, mixed models
	@$(PY) benchmarks/build_ratio.py
	@$(PY) benchmarks/scoring.py
	@$(PY) benchmarks/linking.py
	@$(PY) benchmarks/resampling.py
	@$(PY) benchmarks/read_files.py
	@$(PY) benchmarks/stories.py
	@$(PY) benchmarks/mixed.py

check-browser: $(ENV) ## JupyterLab in Chromium: Run All in notebook 5 (NOT RUN without Chromium)
	@$(PY) tests/browser/run_all.py

docs: $(ENV) ## write README's figure table and pictures, and the pages of docs/, from the code and what is built
	@$(PY) -m resilience_lib docs

lock: $(TOOLS)/bin/uv ## resolve requirements.lock anew from pyproject.toml
	$(UV) pip compile pyproject.toml --universal --generate-hashes --python-version 3.11 \
	  --group dev -o requirements.lock

clean: ## remove everything built; never raw data, never the environment
	@rm -rf figures/*/ reports data/processed/*/ data/processed/.cache
	@echo "removed figures, reports and processed data; raw data and .venv are as they were"

$(TOOLS)/bin/uv:
	@$(PYTHON_FITS)
	@$(PYTHON) -m pip --version >/dev/null 2>&1 || { echo "$(PYTHON) has no pip. Install it (Debian: python3-pip python3-venv)"; exit 1; }
	@echo "setting up uv $(UV_VERSION)"
	@$(PYTHON) -m venv --without-pip $(TOOLS)
	@$(PYTHON) -m pip --python $(TOOLS)/bin/python install --quiet uv==$(UV_VERSION)

$(ENV): requirements.lock pyproject.toml | $(TOOLS)/bin/uv
	@sum=$$(cat requirements.lock pyproject.toml | cksum); \
	if [ "$$(cat $(ENV) 2>/dev/null)" = "$$sum" ]; then touch $(ENV); else \
	  echo "setting up the environment from requirements.lock" && \
	  { [ -x $(PY) ] || { $(PYTHON_FITS) && $(UV) venv --quiet --python "$$($(PYTHON) -c 'import sys; print(sys.executable)')" .venv; }; } && \
	  $(UV) pip sync --quiet --python $(PY) --require-hashes --compile-bytecode requirements.lock && \
	  $(UV) pip install --quiet --python $(PY) --no-deps --no-build-isolation -e . && \
	  { ! git rev-parse --git-dir >/dev/null 2>&1 || \
	    { git config filter.nbstrip.clean "$(PY) -m nbstripout --keep-id --extra-keys '$(STRIPPED)'" && \
	      git config filter.nbstrip.smudge cat && git config filter.nbstrip.required true; }; } && \
	  echo "$$sum" > $(ENV); fi
