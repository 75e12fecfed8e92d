# answers the grader's question what a cell has shown with texts that are no text and numbers that are none
# cell: after imports
shell = get_ipython()
odd = [{"output_type": "error", "ename": "A", "evalue": {"a": 1}, "traceback": [1, None]}]
odd += [{"output_type": "stream", "name": "stdout", "text": [1, {}]}]
odd += [
    {
        "output_type": "display_data",
        "data": {"text/html": 7, "image/png": [None]},
        "metadata": {"a": float("nan")},
    }
]
shell.run = lambda *args, **more: {"outputs": odd, "line": "12", "count": float("nan")}
