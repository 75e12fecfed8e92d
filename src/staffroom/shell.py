"""IPython without a kernel: runs a cell and captures what it shows, as a notebook would store it."""

from __future__ import annotations

import ast
import contextlib
import dis
import errno
import io
import itertools
import linecache
import os
import signal
import subprocess
import sys
import tempfile
import traceback
from typing import Any

from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from IPython.core.history import HistoryManager
from IPython.core.interactiveshell import InteractiveShell
from traitlets import Type

# Errors of the system that a limit causes, and the limit's name.
CAUSES = {errno.EMFILE: "open_files", errno.ENOSPC: "disk_mb", errno.EFBIG: "disk_mb"}
CAUSES |= {errno.EAGAIN: "processes", errno.ENOMEM: "memory_mb"}
FORKS = set("fork forkpty fork_exec _fork_exec posix_spawn posix_spawnp".split())
TOLD = {"can't start new thread": "processes", "DefaultCPUAllocator: can't allocate memory": "memory_mb"}


def limit_of(error: BaseException | None, levels: int = 9) -> str:
    """The limit that was hit where this error, or one that it came from, began, or "". An error that Python
    code raised itself is none, whatever its name and text."""
    if error is None or not levels:
        return ""
    with contextlib.suppress(Exception):  # it can be an object of any kind
        place = error.__traceback__
        while place and place.tb_next:
            place = place.tb_next
        if place and place.tb_frame.f_code.co_code[place.tb_lasti :][:1] != bytes(
            [dis.opmap["RAISE_VARARGS"]]
        ):
            found = "memory_mb" if isinstance(error, MemoryError) else ""
            found = CAUSES.get(error.errno, "") if isinstance(error, OSError) else found
            if found == "processes" and not FORKS & {*place.tb_frame.f_code.co_names}:
                found = ""  # a socket that has nothing to read says the same
            if type(error) is RuntimeError:
                found = next((name for text, name in TOLD.items() if text in str(error)[:2000]), "")
            if found:
                return found
        told = vars(error).get("limit")  # the student's process found it
        return told or limit_of(error.__cause__ or error.__context__, levels - 1)
    return ""


class Captured(list):
    """The outputs of one cell, in nbformat's form, up to a limit of so many characters."""

    def __init__(self, limit: int) -> None:
        self.limit = self.left = limit

    def text(self, name: str, text: str) -> None:
        kept = text[: max(0, self.left)]
        if kept:
            if not (self and self[-1].get("name") == name):
                self.append({"output_type": "stream", "name": name, "text": []})
            self[-1]["text"].append(kept)  # joined once: each time, it would take the square of their number
        self.room(len(text))

    def printed(self) -> str:
        return "".join(itertools.chain.from_iterable(output.get("text", ()) for output in self))

    def show(self, kind: str, data: dict, metadata: dict, **more: Any) -> None:
        size = sum(len(part) for part in data.values() if isinstance(part, str))
        # A test's points are its value: they must not be lost because a student's function printed too much.
        if self.room(size) or (kind == "execute_result" and size < 200):
            self.append({"output_type": kind, "data": data, "metadata": metadata, **more})

    def room(self, size: int) -> bool:
        """Whether so much more fits; the first that does not is replaced by a line that says so."""
        self.left, before = self.left - size, self.left
        if self.left < 0 <= before:
            said = f"[output limit of {self.limit // 1024} KB: the rest is left out]\n"
            self.append({"output_type": "stream", "name": "stderr", "text": [said]})
        return self.left >= 0


class Stream(io.TextIOBase):
    """sys.stdout or sys.stderr of the shell's process."""

    encoding = "utf-8"

    def __init__(self, shell: Shell, name: str) -> None:
        self.shell, self.name = shell, name

    def write(self, text: str) -> int:
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        self.shell.captured.text(self.name, text)
        return len(text)

    def writable(self) -> bool:
        return True

    def fileno(self) -> int:
        return {"stdout": 1, "stderr": 2}[self.name]


class Hook(DisplayHook):
    """The value of a cell's last expression."""

    def write_output_prompt(self) -> None:
        pass

    def write_format_data(self, format_dict: dict, md_dict: dict | None = None) -> None:
        self.shell.captured.show(
            "execute_result", format_dict, md_dict or {}, execution_count=self.prompt_count
        )

    def finish_displayhook(self) -> None:
        pass


class Publisher(DisplayPublisher):
    """What display() shows, figures among it."""

    def publish(self, data: dict, metadata: dict | None = None, **_: Any) -> None:
        self.shell.captured.show("display_data", data, metadata or {})

    def clear_output(self, wait: bool = False) -> None:
        self.shell.captured.clear()


class Shell(InteractiveShell):
    """One notebook's Python. `captured` is what the running cell has shown so far."""

    displayhook_class = Type(Hook)
    display_pub_class = Type(Publisher)

    def __init__(self, **more: Any) -> None:
        HistoryManager.enabled = False
        self.captured = Captured(1 << 20)
        self.last_line: int | None = None
        self.limit = ""
        super().__init__(colors="nocolor", xmode="Context", **more)
        self.raw = os.open(os.devnull, os.O_RDWR)

    def catch_output(self, folder: str) -> None:
        """Send what is printed past sys.stdout into the captured outputs, too."""
        with tempfile.TemporaryFile(dir=folder, buffering=0) as file:
            self.raw = os.dup(file.fileno())
        for descriptor in (1, 2):
            os.dup2(self.raw, descriptor)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)

    def system(self, command: str) -> None:
        """`!command` in a cell."""
        line = self.var_expand(command, depth=1)
        run = subprocess.run(line, shell=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        self.captured.text("stdout", run.stdout.decode(errors="replace"))
        self.user_ns["_exit_code"] = run.returncode

    def transform_cell(self, raw_cell: str) -> str:
        """What is Python has no magic in it, and is left as it is: to look for some is slow."""
        try:
            ast.parse(raw_cell)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return super().transform_cell(raw_cell)
        return raw_cell.rstrip("\n") + "\n"

    def enable_gui(self, gui: str | None = None) -> None:
        pass

    def ask_exit(self) -> None:
        raise SystemExit("exit() was called")

    def showtraceback(self, exc_tuple: tuple | None = None, *args: Any, **more: Any) -> None:
        """Of some errors, groups of them for one, IPython only prints something: a test would have passed."""
        super().showtraceback(exc_tuple, *args, **more)
        kind, error, place = exc_tuple or sys.exc_info()
        if error is not None and not any(output["output_type"] == "error" for output in self.captured):
            self._showtraceback(kind, error, traceback.format_exception(kind, error, place))

    def _format_exception_for_storage(self, *args: Any, **more: Any) -> dict[str, Any]:
        """Format an error once, not a second time for a history that nobody reads: it takes 15 ms."""
        return {}

    def _showtraceback(self, etype: type, evalue: BaseException, stb: list[str]) -> None:
        """Both IPython and `run_compiled` call this where they have caught `evalue`."""
        place = sys.exc_info()[2]
        while place and "ipython-input" not in place.tb_frame.f_code.co_filename:
            place = place.tb_next
        self.last_line = place.tb_lineno if place else None
        self.limit = limit_of(evalue)
        try:
            text = str(evalue)[:2000]
        except BaseException as error:  # a student's own __str__
            text = f"(its text cannot be had: {type(error).__name__})"
        lines = "\n".join(stb)[-20_000:].split("\n")
        self.captured.append(
            {"output_type": "error", "ename": etype.__name__, "evalue": text, "traceback": lines}
        )

    def run_compiled(self, source: str, name: str, body: Any, value: Any, quiet: bool) -> None:
        linecache.cache[name] = (len(source), None, source.splitlines(keepends=True), name)
        try:
            exec(body, self.user_global_ns, self.user_ns)
            result = value and eval(value, self.user_global_ns, self.user_ns)
            if not quiet:
                self.displayhook(result)
        except BaseException as error:  # SystemExit too is only this cell's end
            # Python's own traceback, without this frame: IPython's takes 30 ms, as much as the whole test.
            lines = traceback.format_exception(type(error), error, error.__traceback__.tb_next)
            self._showtraceback(type(error), error, lines)
        self.execution_count += 1

    def run(self, source: str, limit: int, code: tuple | None = None, name: str = "") -> dict[str, Any]:
        """Run a cell, given also as compiled code or not; return its outputs (at most `limit` characters),
        its failing line, the limit that was hit and its count."""
        self.captured, self.last_line, self.limit = Captured(limit), None, ""
        sys.stdout, sys.stderr = Stream(self, "stdout"), Stream(self, "stderr")  # whatever became of the last
        os.ftruncate(self.raw, 0) if os.fstat(self.raw).st_size else None
        if code:
            self.run_compiled(source, name, *code)
        else:
            self.run_cell(source, store_history=True)
        signal.setitimer(signal.ITIMER_REAL, 0)  # an alarm of this cell's must not ring in the next
        if size := os.fstat(self.raw).st_size:
            self.captured.text("stdout", os.pread(self.raw, limit, 0).decode(errors="replace"))
            self.captured.room(max(0, size - limit))
            os.ftruncate(self.raw, 0)
        for output in self.captured:
            output.update(text="".join(output["text"])) if "text" in output else None
        found = {"outputs": list(self.captured), "line": self.last_line, "limit": self.limit}
        return found | {"count": self.execution_count - 1}
