"""What the lessons of modules 2 to 4 do where there is a GPU, cell for cell, at a hundredth of the size.

The cells come from the lessons. Of the cells before them only imports, functions and what is named here run.
"""

import ast
import json
from types import SimpleNamespace

import pytest
import torch

from tests.passes import ROOT

GPU = {  # lesson → a piece of its cell, what the GPU's choice becomes, other sizes in the cell, what it needs
    "predict-the-next-word": (
        "articles = text.wikipedia()",
        {"pieces": 60, "width": 16, "epochs": 1},
        {},
        (),
    ),
    "one-vector-for-a-sentence": (
        "drawn = seq2seq.symbols",
        {"longest": 40, "width": 128, "updates": 8},
        {"[:1000]": "[:20]"},
        ("words",),
    ),
    "attention-is-a-lookup": (
        "PAIRS = machine.choose",
        (8, 32),
        {"400 * 64": "3 * 64", "2000": "50", "4000": "50"},
        (),
    ),
    "rnn-with-attention": (
        "large = translator",
        {"sentences": 200, "hidden": 64},
        {"2000": "20"},
        ("english", "english, chinese"),
    ),
    "what-is-left": ("lengths = machine.choose", (64, 512), {}, ("WIDTH",)),
    "vector-database": ("N, Q, K =", 5000, {"100_000": "2_000"}, ()),
    "rag-beside-attention": ("size, stored =", (600, 450), {}, ("invented",)),
    "task-driven-values": ("collection = facts.draw(", 120, {}, ()),
    "translate-with-a-transformer": (
        "large = Translator",
        {"sentences": 200, "width": 32, "layers": 2},
        {"epochs=8": "epochs=1", "2000": "20"},
        ("english, chinese",),
    ),
    "self-attention": ("texts = machine.choose", ((1, 64), (1, 128), (4, 16)), {}, ()),
}
LESSONS = list(
    (ROOT / "book").glob("[2-4]-*/*.ipynb")
)  # those of module 1 call functions that tests/pretext tries


def cells(lesson: str) -> list[str]:
    (path,) = (path for path in LESSONS if path.stem == lesson)
    notebook = json.loads(path.read_text(encoding="utf-8"))
    return ["".join(cell["source"]) for cell in notebook["cells"] if cell["cell_type"] == "code"]


def kept(code: str, names: tuple[str, ...]) -> str:
    """Imports, functions and the assignments to these names."""
    lines = [
        node
        for node in ast.parse(code).body
        if isinstance(node, (ast.Import, ast.ImportFrom, ast.FunctionDef, ast.ClassDef))
        or (isinstance(node, ast.Assign) and ast.unparse(node.targets[0]).strip("()") in names)
    ]
    for node in lines:
        if isinstance(node, ast.FunctionDef):  # a default may be data that no cell here has made
            made = node.args.defaults
            node.args.defaults = [
                ast.Constant(None) if isinstance(value, ast.Name) else value for value in made
            ]
    return ast.unparse(ast.Module(lines, []))


@pytest.mark.slow
@pytest.mark.parametrize("lesson", GPU)
def test_what_a_gpu_would_run_runs_at_reduced_size(lesson, capsys, monkeypatch):
    piece, choice, sizes, names = GPU[lesson]
    code = cells(lesson)
    at = next(number for number, cell in enumerate(code) if piece in cell)
    machine = SimpleNamespace(name="gpu", device=torch.device("cpu"), choose=lambda *, cpu, gpu: choice)
    monkeypatch.setattr(torch.accelerator, "synchronize", lambda: None)  # there is nothing to wait for
    world = {"machine": machine}
    torch.set_num_threads(1)
    for cell in code[:at]:
        if "%pip" not in cell:
            exec(kept(cell, names), world)
    for old, new in sizes.items():
        assert old in code[at], f"{lesson}: the cell has no {old} any more"
        code[at] = code[at].replace(old, new)
    exec(code[at], world)
    assert "nan" not in capsys.readouterr().out


def test_no_lesson_has_a_choice_that_is_not_tried():
    found = {path.stem for path in LESSONS if "machine.choose" in path.read_text(encoding="utf-8")}
    assert found == set(GPU)
