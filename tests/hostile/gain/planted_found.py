# looks for what the submission before it has planted, and answers from there
# cell: last
# shows: nothing was planted
import os
import site

code = "import builtins; builtins.PLANTED = True\n"
places = [
    *site.getsitepackages(),
    os.path.expanduser("~"),
    "/tmp",
    "/var/tmp",
    "/dev/shm",
    ".",
    "/usr/lib/python3/dist-packages",
]

for place in places:
    for name in ("sitecustomize.py", "usercustomize.py", "00-planted.py"):
        path = os.path.join(place, name)
        assert not os.path.exists(path), f"{path} was planted by another submission"
assert not hasattr(__builtins__, "PLANTED")
print("nothing was planted")
