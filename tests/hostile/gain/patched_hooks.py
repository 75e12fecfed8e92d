# silences errors by sys.excepthook and IPython's own handler
# cell: first
import sys

sys.excepthook = lambda *args: None
get_ipython().showtraceback = lambda *args, **more: None
get_ipython().set_custom_exc((BaseException,), lambda *args, **more: None)
