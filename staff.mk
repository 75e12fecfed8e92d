# What instructors and contributors do. Included by the Makefile; a student's copy of the course does not have it.

PACKAGES :=
LAB_CONFIG := $(CURDIR)/jupyter/staff:$(CURDIR)/jupyter
.PHONY: course test execute claims release grade audit bench bench-grade bench-walks clean

# Each step stops the rest when it fails, and does only what is not done yet.
STEPS := env release site grade
course: ## Make everything: environment, students' release, website, a sample class graded
	@began=$$(date +%s); n=0; \
	for step in $(STEPS); do n=$$((n + 1)); \
	  printf '\n== step %s of $(words $(STEPS)): make %s  (%s s so far)\n' $$n $$step $$(($$(date +%s) - began)); \
	  $(MAKE) -s $$step || { printf '\nmake course: step %s, make %s, failed; its message stands above.\n' $$n $$step >&2; exit 1; }; \
	done; \
	printf '\n== made in %s s\n' $$(($$(date +%s) - began)); \
	printf '  %-16s %-54s %s\n' \
	  'what' 'where' 'how to open it' \
	  'the course' 'book/' 'make lab' \
	  'exercises' 'exercises/' 'make lab' \
	  "students' copy" '_build/student/everything-is-a-vector.zip' 'unpack it, then in its folder: make lab' \
	  'website' '_build/html/index.html' 'with a browser' \
	  'grades' '_build/sample-class/_build/grade/$(SAMPLE).csv' 'in the table above, or as a spreadsheet' \
	  'feedback' '_build/sample-class/feedback/STUDENT/$(SAMPLE)/' 'with a browser'

# Lessons run as they were stored: small and offline. Fast checks first; the last line counts them all.
# One thread each: where processes outnumber cores, threads that wait for one another took 2 to 50 times as long.
test: .venv/synced ## Check everything that changed (all of it: FRESH=1; one part: TESTS=tests/pretext)
	@"$(BIN)/python" -m ruff format --check --quiet .
	@"$(BIN)/python" -m ruff check --quiet .
	@$(WITH_PATH) EVERYVEC_PROFILE=cpu HF_HUB_OFFLINE=1 OMP_NUM_THREADS=1 \
	  python -m pytest -p tests.passes -p tests.alike -n $(WORKERS) --dist loadscope --no-loadscope-reorder --durations 10 \
	  --nbval --nbval-current-env --nbval-sanitize-with tests/nbval_sanitize.cfg $(TESTS)
TESTS := tests book
# One more than there are cores: grading and browsers wait as much as they compute. A worker takes up to 2 GB.
WORKERS = $(shell "$(BIN)/python" -c 'import os; print(min(4, 1 + (os.cpu_count() or 1)))')

execute: .venv/synced ## Run lessons that changed and store their outputs (all: FORCE=1)
	@"$(BIN)/python" -m tools.execute $(if $(FORCE),--force) $(NOTEBOOKS)

claims: .venv/synced ## Run lessons with other seeds: which claims hold by luck? (SEEDS=4; some: NOTEBOOKS=…)
	@"$(BIN)/python" -m tools.claims --seeds $(SEEDS) $(NOTEBOOKS)
SEEDS := 4

release: .venv/synced ## Make exercises/ from solutions/, and the students' copy of the course
	@$(WITH_PATH) staffroom release

grade: .venv/synced ## Make the sample class and grade it
	@$(WITH_PATH) staffroom sample $(SAMPLE) --grade
SAMPLE := 1-word2vec

audit: .venv/synced ## Test the tests: right answers keep their points, wrong ones lose theirs
	@$(WITH_PATH) staffroom audit

bench: .venv/synced ## Measure times and sizes against their limits (make bench ARGS=--help)
	@"$(BIN)/python" tools/bench.py $(ARGS)

bench-grade: .venv/synced ## Measure grading: against stock nbgrader, with more workers, killed and resumed
	@"$(BIN)/python" tools/bench.py grade thousand

bench-walks: .venv/synced ## Measure random walks against a plain Python loop
	@"$(BIN)/python" tools/bench.py walks

clean: ## Remove what was generated; the environment and your own work stay
	rm -rf _build
