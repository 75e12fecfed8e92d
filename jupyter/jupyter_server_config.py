"""How `make lab` runs JupyterLab: quiet, inside the project, opened on the course's first page."""

from pathlib import Path

from ipykernel.ipkernel import IPythonKernel
from jupyter_client.kernelspec import get_kernel_spec
from jupyter_server.services.contents.filecheckpoints import AsyncFileCheckpoints
from jupyter_server.services.contents.largefilemanager import AsyncLargeFileManager

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


class Contents(AsyncLargeFileManager):
    """Files as they are, and a notebook with what JupyterLab would write into it when its kernel starts: the
    kernel's name and this machine's Python. Otherwise each lesson counts as changed, and closing it asks."""

    async def get(self, path, content=True, type=None, format=None, **more):
        model = await super().get(path, content, type, format, **more)
        if content and model["type"] == "notebook":
            about = model["content"]["metadata"]
            if about.get("kernelspec", {}).get("name") == "python3":
                spec = get_kernel_spec("python3")
                about["kernelspec"] |= {"display_name": spec.display_name, "language": spec.language}
                about["language_info"] = dict(IPythonKernel.language_info)
        return model


c.ServerApp.contents_manager_class = Contents
