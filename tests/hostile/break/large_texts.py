# runs, shows and keeps texts of eight megabytes
# cell: after imports
text = "a" * 8_000_000
get_ipython().run_cell(f"more = '{text}'")
get_ipython().set_next_input(text)
display({"text/plain": text, "image/png": text}, raw=True)
text
