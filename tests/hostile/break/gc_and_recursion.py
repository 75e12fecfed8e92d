# turns off the collector and every bound on recursion
# cell: after imports
import gc
import sys

gc.disable()
gc.freeze()
sys.setrecursionlimit(10**9)
