# tells the kernel to end others first when memory runs out
# cell: last
# shows: it stays the first: 1000
import os

for name in ("oom_score_adj", "oom_adj"):
    for process in ("self", "1", "thread-self", f"self/task/{os.getpid()}"):
        try:
            with open(f"/proc/{process}/{name}", "w") as file:
                file.write("-17")
            raise SystemExit("set back")
        except OSError as error:
            print(error)
print("it stays the first:", open("/proc/self/oom_score_adj").read())
