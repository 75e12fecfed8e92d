# opens files until it can open no more
# cell: answer keep_probability
# says: limit: open_files
# loses: test_keep_formula, test_keep_cap, test_keep_off
def keep_probability(*args, **more):
    files = []
    while True:
        files.append(open("/dev/null"))
