# GNU make 4.3 or newer. Each target sets up what it needs, once, in .venv.
.DEFAULT_GOAL := help
.PHONY: help report test reproduce faults certify bench lab diff lock clean
# A module from elsewhere must not stand in for a locked one.
unexport PYTHONHOME PYTHONPATH

help: ## show this list
	@sed -n 's/^\([a-z]*\):.*## /  make \1\t/p' Makefile

report: ## clean the raw data, run every report, write reports/index.html
	@sh requirements/setup.sh run
	@.venv/run/bin/python -m analysis report $(REPORT)

test: ## check style, types, tests, and that every executed report runs again with the same outputs
	@sh requirements/setup.sh test
	.venv/test/bin/ruff check
	.venv/test/bin/ruff format --check
	.venv/test/bin/mypy
	.venv/test/bin/lint-imports --no-logo
	.venv/test/bin/pytest -n 2 --dist worksteal -m "not slow"
	@# Reports are made without a kernel: that a reader's own kernel gives the same outputs is proved here, in an ordinary one.
	.venv/test/bin/pytest -n 2 --dist loadfile -p no:cacheprovider --nbval --nbval-current-env --nbval-cell-timeout=120 reports

reproduce: ## rebuild all from raw under another clock, HOME, language ... and compare every byte (some minutes)
	@sh requirements/setup.sh test
	@.venv/test/bin/python harnesses/reproduce.py

faults: ## break runs in every way that is known, and write docs/faults.md (some minutes)
	@sh requirements/setup.sh test
	@cd tests && ../.venv/test/bin/python -m faults

certify: ## simulate series with known truth, and write docs/certification.md (five to fifteen minutes)
	@sh requirements/setup.sh test
	.venv/test/bin/python harnesses/joinpoint_simulations.py
	.venv/test/bin/python harnesses/association_simulations.py
	.venv/test/bin/python harnesses/certify.py

bench: ## time the runner beside its peers, and write benchmarks/RESULTS.md (half an hour; PEERS=folder of dvc and snakemake)
	@sh requirements/setup.sh test
	@.venv/test/bin/python benchmarks/bench.py
	@.venv/test/bin/python benchmarks/extraction.py

# The plugin turned off asks whether to fetch news; setting no address for news does not stop it.
lab: ## open copies of the notebooks, in work, in JupyterLab, on this machine only (LAB="--port=9000" for more options)
	@sh requirements/setup.sh lab
	@mkdir -p work
	@for notebook in notebooks/*.ipynb; do \
	  test -e "work/$${notebook##*/}" || cp "$$notebook" work; \
	done
	@mkdir -p .venv/lab/etc/jupyter/labconfig
	@echo '{"disabledExtensions": {"@jupyterlab/apputils-extension:announcements": true}}' \
	  >.venv/lab/etc/jupyter/labconfig/page_config.json
	@JUPYTER_CONFIG_DIR="$(CURDIR)/.venv/lab/etc/jupyter" .venv/lab/bin/jupyter lab \
	  --ServerApp.ip=127.0.0.1 --ServerApp.root_dir="$(CURDIR)" \
	  --LabApp.default_url=/lab/tree/work/00_start_here.ipynb $(LAB)

diff: ## show what changed in a report between two commits, cell by cell and without pictures (A=HEAD~1 B=HEAD REPORT=colombia-us)
	@git diff --no-ext-diff --unified=1 --ignore-matching-lines='"image/png":' $(or $(A),HEAD~1) $(or $(B),HEAD) -- \
	  'reports/$(or $(REPORT),*)/report.ipynb'

lock: ## re-make the locks from pyproject.toml, newest versions first (maintainers; needs uv)
	@$(COMPILE) --output-file requirements/run.txt
	@for set in test lab; do \
	  $(COMPILE) --group $$set --constraints requirements/run.txt --output-file requirements/$$set.txt || exit 1; \
	done

COMPILE = uv pip compile --quiet --upgrade pyproject.toml --group build --universal --python-version 3.11 \
  --fork-strategy fewest --generate-hashes --constraints requirements/constraints.in --custom-compile-command 'make lock'

clean: ## remove what make and the tools have made, except data and reports
	@rm -rf .venv .cache .pytest_cache .mypy_cache .ruff_cache .hypothesis src/*.egg-info
	@find src tests -type d -name __pycache__ -prune -exec rm -rf {} +
