# raises an exception that raises another when asked for its type
# cell: answer keep_probability
# says: its text cannot be had
# loses: test_keep_formula, test_keep_cap, test_keep_off
class Bad(Exception):
    @property
    def __class__(self):
        raise KeyboardInterrupt


def keep_probability(*args, **more):
    raise Bad
