# answers the grader's question what a cell has shown with a line, a count and texts that are none
# cell: after imports
shell = get_ipython()
odd = [{"output_type": "error", "ename": 5, "evalue": {"a": 1}, "traceback": "x"}]
odd += [
    {"output_type": "stream", "name": ["stdout"], "text": {}},
    {"output_type": "execute_result", "data": 3},
]
odd += [{"output_type": "display_data", "data": {"text/html": 7}, "metadata": 1, "execution_count": "one"}]
shell.run = lambda *args, **more: {"outputs": odd, "line": np.ones(2), "count": {"a": b"\xff"}}
