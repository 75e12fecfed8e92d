# makes files until it can make no more
# cell: last
try:
    for number in range(100_000):
        open(f"file-{number}", "w").close()
except OSError as error:
    print(error)
