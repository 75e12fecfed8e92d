# What a student, a reader and a contributor do with the course. `make` alone lists it.
# staff.mk, which only the full repository has, adds what instructors and contributors do.

.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory
# One thing after the other, also with -j: `make execute` writes what `site` reads.
.NOTPARALLEL:
.DELETE_ON_ERROR:
.PHONY: help env lab site FORCE
# An environment that happens to be active is not the course's.
unexport VIRTUAL_ENV PYTHONHOME PYTHONPATH

BIN := $(CURDIR)/.venv/bin
# nbgrader looks for its database tool on PATH.
WITH_PATH := PATH="$(BIN):$$PATH"
# What a student's copy installs, and where its JupyterLab is configured; staff.mk has more of both.
PACKAGES := --no-dev
LAB_CONFIG := $(CURDIR)/jupyter
-include staff.mk

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

# ------------------------------------------------------------------------------------------- environment

UV := $(shell command -v uv 2>/dev/null || echo .tools/uv/bin/uv)
# Where no Python from 3.11 to 3.13 is installed, uv may fetch one: into the project, like everything else.
export UV_PYTHON_INSTALL_DIR := $(CURDIR)/.tools/python
# Where the home may not be written, as in some containers, what uv downloads stays in the project, too.
CACHE := "$${XDG_CACHE_HOME:-$$HOME/.cache}"
ifeq ($(UV_CACHE_DIR)$(shell mkdir -p $(CACHE) 2>/dev/null && test -w $(CACHE) && echo writable),)
export UV_CACHE_DIR := $(CURDIR)/.tools/cache
endif
# Once, and not by each command where Python may not write its cache (containers often say so).
export UV_COMPILE_BYTECODE := 1

env: .venv/synced ## Install the course's packages into .venv (on Linux, without CUDA: CPU=1)

# PyPI's torch for Linux brings CUDA, more than half of what is installed. CPU=1 takes torch and torchvision, both
# together, from PyTorch's own index, which has them without; .venv/cpu remembers it.
TORCH_INDEX := https://download.pytorch.org/whl/cpu
CPU := $(if $(filter Linux,$(shell uname -s)),$(wildcard .venv/cpu))
CUDA := $(if $(CPU),torch torchvision $(shell sed -nE 's/^name = "((nvidia|cuda)-.*|triton)"$$/\1/p' uv.lock 2>/dev/null))
TORCH := $(if $(CPU),$(shell awk -F '"' '/^name =/ {name = $$2} /^version =/ && name ~ /^torch(vision)?$$/ {print name "==" $$2}' uv.lock 2>/dev/null))
ifneq ($(if $(CPU),$(wildcard .venv/cpu),-),$(if $(CPU),.venv/cpu,-))
.venv/synced: FORCE
endif

# The stamp is written last and holds the folder's name: an environment whose making was interrupted, or that was
# moved or copied, does not work, and is made anew.
ifneq ($(shell cat .venv/synced 2>/dev/null),$(CURDIR))
.venv/synced: FORCE
endif

.venv/synced: pyproject.toml uv.lock
	@$(if $(filter .tools/%,$(UV)),$(MAKE) -s $(UV))
	@echo "Installing the course's packages into .venv: $(if $(CPU),2,6) GB on Linux, less on a Mac; minutes, the first time."
	@[ "$$(cat $@ 2>/dev/null)" = "$(CURDIR)" ] || rm -rf .venv
	@rm -f $@
	@{ "$(UV)" sync --locked $(PACKAGES) $(addprefix --no-install-package ,$(CUDA)) && \
	  $(if $(CPU),"$(UV)" pip install --python .venv --no-deps --index-url $(TORCH_INDEX) $(TORCH),true); } || { \
	  echo "make env: uv could not install the packages; its message stands above. It needs Python 3.11, 3.12" >&2; \
	  echo "or 3.13 and a network that reaches PyPI. When that is mended, run make env again." >&2; exit 1; }
	@$(if $(CPU),touch .venv/cpu)
	@echo "$(CURDIR)" > $@

# A virtual environment keeps uv out of everything else; where Python has no ensurepip (Debian without
# python3-venv), pip puts it there itself.
.tools/uv/bin/uv:
	@echo "Fetching uv, which installs the packages, from PyPI into .tools/"
	@rm -rf .tools/uv
	@for name in python3 python3.13 python3.12 python3.11 python; do \
	  python=$$(command -v $$name) && "$$python" -c 'import sys; sys.exit(sys.version_info < (3, 8))' 2>/dev/null && break; \
	  python=; done; \
	if [ -z "$$python" ]; then \
	  echo "make env: neither uv nor Python was found. Install Python 3.11, 3.12 or 3.13 (python.org, or" >&2; \
	  echo "apt install python3 python3-venv), or uv (docs.astral.sh/uv), and run make again." >&2; exit 1; fi; \
	if "$$python" -m venv .tools/uv >/dev/null 2>&1; then pip=".tools/uv/bin/python -m pip install"; \
	else rm -rf .tools/uv; pip="'$$python' -m pip install --target .tools/uv"; fi; \
	eval "$$pip" --quiet --disable-pip-version-check uv || { rm -rf .tools/uv; \
	  echo "make env: $$python could not install uv from PyPI; its message stands above. Install uv yourself" >&2; \
	  echo "(docs.astral.sh/uv) or mend pip (apt install python3-venv), and run make again." >&2; exit 1; }

# ------------------------------------------------------------------------------------------------ the course

# Settings come from jupyter/, in the project; what JupyterLab remembers stays in .jupyter/, in the project.
LAB := $(WITH_PATH) JUPYTER_CONFIG_PATH="$(LAB_CONFIG)" JUPYTER_CONFIG_DIR="$(CURDIR)/.jupyter/config" \
  JUPYTER_DATA_DIR="$(CURDIR)/.jupyter/data" IPYTHONDIR="$(CURDIR)/.jupyter/ipython" \
  "$(BIN)/python" -m jupyterlab

lab: .venv/synced | .exchange my-work ## Study in JupyterLab (with options: make lab ARGS=--no-browser)
	@$(LAB) $(ARGS)

# nbgrader hands out and collects through this folder, and fetches a student's copy into my-work.
.exchange:
	@mkdir -p $@ && chmod 777 $@

my-work:
	@mkdir -p $@

site: _build/site.done ## Build the website into _build/html

# Folders count too: their time changes when a page is taken away.
_build/site.done: .venv/synced $(shell find book exercises src/everyvec _config.yml _toc.yml ! -path '*/__pycache__*' 2>/dev/null)
	@echo "Building the website into _build/html"
	@"$(BIN)/jupyter-book" build -W --keep-going -n -q .
	@touch $@
