# sleeps for ever in a cell of its own
# cell: answer keep_probability
# says: limit: cell_seconds
# loses: test_keep_formula, test_keep_cap, test_keep_off
import time

time.sleep(1e9)
