"""The sample class: five submissions, made from tests/answers, that show every outcome of grading."""

from __future__ import annotations

from nbformat import NotebookNode

from .audit import answers, submission, tested
from .course import CONFIG, Course, StaffroomError, files_in, grader, questions, write_file
from .release import notebook_bytes, released

STUDENTS = {
    "ada-all-right": "right answers throughout, none of them the solution's",
    "ben-partly-right": "every other question answered with a known mistake",
    "chen-untouched": "handed in as it was handed out",
    "dara-endless-loop": "right, but one answer never returns",
    "eli-broken-file": "a file cut off in the middle, so not valid JSON",
}
LIMIT = 10  # seconds a cell may run: the endless loop costs this once for each of its question's test cells
Grades = dict[str, float | None]  # question → points; None: a person has to give them


def make(course: Course, assignment: str) -> tuple[Course, dict[str, Grades | None]]:
    """Make the sample class in _build/sample-class/, a course folder of its own that can be graded. Return it
    and the grades each student must get; None for a submission that cannot be graded."""
    notebooks, known = course.notebooks(assignment), answers(course, assignment)
    if len(notebooks) != 1:
        raise StaffroomError(f"{assignment}: the sample class is made for assignments of one notebook")
    ((name, nb),) = notebooks.items()
    right, partly, lost = {}, {}, set()
    for number, question in enumerate(tested(nb)):
        some = {a.right: a for a in reversed(known) if a.question == question}  # the first of each kind
        if len(some) < 2:
            folder = course.root / "tests" / "answers" / assignment / question
            raise StaffroomError(f"{folder}: the sample class needs a right and a wrong answer; add them")
        right[question], partly[question] = some[True].source, some[number % 2 == 1].source
        lost |= set(some[number % 2 == 1].loses)
    stubs, loop = released(course, nb), min(right, key=lambda question: len(tested(nb)[question]))
    whole = submission(stubs, right)
    submissions = (
        (whole, _grades(nb, set())),
        (submission(stubs, partly), _grades(nb, lost)),
        (notebook_bytes(stubs), dict.fromkeys(questions(nb), 0.0)),
        (submission(stubs, right | {loop: None}), _grades(nb, set(tested(nb)[loop]))),
        (whole[: len(whole) // 2], None),
    )

    root, source = course.build("sample-class"), course.path("source", ".", assignment)
    config = (course.root / CONFIG).read_text(encoding="utf-8")
    config += f"\n# The sample class has an endless loop.\nc.Execute.timeout = {LIMIT}\n"
    write_file(root / CONFIG, config.encode())
    klass, expected = Course.find(root), {}
    klass.replace(root / source.relative_to(course.root), files_in(source))
    for student, (data, grades) in zip(STUDENTS, submissions, strict=True):
        write_file(root / "submitted" / student / assignment / f"{name}.ipynb", data)
        expected[student] = grades
    return klass, expected


def _grades(nb: NotebookNode, lost: set[str]) -> Grades:
    meta = {grader(cell).get("grade_id"): grader(cell) for cell in nb.cells}
    grades: Grades = {}
    for question, cells in questions(nb).items():
        points = sum(meta[cell]["points"] for cell in cells if cell not in lost)
        grades[question] = None if any(meta[cell]["solution"] for cell in cells) else float(points)
    return grades
