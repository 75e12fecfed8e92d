# interrupts itself as Ctrl-C does
# cell: answer keep_probability
# says: KeyboardInterrupt
# loses: test_keep_formula, test_keep_cap, test_keep_off
import os
import signal


def keep_probability(*args, **more):
    os.kill(os.getpid(), signal.SIGINT)
    while True:
        pass
