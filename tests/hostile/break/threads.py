# starts threads without end
# cell: answer keep_probability
# says: limit: processes
# loses: test_keep_formula, test_keep_cap, test_keep_off
import threading, time


def keep_probability(*args, **more):
    while True:
        threading.Thread(target=time.sleep, args=(9,), daemon=True).start()
