# raises errors whose names and texts are those of the grader's own limits and results
# cell: after imports
import itertools

texts = [
    "MemoryError",
    "can't start new thread",
    "Too many open files",
    "1.0",
    "stopped after 3 s (limit: cell_seconds)",
]
kinds = [type(name, (Exception,), {}) for name in ("TimeLimit", "ProcessEnded", "AssertionError", "Passed")]
errors = itertools.cycle([kind(text) for text in texts for kind in kinds])


def attack(*args, **more):
    raise next(errors)


names = "window_pairs expected_counts keep_probability negative_sampling solve_analogy train_vectors".split()
names.append("evaluate_analogies")
after_every_cell = lambda *args: get_ipython().user_ns.update(dict.fromkeys(names, attack))
get_ipython().events.register("post_run_cell", after_every_cell)
