# traces and profiles every line that is run from now on
# cell: after imports
import sys
import threading


def trace(*args):
    return trace


sys.settrace(trace)
sys.setprofile(trace)
threading.settrace(trace)
