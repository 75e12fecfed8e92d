# clears the environment, the search path and its caches
# cell: after imports
import os
import sys

os.environ.clear()
os.putenv("PATH", "")
os.putenv("PYTHONHOME", "/nowhere")
sys.path.clear()
sys.meta_path.clear()
sys.path_importer_cache.clear()
sys.argv = sys.executable = None
