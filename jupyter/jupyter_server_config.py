"""How `make lab` runs JupyterLab: quiet, inside the project, opened on the course's first page."""

from pathlib import Path

from jupyter_server.services.contents.filecheckpoints import AsyncFileCheckpoints

c = get_config()  # noqa: F821  (Jupyter puts it there)

course = Path(__file__).resolve().parents[1]

c.ServerApp.root_dir = str(course)
c.LabApp.default_url = "/lab/tree/book/start.md"
# In a container one is root, and JupyterLab would refuse to start.
c.ServerApp.allow_root = True
# The Recycle Bin of a laptop does not reach into every disk; a deleted file is deleted.
c.FileContentsManager.delete_to_trash = False
# Otherwise every kernel warns that what it sends could be read by others on this machine, and it could.
c.KernelManager.transport_encryption = "auto"
# Nothing is looked for on other hosts: no extensions offered, none to be built.
c.LabApp.extension_manager = "readonly"
# Looks for language servers of twenty languages at every start.
c.LanguageServerManager.autodetect = False
# Otherwise Formgrader tries to print the configuration, cannot, and warns.
c.FormgradeExtension.debug = False


class Checkpoints(AsyncFileCheckpoints):
    """The last saved state of each file, kept in .jupyter/ and not beside it: nbgrader would take it for a
    second notebook, and say so at each submission."""

    def checkpoint_path(self, checkpoint_id, path):
        place = course / ".jupyter" / "checkpoints" / path.strip("/")
        place.parent.mkdir(parents=True, exist_ok=True)
        return str(place.with_name(f"{place.name}.{checkpoint_id}"))


c.ContentsManager.checkpoints_class = Checkpoints
