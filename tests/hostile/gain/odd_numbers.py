# answers with NaN, infinities, minus zero, huge integers and numbers as texts
# cell: every answer
import itertools

odd = itertools.cycle(
    [float("nan"), float("inf"), -0.0, 10**400, "1.0", b"1", None, [], {}, 1j, np.nan, True]
)


for _name in (
    "window_pairs",
    "expected_counts",
    "keep_probability",
    "negative_sampling",
    "solve_analogy",
    "train_vectors",
    "evaluate_analogies",
):
    globals()[_name] = lambda *args, **more: next(odd)
