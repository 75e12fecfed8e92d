# leaves code behind that runs when Python ends, is forked or collects garbage, and shows results then
# cell: first
import atexit
import gc
import os
import signal
import weakref

gc.callbacks.append(lambda *args: print("1.0"))
atexit.register(print, "Score: 30")
os.register_at_fork(before=lambda: print("2.0"), after_in_child=lambda: os.execvp("sleep", ["sleep", "4242"]))
signal.signal(signal.SIGTERM, signal.SIG_IGN)
signal.signal(signal.SIGHUP, signal.SIG_IGN)
weakref.finalize(get_ipython(), print, "3.0")
if os.fork():
    pass
