"""Training of the language models that ship with the course; `python -m tools.pretrain --help`."""
