# leaves a process of its own behind, in a session of its own
# cell: last
import os

if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        os.execv("/bin/sleep", ["sleep", "4242"])
    os._exit(0)
import subprocess

subprocess.Popen(["sleep", "4242"], start_new_session=True)
