# turns every later cell into `pass` by an input transformer
# cell: first
get_ipython().input_transformers_cleanup.append(lambda lines: ["pass\n"])
get_ipython().input_transformers_post.append(lambda lines: ["pass\n"])
