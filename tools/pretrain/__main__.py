"""Train a model that ships, and write its folder: `python -m tools.pretrain chinese`

The run has a fixed number of steps. It keeps a checkpoint every two minutes; started again after a kill, it
goes on from there. With a larger `--steps` a run is made longer, from the last checkpoint before its learning
rate began to fall. Those on pictures take minutes and keep none.
"""

import argparse
import sys
from pathlib import Path

import torch

from tools.pretrain import bert, chinese, clip, clip_chinese, english, scenes, texts

MODELS = {
    "chinese": chinese,
    "english": english,
    "bert": bert,
    "clip": clip,
    "clip-chinese": clip_chinese,
    "scenes": scenes,
}


def main(arguments: list[str] | None = None) -> int:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m tools.pretrain", description=__doc__.splitlines()[0])
    parser.add_argument("model", choices=MODELS)
    parser.add_argument("--steps", type=int, help="how many, if not as many as shipped")
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    parser.add_argument(
        "--bf16", action="store_true", help="products in bfloat16, for processors that have it"
    )
    parser.add_argument("--folder", type=Path, default=texts.CACHE, help="for checkpoints")
    options = parser.parse_args(arguments)
    MODELS[options.model].train(options)
    return 0


if __name__ == "__main__":
    sys.exit(main())
