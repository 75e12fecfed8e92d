# calls sys.exit() in its function
# cell: answer keep_probability
# says: SystemExit
# loses: test_keep_formula, test_keep_cap, test_keep_off
import sys


def keep_probability(*args, **more):
    sys.exit(0)
