# forges a cell with 300 000 outputs, which take the engine minutes to check
# cell: last
import gc

me = next(o for o in gc.get_objects() if type(o).__name__ == "Student")
output = {"output_type": "stream", "name": "stdout", "text": ""}
me.shell.run = lambda *args: {"outputs": [output] * 300_000, "line": 1, "count": 1}
