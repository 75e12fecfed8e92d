# raises an exception whose text is an error itself
# cell: answer keep_probability
# says: text cannot be had
# loses: test_keep_formula, test_keep_cap, test_keep_off
class Bad(Exception):
    def __str__(self):
        raise KeyboardInterrupt

    __repr__ = __str__


def keep_probability(*args, **more):
    raise Bad from Bad()
