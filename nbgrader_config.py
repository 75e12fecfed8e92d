"""How nbgrader sees this course. Read by `staffroom`, by JupyterLab's nbgrader menus and by `nbgrader`.

solutions/ASSIGNMENT is the instructor's source, exercises/ASSIGNMENT what students get. The gradebook and
the folders submitted/, autograded/ and feedback/ lie beside this file and are never committed.
"""

from pathlib import Path

c = get_config()  # noqa: F821  (nbgrader puts it there)

root = Path(__file__).resolve().parent

c.CourseDirectory.course_id = "everyvec"
c.CourseDirectory.root = str(root)
c.CourseDirectory.source_directory = "solutions"
c.CourseDirectory.release_directory = "exercises"
c.CourseDirectory.db_url = f"sqlite:///{root / 'gradebook.db'}"

# Inside the project, so that nothing is installed outside it and no administrator is needed. nbgrader wants a
# folder that everyone may write to; on one person's laptop that person is everyone.
c.Exchange.root = str(root / ".exchange")
c.Exchange.cache = str(root / ".exchange" / ".cache")

# A stub raises: an unsolved cell must never pass for an answer. `staffroom` says "not answered" of it.
c.ClearSolutions.code_stub = {"python": "# YOUR CODE HERE\nraise NotImplementedError('not answered yet')"}
c.ClearSolutions.text_stub = "YOUR ANSWER HERE"

# Seconds that one cell may run. Instructor's cells, which import the heavy packages, get four times as much.
c.Execute.timeout = 30

# Tests run where a student's code can neither read nor forge them; each grading proves first that they can.
c.Staffroom.tests = "outside"
