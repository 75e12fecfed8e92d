# writes a file that fills its disk
# cell: answer keep_probability
# says: limit: disk_mb
# loses: test_keep_formula, test_keep_cap, test_keep_off
def keep_probability(*args, **more):
    with open("big", "wb") as file:
        while True:
            file.write(bytes(1 << 20))
