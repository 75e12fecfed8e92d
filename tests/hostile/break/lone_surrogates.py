# prints, returns and writes half characters
# cell: answer keep_probability
# loses: test_keep_formula, test_keep_cap, test_keep_off
print("\ud800")
open("\udcff", "w").close()


def keep_probability(*args, **more):
    return {"\ud800": "\udfff"}
