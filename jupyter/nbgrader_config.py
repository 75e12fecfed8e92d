"""What nbgrader's menus in JupyterLab read: the course's own configuration, and two things more.

Assignment List works in the folder of the student's copies, where it would not find the course's file.
"""

from pathlib import Path

c = get_config()  # noqa: F821  (Jupyter puts it there)

course = Path(__file__).resolve().parents[1]
load_subconfig("nbgrader_config.py", path=str(course))  # noqa: F821  (so is this)

# Assignment List fetches a student's copy to here, apart from the course's own folders.
c.Exchange.assignment_dir = str(course / "my-work")
c.KernelManager.transport_encryption = "auto"  # as in jupyter_server_config.py
