# names functions where the protocol allows only types: eval, __import__, torch.load
# cell: after imports
import gc
import itertools

from staffroom import wire

me = next(o for o in gc.get_objects() if type(o).__name__ == "Student")
evil = itertools.cycle(
    [
        "builtins.eval",
        "builtins.__import__",
        "numpy.load",
        "torch.load",
        "os.system",
        "builtins.type",
        "dtype.O",
    ]
)


class Named:
    pass


def export(data):
    return (wire.TYPE, next(evil)) if isinstance(data, Named) else honest(data)


honest, me.codec.export = me.codec.export, export
attack = lambda *args, **more: [Named(), {"loss": Named(), "the": Named(), "mrr": Named()}][len(args) % 2]


names = "window_pairs expected_counts keep_probability negative_sampling solve_analogy train_vectors".split()
names.append("evaluate_analogies")
after_every_cell = lambda *args: get_ipython().user_ns.update(dict.fromkeys(names, attack))
get_ipython().events.register("post_run_cell", after_every_cell)
