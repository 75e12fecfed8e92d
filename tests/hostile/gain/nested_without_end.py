# answers with lists that lie thousands deep, lists that contain themselves, and millions of empty ones
# cell: after imports
import itertools

deep, itself, many = [], [], [[]] * 1_000_000
for _ in range(5_000):
    deep = [deep]
itself.append(itself)
answers = itertools.cycle([deep, itself, many])
attack = lambda *args, **more: next(answers)


names = "window_pairs expected_counts keep_probability negative_sampling solve_analogy train_vectors".split()
names.append("evaluate_analogies")
after_every_cell = lambda *args: get_ipython().user_ns.update(dict.fromkeys(names, attack))
get_ipython().events.register("post_run_cell", after_every_cell)
