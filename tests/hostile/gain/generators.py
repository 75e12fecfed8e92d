# answers with generators that never end
# cell: every answer
import itertools


for _name in (
    "window_pairs",
    "expected_counts",
    "keep_probability",
    "negative_sampling",
    "solve_analogy",
    "train_vectors",
    "evaluate_analogies",
):
    globals()[_name] = lambda *args, **more: itertools.repeat(1.0)
