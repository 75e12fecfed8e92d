"""Measure what the course promises, and print it beside the limits: `make bench`, or python tools/bench.py.

Nothing is asserted, and only _build/ changes here: what would change more runs in copies of the course.
"""

import argparse
import contextlib
import csv
import hashlib
import io
import json
import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import NamedTuple

import psutil
from rich.console import Console
from rich.table import Table

ROOT = Path(__file__).resolve().parents[1]
BIN = Path(sys.prefix) / "bin"
sys.path.insert(0, str(ROOT / "tests" / "site"))


class Figure(NamedTuple):
    """One line of the table; `holds` is None where there is no limit."""

    what: str
    limit: str
    measured: str
    holds: bool | None


def seconds(what: str, limit: float, measured: float) -> Figure:
    return Figure(what, f"≤ {limit:g} s", f"{measured:.0f} s", measured <= limit)


def fresh_clone(folder: Path) -> Path:
    """A git repository with what is committed or would be: a fresh clone of this working tree."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout.split("\0")
    clone = folder / "clone"
    for name in filter(None, listed):
        if (ROOT / name).is_file():  # not one that was deleted since
            (clone / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, clone / name)
    subprocess.run(["git", "init", "--quiet", str(clone)], check=True)
    return clone


def timed(folder: Path, *command: str | Path, **environment: str) -> tuple[float, str]:
    """Run `command` in `folder`; return the seconds it took and what it printed.

    Raises:
        RuntimeError: when it fails; the message is what it printed.
    """
    environ = {key: value for key, value in os.environ.items() if not key.startswith(("MAKE", "PYTEST"))}
    began = time.perf_counter()
    run = subprocess.run(
        [str(word) for word in command],
        cwd=folder,
        env=environ | environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    took = time.perf_counter() - began
    if run.returncode:
        raise RuntimeError(f"{run.stdout}\n{' '.join(map(str, command))} failed after {took:.0f} s")
    return took, run.stdout


def course(folder: Path) -> Iterator[Figure]:
    clone = fresh_clone(folder)
    yield seconds("make course, fresh clone, warm package cache", 180, timed(clone, "make", "course")[0])
    yield seconds("make course, second run", 30, timed(clone, "make", "course")[0])


def cold(folder: Path) -> Iterator[Figure]:
    clone = fresh_clone(folder)
    took, _ = timed(clone, "make", "course", UV_CACHE_DIR=str(folder / "cache"))
    yield seconds("make course, cold package cache, downloads included", 360, took)


def test(folder: Path) -> Iterator[Figure]:
    clone = fresh_clone(folder)
    timed(clone, "make", "env")
    took, printed = timed(clone, "make", "test")
    yield seconds("make test, environment made", 720, took)
    yield Figure("  its last line", "", printed.splitlines()[-1].strip("= "), None)


def lessons(folder: Path) -> Iterator[Figure]:
    clone = fresh_clone(folder)
    notebooks = sorted((clone / "book").rglob("*.ipynb"))
    before = {path: hashlib.sha256(path.read_bytes()).digest() for path in notebooks}
    for number in (1, 2):
        timed(clone, BIN / "python", "-m", "tools.execute", "--force")
        for path in notebooks if number == 1 else []:
            name = path.relative_to(clone)
            stamp = json.loads((clone / "_build" / "execute" / name.with_suffix(".json")).read_text())["run"]
            gib = stamp["peak"] / 2**30
            yield Figure(
                str(name),
                "≤ 60 s, ≤ 2 GiB",
                f"{stamp['seconds']:.0f} s ({stamp['cpu']:.0f} s of CPU), {gib:.1f} GiB",
                stamp["seconds"] <= 60 and gib <= 2,
            )
        changed = [
            path.name for path in notebooks if hashlib.sha256(path.read_bytes()).digest() != before[path]
        ]
        yield Figure(
            f"files changed by make execute, run {number}",
            "0",
            f"{len(changed)} {changed or ''}",
            not changed,
        )


def site(_: Path) -> Iterator[Figure]:
    import measure

    yield seconds("site, built from nothing", 60, measure.cold_build_seconds())
    timed(ROOT, "make", "site")
    megabytes = measure.landing_bytes() / 1e6
    yield Figure("landing page with all it loads", "≤ 1.5 MB", f"{megabytes:.2f} MB", megabytes <= 1.5)


def audit(folder: Path) -> Iterator[Figure]:
    report = folder / "audit.json"
    with_path = f"{BIN}{os.pathsep}{os.environ['PATH']}"
    command = [BIN / "staffroom", "audit", "1-word2vec", "--json", report]
    began = time.perf_counter()
    try:
        timed(ROOT, *command, PATH=with_path)
    except RuntimeError:
        if not report.exists():
            raise
        # answers that misbehave make it fail, and are what the table shows
    took = time.perf_counter() - began
    found = json.loads(report.read_text())
    for one in found if isinstance(found, list) else [found]:
        for question, n in one["questions"].items():
            measured = f"{n['caught']} of {n['wrong']} caught, {n['kept']} of {n['right']} kept"
            holds = n["caught"] == n["wrong"] >= 6 and n["kept"] == n["right"] >= 2
            yield Figure(f"1-word2vec, {question}", "≥ 6 wrong caught, ≥ 2 right kept", measured, holds)
    yield Figure("staffroom audit 1-word2vec", "", f"{took:.0f} s", None)


def grade(folder: Path) -> Iterator[Figure]:
    """Stock nbgrader and ours on the same submissions of 1-word2vec, answered right and wrong at random."""
    honest, sample, rounds = 100, 10, 5
    course, expected = klass(folder / "ours", honest)
    stock, _ = klass(folder / "stock", sample)
    nbgrader = [BIN / "python", "-m", "nbgrader"]
    # Inside is where stock runs tests; outside is timed without the proof, which comes once.
    ways = {"inside": ("--tests", "inside"), "outside": ("--tests", "outside", "--no-check")}
    theirs, ours = [], {way: [] for way in ways}
    for _ in range(rounds):  # in turn, since a machine is not equally fast all the time
        fresh(stock, nbgrader)
        theirs.append(timed(stock, *nbgrader, "autograde", "1-word2vec", "--quiet", PATH=PATH)[0] / sample)
        for way, options in ways.items():
            fresh(course, nbgrader)
            ours[way].append(graded(course, "1-word2vec", options) / honest)
    said = f"{60 / statistics.median(theirs):.0f} submissions a minute ({rounds} times {sample})"
    yield Figure("stock nbgrader autograde", "", said, None)
    for way, took in ours.items():
        ratios = [a / b for a, b in zip(theirs, took, strict=True)]
        said = f"{60 / statistics.median(took):.0f} a minute ({rounds} times {honest})"
        yield Figure(f"staffroom grade, {way}, feedback included", "", said, None)
        ratio = statistics.median(ratios)
        said = f"{ratio:.1f}, the median of {', '.join(f'{r:.1f}' for r in ratios)}"
        yield Figure("  times as many", "≥ 25", said, ratio >= 25)
    fresh(course, nbgrader)
    once = graded(course, "1-word2vec", ()) - honest * statistics.median(ours["outside"])
    yield Figure(
        "  before the first outside: proof that tests mean the same there", "", f"{once:.0f} s", None
    )
    peak = peak_memory(course, "1-word2vec")
    yield Figure("  peak memory of all processes", "≤ 4 GiB", f"{peak / 2**30:.2f} GiB", peak <= 4 << 30)
    wrong = [s for s, points in points_in(course, "1-word2vec").items() if points != expected[s]]
    yield Figure("  points other than the answers' own", "0", f"{len(wrong)} {wrong[:3] or ''}", not wrong)
    one = 0.0
    for number in (2**n for n in range((os.cpu_count() or 1).bit_length())):
        runs = [run_once(course, "1-word2vec", number) for _ in range(2)]
        took, rate = min(took for took, _ in runs), max(rate for _, rate in runs)
        one = one or rate
        limit = 1.8 ** (number.bit_length() - 1)
        said = f"{60 * rate:.0f} a minute, {rate / one:.2f} × one; {took:.1f} s in all, start included"
        holds = None if number == 1 else rate >= limit * one
        yield Figure(
            f"  with {number} workers, once started", f"≥ {limit:.1f} × one" * (number > 1), said, holds
        )


def fresh(course: Path, nbgrader: list) -> None:
    """Release a course anew, as nbgrader's users do, which makes the gradebook; nothing is graded."""
    for made in ("_build", "autograded", "feedback"):
        shutil.rmtree(course / made, ignore_errors=True)
    (course / "gradebook.db").unlink(missing_ok=True)
    timed(course, *nbgrader, "generate_assignment", "1-word2vec", "--quiet", "--force", PATH=PATH)


def run_once(course: Path, assignment: str, workers: int) -> tuple[float, float]:
    """Grade a class again; the seconds in all, and the submissions a second from the tenth to the last."""
    took = graded(course, assignment, ("--workers", str(workers), "--force", "--no-check"))
    finished = sorted(p.stat().st_mtime for p in (course / "_build/grade" / assignment).glob("*.json"))
    return took, (len(finished) - 10) / (finished[-1] - finished[9])


def thousand(folder: Path) -> Iterator[Figure]:
    """1 000 small submissions, killed at a random moment and called again."""
    small, expected = small_class(folder / "small", 1000)
    rng = random.Random()
    moment = rng.uniform(5, 25)
    command = [BIN / "staffroom", "grade", "numbers", "--course", small]
    run = subprocess.Popen(
        command, env=os.environ | {"PATH": PATH}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    with contextlib.suppress(subprocess.TimeoutExpired):
        run.wait(moment)
    run.kill()
    run.wait()
    journals = (small / "_build/grade/numbers").glob("*.json")  # empty while a submission is written down
    before = {p: p.stat().st_mtime_ns for p in journals if p.read_text() != "{}"}
    took = graded(small, "numbers", ())
    again = [p for p in before if p.stat().st_mtime_ns != before[p]]
    yield Figure("killed after", "", f"{moment:.1f} s, with {len(before)} of 1000 finished", None)
    yield Figure("  finished ones that were graded again", "0", str(len(again)), not again)
    points = points_in(small, "numbers")
    wrong = [s for s in expected if points.get(s) != expected[s]]
    yield Figure("  scores that are not right", "0", f"{len(wrong)} {wrong[:3] or ''}", not wrong)
    rate = (1000 - len(before)) / took
    yield Figure("  the rest of the small submissions", "", f"{60 * rate:.0f} a minute, {took:.0f} s", None)


def walks(_: Path) -> Iterator[Figure]:
    """A million steps on graphs of 100 000 nodes, and a plain Python loop on fewer of them."""
    import numpy as np

    from everyvec.data.graphs import from_edges
    from everyvec.pretext.node2vec import second_order
    from everyvec.pretext.walks import first_order

    nodes, rng = 100_000, np.random.default_rng(0)
    ends = rng.random((5 * nodes, 2))
    shapes = {
        "even": ends,
        "skewed": ends ** [4, 1],
    }  # in the second a few nodes have thousands of neighbours
    for shape, where in shapes.items():
        graph = from_edges((nodes * where).astype(int), nodes)
        yield Figure(
            f"{shape} graph",
            "",
            f"{graph.degrees.mean():.1f}, at most {graph.degrees.max()} neighbours",
            None,
        )
        settings = [(None, None), (1, 0.5), (0.25, 4), (4, 0.25)] + [(100, 100)] * (shape == "even")
        for p, q in settings:
            limit = 1 if p is None else 5
            options = {} if p is None else {"p": p, "q": q}
            walk = first_order if p is None else second_order
            began = time.process_time()
            taken = (walk(graph, per_node=1, length=11, **options)[:, 1:] >= 0).sum()
            took = (time.process_time() - began) * 1e6 / taken
            began = time.process_time()
            steps = plain_walks(graph, p, q, nodes // 20)
            plain = (time.process_time() - began) * 1e6 / steps
            name = "first order" if p is None else f"second order, p={p:g}, q={q:g}"
            yield Figure(
                f"  {name}, a million steps",
                f"≤ {limit} s" if max(p or 1, q or 1) <= 4 else "",
                f"{took:.2f} s of CPU ({1e6 / took:,.0f} steps/s); plain loop {1e6 / plain:,.0f} steps/s",
                took <= limit if max(p or 1, q or 1) <= 4 else None,
            )


def plain_walks(graph, p: float | None, q: float | None, walkers: int) -> int:
    """Walks of 11 nodes one step at a time, as one would write them first; how many steps were taken."""
    rng = random.Random(0)
    near = {}  # lists, since a loop over an array is slower still
    steps = 0
    for start in range(walkers):
        before, here = None, start
        for _ in range(10):
            if here not in near:
                near[here] = graph.neighbours(here).tolist()
            if not near[here]:
                break
            if p is None or before is None:
                following = rng.choice(near[here])
            else:
                known = set(near[before])
                lots = [1 / p if x == before else 1 if x in known else 1 / q for x in near[here]]
                [following] = rng.choices(near[here], lots)
            before, here = here, following
            steps += 1
    return steps


def transformer(_: Path) -> Iterator[Figure]:
    """A training step and generation, ours and transformers' with the same weights in turn, on one thread."""
    import torch
    from transformers import OPTConfig, OPTForCausalLM

    from everyvec.transformer.generation import generate
    from everyvec.transformer.loading import from_opt

    torch.set_num_threads(1)  # as in the lessons, and so that seconds of CPU are those of the work
    torch.manual_seed(0)
    sizes = {"hidden_size": 256, "word_embed_proj_dim": 256, "ffn_dim": 1024, "num_hidden_layers": 4}
    sizes |= {"num_attention_heads": 8, "vocab_size": 4096, "max_position_embeddings": 1024, "dropout": 0.0}
    theirs = OPTForCausalLM(OPTConfig(**sizes)).eval()
    ours = from_opt(theirs)
    yield Figure(
        "weights of both", "", f"{sum(w.numel() for w in ours.parameters()) / 1e6:.1f} million", None
    )

    for batch, length in ((16, 64), (8, 256)):
        ids = torch.randint(4, 4096, (batch, length))
        losses = {"ours": partial(ours, ids), "theirs": lambda ids=ids: theirs(ids, labels=ids).loss}
        step = {}
        for (name, loss), model in zip(losses.items(), (ours.train(), theirs.train()), strict=True):
            step[name] = partial(training_step, loss, torch.optim.AdamW(model.parameters(), lr=1e-4))
        took, ratio = in_turn(step, 9)
        said = " and ".join(f"{1000 * took[name]:.0f}" for name in step)
        yield Figure(
            f"  training step, {batch} × {length} tokens: ours and theirs",
            "≤ 1.1 × theirs",
            f"{1 / ratio:.2f} × ({said} ms of CPU)",
            1 / ratio <= 1.1,
        )

    theirs.eval()
    theirs.generation_config.eos_token_id = None  # it would spend time on forbidding the end
    ours = from_opt(theirs)  # two trainings may end a rounding apart
    for batch in (1, 16):
        ids = torch.randint(4, 4096, (batch, 16))
        for steps, rounds in ((50, 9), (200, 5), (800, 3)):
            how = {"attention_mask": torch.ones_like(ids), "max_new_tokens": steps, "do_sample": False}
            runs = {
                "ours": partial(generate, ours, ids, steps),
                "theirs": partial(theirs.generate, ids, **how),
            }
            if steps == 50:
                first, second = (run() for run in runs.values())
                same = torch.equal(first, second)
                yield Figure(
                    f"  generate, batch {batch}: the same tokens", "yes", "yes" if same else "no", same
                )
            took, ratio = in_turn(runs, rounds)
            rates = " and ".join(f"{batch * steps / took[name]:,.0f}" for name in runs)
            yield Figure(
                f"  generate, batch {batch}, {steps} tokens: ours and theirs",
                "≥ 1 × theirs",
                f"{ratio:.2f} × ({rates} tokens a second of CPU)",
                ratio >= 1,
            )


def clip(_: Path) -> Iterator[Figure]:
    """A training step of CLIP, ours and open_clip's with the same weights and data in turn, on one thread."""
    import open_clip
    import torch

    from everyvec.multimodal.loading import from_open_clip

    torch.set_num_threads(1)
    torch.manual_seed(0)
    words, longest = 4096, 16
    seen = {"image_size": 32, "patch_size": 4, "width": 192, "layers": 4, "head_width": 32}
    text = {"context_length": longest, "vocab_size": words, "width": 128, "heads": 4, "layers": 4}
    theirs = open_clip.CLIP(128, seen, text)
    ours = from_open_clip(theirs)
    yield Figure(
        "weights of both", "", f"{sum(w.numel() for w in ours.parameters()) / 1e6:.1f} million", None
    )

    measure = open_clip.ClipLoss()
    for batch in (32, 128):
        pictures = torch.randn(batch, 3, 32, 32)
        ids = torch.randint(4, words - 2, (batch, longest))
        ids[:, 0], ids[:, -1] = words - 2, words - 1  # start and end; all captions fill the table
        losses = {
            "ours": partial(ours, pictures, ids),
            "theirs": lambda pictures=pictures, ids=ids: measure(*theirs(pictures, ids)),
        }
        apart = abs(losses["ours"]().item() - losses["theirs"]().item())
        step = {}
        for (name, loss), model in zip(losses.items(), (ours.train(), theirs.train()), strict=True):
            step[name] = partial(training_step, loss, torch.optim.AdamW(model.parameters(), lr=1e-4))
        yield Figure(f"  batch {batch}: losses apart", "≤ 1e-4", f"{apart:.0e}", apart <= 1e-4)
        took, ratio = in_turn(step, 15)
        said = " and ".join(f"{1000 * took[name]:.0f}" for name in step)
        yield Figure(
            f"  training step, {batch} pairs: ours and theirs",
            "≤ 1.1 × theirs",
            f"{1 / ratio:.2f} × ({said} ms of CPU)",
            1 / ratio <= 1.1,
        )
        ours = from_open_clip(theirs)  # two trainings may end a rounding apart


def towers(_: Path) -> Iterator[Figure]:
    """N pictures with N captions: two towers encode 2 N things, and one tower reads N² pairs. Takes minutes.

    The networks are those of the lesson *Align or fuse*, not trained, since the time does not depend on that.
    """
    import numpy as np
    import torch

    from everyvec.multimodal.clip import CLIP, TextTransformer
    from everyvec.multimodal.fusion import Align, Cells, Fuse
    from everyvec.transformer.block import Shape

    torch.set_num_threads(1)
    words, cells, tokens = 35, 6, 6  # of the lesson's grids and captions

    def shape(positions: int) -> Shape:
        return Shape(width=64, heads=4, layers=2, inner=128, positions=positions)

    align = Align(CLIP(Cells(64, shape(1 + cells)), TextTransformer(words, shape(tokens)), 64)).eval()
    fuse = Fuse(64, cells, words, shape(1 + cells + tokens)).eval()

    def given(n: int) -> tuple[torch.Tensor, torch.Tensor]:
        ids = torch.randint(3, words, (n, tokens))
        ids[:, 0], ids[:, -1] = 1, 2
        return torch.randn(n, cells, 64), ids

    sizes, took = (100, 200, 500, 1000), []
    with torch.inference_mode():
        for n in sizes:
            runs = {"two": partial(align.table, *given(n)), "one": partial(fuse.table, *given(n))}
            medians, ratio = in_turn(runs, 3 if n < 500 else 1, warm=n == sizes[0])
            took.append(medians["one"])
            said = f"1 to {ratio:,.0f} ({medians['two']:.3f} and {medians['one']:.1f} s of CPU)"
            yield Figure(f"{n} × {n}: two towers and one", "", said, None)
        began = time.process_time()
        align.table(*given(10_000))
        two = time.process_time() - began
    # N² readings, so one number is fitted. A free power of N fits better, and says less at ten times the
    # size: two runs gave 1.99 and 1.90, and so times that differ there by two fifths.
    each = np.array(took) / np.square(sizes)
    reading = np.exp(np.log(each).mean())
    off, one = np.exp(np.abs(np.log(each / reading)).max()) - 1, reading * 10_000**2
    power = np.polyfit(np.log(sizes), np.log(took), 1)[0]
    said = f"{1e6 * reading:.0f} µs · N², at most {100 * off:.0f} % off (a free power: N^{power:.2f})"
    yield Figure("  the fit to one tower's four", "", said, None)
    said = f"1 to {one / two:,.0f} ({two:.1f} s measured, {one:,.0f} s by the fit)"
    yield Figure("10 000 × 10 000: two towers and one", "", said, None)


def scenes(_: Path) -> Iterator[Figure]:
    """Rendered pictures a second, on one thread."""
    from everyvec.data import scenes

    kinds = {
        "one object": {},
        "two beside each other": {"objects": 2, "grid": (1, 2)},
        "six in a grid": {"objects": 6, "grid": (2, 3)},
    }
    scenes.render(scenes.draw(1))  # the stamps of the objects are made once
    for name, how in kinds.items():
        began = time.process_time()
        drawn = scenes.draw(20_000, **how)
        scenes.render(drawn)
        scenes.captions(drawn, wrong=0.5, vague=0.25)
        rate = 20_000 / (time.process_time() - began)
        yield Figure(
            f"scenes with captions, {name}", "≥ 5 000 a second", f"{rate:,.0f} a second of CPU", rate >= 5000
        )


def training_step(loss, optimizer) -> None:
    optimizer.zero_grad()
    loss().backward()
    optimizer.step()


def in_turn(runs: dict[str, Callable], rounds: int, warm: bool = True) -> tuple[dict[str, float], float]:
    """Run two things in turn, as a machine is not equally fast all the time.

    Returns:
        The median of each one's seconds of CPU, and that of the second's divided by the first's.
    """
    took: dict[str, list[float]] = {name: [] for name in runs}
    for number in range(rounds + warm):
        for name, run in runs.items():
            began = time.process_time()
            run()
            if number >= warm:  # the first round warms up
                took[name].append(time.process_time() - began)
    first, second = took.values()
    ratio = statistics.median(b / a for a, b in zip(first, second, strict=True))
    return {name: statistics.median(times) for name, times in took.items()}, ratio


PATH = f"{BIN}{os.pathsep}{os.environ['PATH']}"


def graded(course: Path, assignment: str, options: tuple[str, ...]) -> float:
    """Grade a class; return the seconds."""
    command = [BIN / "staffroom", "grade", assignment, "--course", course, *options]
    return timed(course, *command, PATH=PATH)[0]


def peak_memory(course: Path, assignment: str) -> int:
    """The most memory that all processes of a grading have together (PSS, bytes). To look takes them time."""
    command = [BIN / "staffroom", "grade", assignment, "--course", course, "--force", "--no-check"]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    peak = 0
    with psutil.Popen(command, env=os.environ | {"PATH": PATH}, **quiet) as run:
        while run.poll() is None:
            with contextlib.suppress(psutil.Error):
                peak = max(peak, sum(p.memory_full_info().pss for p in [run, *run.children(recursive=True)]))
            time.sleep(0.5)
    return peak


def points_in(course: Path, assignment: str) -> dict[str, float]:
    rows = csv.DictReader((course / "_build/grade" / f"{assignment}.csv").open())
    return {row["student_id"]: float(row["points"]) for row in rows}


def klass(folder: Path, size: int) -> tuple[Path, dict[str, float]]:
    """A course with honest submissions of 1-word2vec, some answers wrong; and the points each must get."""
    from staffroom import audit, sample
    from staffroom.course import Course, grader, write_file
    from staffroom.release import released

    course, rng = Course.find(ROOT), random.Random(0)
    [(name, nb)] = course.notebooks("1-word2vec").items()
    answers = audit.answers(course, name)
    meta = [grader(cell) for cell in nb.cells]
    points = {m["grade_id"]: m["points"] for m in meta if m.get("grade") and not m["solution"]}
    folder.mkdir()
    shutil.copy(ROOT / "nbgrader_config.py", folder)
    config = (folder / "nbgrader_config.py").read_text().replace('"exercises"', '"release"')
    (folder / "nbgrader_config.py").write_text(config)
    shutil.copytree(ROOT / "solutions" / name, folder / "solutions" / name)
    expected = {}
    for number in range(size):
        chosen = {}
        for question in audit.tested(nb):
            kind = rng.random() < 0.75
            chosen[question] = rng.choice([a for a in answers if a.question == question and a.right == kind])
        lost = {cell for answer in chosen.values() for cell in answer.loses}
        student = f"student-{number:04}"
        expected[student] = float(sum(value for cell, value in points.items() if cell not in lost))
        data = sample.submission(released(course, nb), {q: a.source for q, a in chosen.items()})
        write_file(folder / "submitted" / student / name / f"{name}.ipynb", data)
    return folder, expected


def small_class(folder: Path, size: int) -> tuple[Path, dict[str, float]]:
    """A course with `size` submissions of the small assignment of the tests, every third with a mistake."""
    sys.path.insert(0, str(ROOT))
    import nbformat

    from staffroom.cli import main as staffroom
    from tests.staffroom.conftest import Tiny, write_course

    folder.mkdir()
    write_course(folder)
    sys.argv = ["staffroom", "release", "--course", str(folder)]
    with contextlib.suppress(SystemExit), contextlib.redirect_stdout(io.StringIO()):
        staffroom()
    tiny = Tiny(folder, None)
    right, wrong = (nbformat.writes(tiny.answered(**bad)) for bad in ({}, {"double": "return x"}))
    expected = {}
    for number in range(size):
        tiny.submit(f"student-{number:04}", wrong if number % 3 == 0 else right)
        expected[f"student-{number:04}"] = 3.0 if number % 3 == 0 else 5.0
    return folder, expected


PARTS: dict[str, Callable[[Path], Iterator[Figure]]] = {
    "site": site,
    "audit": audit,
    "grade": grade,
    "thousand": thousand,
    "walks": walks,
    "transformer": transformer,
    "clip": clip,
    "towers": towers,
    "scenes": scenes,
    "lessons": lessons,
    "course": course,
    "test": test,
    "cold": cold,
}
USUAL = ("site", "audit", "lessons", "course", "transformer", "clip", "scenes")


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="make bench ARGS=...",
        description=f"Parts: {', '.join(PARTS)}. Without any: {', '.join(USUAL)}. "
        "'test' takes as long as make test; 'cold' downloads every package anew.",
    )
    parser.add_argument("parts", nargs="*", choices=[*PARTS, []], metavar="PART")
    parts = parser.parse_args().parts or USUAL
    console = Console(width=None if sys.stdout.isatty() else 120)
    table = Table(title="What must hold", title_justify="left")
    for heading in ("what", "limit", "measured", "holds"):
        table.add_column(heading, overflow="fold")
    failed = 0
    for part in parts:
        load = os.getloadavg()[0]
        console.print(
            f"measuring: {part} (others use {load:.1f} of {os.cpu_count()} cores now)", highlight=False
        )
        with tempfile.TemporaryDirectory(prefix="everyvec-bench-") as folder:
            try:
                for figure in PARTS[part](Path(folder)):
                    console.print(f"  {figure.what}: {figure.measured}", highlight=False)
                    mark = {True: "yes", False: "[bold red]NO[/]", None: ""}[figure.holds]
                    table.add_row(*figure[:3], mark)
            except RuntimeError as error:
                failed += 1
                end = "\n".join(str(error).splitlines()[-15:])
                console.print(end, style="red", highlight=False, markup=False)
                table.add_row(part, "", "could not be measured", "[bold red]NO[/]")
    console.print(table)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
