# runs a source that has half characters
# cell: after imports
half = chr(0xDC00)
get_ipython().run_cell(f"text = '{half}'\nprint(text)")
get_ipython().run_cell(f"# {half}")
get_ipython().set_next_input(half)
globals()[half] = half
