# reads address zero
# cell: answer keep_probability
# says: SIGSEGV
# loses: test_keep_formula, test_keep_cap, test_keep_off
import ctypes


def keep_probability(*args, **more):
    return ctypes.string_at(0)
