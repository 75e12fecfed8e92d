# works in a folder that is no more, and may make no file that it can read
# cell: after imports
import os

os.mkdir("gone")
os.chdir("gone")
os.rmdir("../gone")
os.umask(0o777)
os.chmod("/tmp", 0)
