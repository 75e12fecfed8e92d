# leaves exit handlers, finalisers and a thread that never end
# cell: after imports
import atexit
import threading
import time
import weakref


class Last:
    def __del__(self):
        time.sleep(4242)


def never(*args):
    time.sleep(4242)


kept = Last()
atexit.register(never)
weakref.finalize(kept, never)
threading.Thread(target=never, daemon=False).start()
