"""Submissions on workers: in this process, in others, or behind a Dask scheduler's address."""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator

import psutil
import pytest
from distributed import LocalCluster

from staffroom import grade, pool
from staffroom.course import StaffroomError
from tests.staffroom.conftest import Tiny


def double(shared: int, key: int, value: int) -> int:
    if value < 0:
        raise ValueError(value)
    if value == 99:
        os.kill(os.getpid(), signal.SIGKILL)
    return shared * value


def wait(seconds: float, key: int) -> None:
    time.sleep(seconds)


@pytest.fixture(scope="module")
def cluster() -> Iterator[LocalCluster]:
    with LocalCluster(
        n_workers=2, threads_per_worker=1, processes=False, dashboard_address="127.0.0.1:0"
    ) as made:
        yield made


def test_results_and_errors_come_back_with_their_keys(cluster: LocalCluster) -> None:
    with pool.Pool(9, address=cluster.scheduler_address) as workers:
        found = dict(workers.map(double, 2, ((number, number - 1) for number in range(20))))
    assert isinstance(found.pop(0), ValueError)
    assert found == {number: 2 * (number - 1) for number in range(1, 20)}


def test_items_are_taken_as_workers_become_free(cluster: LocalCluster) -> None:
    taken = []

    def items() -> Iterator[tuple]:
        for number in range(200):
            taken.append(number)
            yield number, number

    with pool.Pool(200, address=cluster.scheduler_address) as workers:
        next(workers.map(double, 1, items()))
        assert 64 <= len(taken) < 100, "enough for workers that a cluster's queue starts later"


def test_a_large_class_is_worth_more_processes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.cpu_count", lambda: 4)
    assert [pool.Pool(work).count for work in (0, 1, 19, 20, 45, 1000)] == [1, 1, 1, 2, 3, 4]
    assert pool.Pool(1, 3).count == 3


@pytest.mark.slow
def test_an_item_that_kills_its_worker_ends_alone() -> None:
    with pool.Pool(2, 2) as workers:
        found = dict(workers.map(double, 1, [(1, 1), (2, 99), *((n, n) for n in range(3, 20))]))
    assert isinstance(found.pop(2), BaseException)
    assert found == {n: n for n in range(1, 20) if n != 2}
    end = time.monotonic() + 60
    while multiprocessing.active_children():
        assert time.monotonic() < end


FORKED = """
import contextlib, os, signal, sys, time
from staffroom import pool, processes

def double(shared, key, value):
    if value == 99:
        os.kill(os.getpid(), signal.SIGKILL)
    if value == 98:
        return lambda: "cannot be sent back"
    if value == 97 and not os.path.exists("killed"):
        open("killed", "w").close()
        os.kill(os.getpid(), signal.SIGKILL)
    time.sleep(0.1)
    return shared * value, os.getpid(), [template.ready for template in processes.idle]

def halved(shared, key, value):
    return value / shared

if __name__ == "__main__":
    count = int(sys.argv[1])
    pool.ready.append((count, pool.local(count, processes.start((), "/nowhere", False, count))))
    with open(__file__ + ".came-here", "a") as file:
        file.write(f"{os.getpid()}\\n")
    with pool.Pool(40) as workers:
        found = dict(workers.map(double, 2, ((number, number) for number in range(1, 9))))
        known = {worker for _, worker, _ in found.values()}
        assert len(known) == count and os.getpid() not in known, known
        assert [templates for *_, templates in found.values()] == [[False]] * 8, "each has its own"
        assert dict(workers.map(halved, 2, [(1, 1), (2, 2)])) == {1: 0.5, 2: 1.0}, "another function's work"
        items = [*range(1, 9), 99, *range(9, 20), 98, *range(20, 30), 97, *range(30, 40)]
        found = dict(workers.map(double, 2, ((number, number) for number in items)))
    assert isinstance(found.pop(98), Exception)
    assert isinstance(found.pop(99), Exception)
    assert found.pop(97)[0] == 194, "it ends its process once: the next one does it"
    assert {number: value for number, (value, *_) in found.items()} == {n: 2 * n for n in range(1, 40)}
    assert open(__file__ + ".came-here").read() == f"{os.getpid()}\\n", "a worker went on as the command"
    print("all right")
"""


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="workers are forked on Linux only")
@pytest.mark.parametrize("count", ["1", "2"])
def test_forked_workers_work_and_are_replaced(tmp_path, count: str) -> None:
    (tmp_path / "forked.py").write_text(FORKED)
    with subprocess.Popen(
        [sys.executable, tmp_path / "forked.py", count],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=tmp_path,
        env=os.environ | {"OPENBLAS_NUM_THREADS": "1"},
        start_new_session=True,
    ) as run:
        said, errors = run.communicate(timeout=120)
    assert said == "all right\n", errors
    homes = [p for p in psutil.process_iter(["cmdline"]) if str(tmp_path) in (p.info["cmdline"] or [])]
    assert not homes


def test_no_scheduler_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pool, "PATIENCE", "1s")
    with pytest.raises(StaffroomError, match=r"tcp://127\.0\.0\.1:1: no Dask scheduler answers"):
        with pool.Pool(1, address="tcp://127.0.0.1:1"):
            pass


def test_a_scheduler_that_ends_is_told_and_not_waited_for() -> None:
    where = {"processes": False, "dashboard_address": "127.0.0.1:0"}
    with (
        LocalCluster(n_workers=1, threads_per_worker=1, **where) as made,
        pool.Pool(9, address=made.scheduler_address) as workers,
    ):
        results = workers.map(wait, 0.1, ((number,) for number in range(50)))
        next(results)
        made.close()
        with pytest.raises(StaffroomError, match=r"the scheduler has ended; start one"):
            list(results)


@pytest.mark.slow
def test_a_class_is_graded_on_workers_that_share_nothing_but_a_port(tiny: Tiny, tmp_path_factory) -> None:
    """A scheduler and a worker as one would start them on other machines, in another folder."""
    for student in ("ada", "ben"):
        tiny.submit(student, tiny.answered(double="return x") if student == "ben" else None)
    elsewhere, port = tmp_path_factory.mktemp("elsewhere"), 20_000 + os.getpid() % 20_000
    address = f"tcp://127.0.0.1:{port}"
    dask = [
        sys.executable,
        "-m",
        "distributed.cli.dask_scheduler",
        "--port",
        str(port),
        "--host",
        "127.0.0.1",
    ]
    worker = [
        sys.executable,
        "-m",
        "distributed.cli.dask_worker",
        address,
        "--nworkers",
        "1",
        "--nthreads",
        "1",
    ]
    quiet = {"cwd": elsewhere, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    with (
        subprocess.Popen([*dask, "--no-dashboard"], **quiet) as one,
        subprocess.Popen(worker, **quiet) as other,
    ):
        try:
            said = tiny.run("grade", "numbers", "--scheduler", address)
        finally:
            one.kill()
            other.kill()
    assert said.code == 0, said.err
    assert "2 graded" in said.out
    assert (tiny.root / "feedback/ben/numbers/numbers.html").is_file()


def journaled(tiny: Tiny) -> list[str]:
    """Who is finished. While a submission is written down, its journal is empty."""
    journals = (tiny.root / "_build/grade/numbers").glob("*.json")
    return [path.stem for path in journals if path.read_text() not in ("", "{}")]


@pytest.mark.slow
def test_killed_at_any_moment_it_resumes_and_runs_nothing_twice(tiny: Tiny) -> None:
    right, wrong = tiny.answered(), tiny.answered(double="return x")
    for number in range(16):
        tiny.submit(f"s{number:02}", wrong if number % 3 == 0 else right)
    program = "import sys; from staffroom.cli import main; sys.exit(main())"
    arguments = ("grade", "numbers", "--course", str(tiny.root), "--workers", "1")
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    with subprocess.Popen([sys.executable, "-c", program, *arguments], **quiet) as run:
        end = time.monotonic() + 120
        while len(journaled(tiny)) < 5:
            assert run.poll() is None
            assert time.monotonic() < end
        run.send_signal(signal.SIGKILL)
    finished = journaled(tiny)
    made = {s: (tiny.root / "autograded" / s / "numbers/numbers.ipynb").stat().st_mtime_ns for s in finished}
    assert 5 <= len(made) < 16
    said = tiny.run("grade", "numbers")
    assert said.code == 0
    assert f"{16 - len(made)} run, {len(made)} unchanged" in said.out
    for student, when in made.items():
        assert (tiny.root / "autograded" / student / "numbers/numbers.ipynb").stat().st_mtime_ns == when
    rows = (tiny.root / "_build/grade/numbers.csv").read_text().splitlines()[1:]
    assert [row.split(",")[3] for row in rows] == ["3" if number % 3 == 0 else "5" for number in range(16)]
    assert len(list(tiny.root.glob("feedback/*/numbers/numbers.html"))) == 16
    assert "0 run, 16 unchanged" in tiny.run("grade", "numbers").out


def test_a_second_grading_of_the_same_course_waits_its_turn(tiny: Tiny) -> None:
    tiny.submit("ada")
    with grade.alone(tiny.course):
        said = tiny.run("grade", "numbers")
    assert said.code == 2
    assert "another staffroom grade is at work here" in said.err
