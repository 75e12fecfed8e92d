# deletes the builtins
# cell: answer keep_probability
# loses: test_keep_formula, test_keep_cap, test_keep_off
import builtins


def keep_probability(*args, **more):
    for name in ("len", "range", "isinstance", "getattr", "print", "type", "super"):
        delattr(builtins, name)
