# works with a pool of processes, which is allowed
# cell: last
import multiprocessing

with multiprocessing.get_context("fork").Pool(2) as pool:
    print(pool.map(abs, range(-3, 3)))
