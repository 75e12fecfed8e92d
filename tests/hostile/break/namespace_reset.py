# empties the names and the history of IPython
# cell: first
get_ipython().reset(aggressive=False)
globals().clear()
