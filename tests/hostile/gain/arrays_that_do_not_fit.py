# answers with arrays whose type, shape and bytes do not belong together
# cell: after imports
import gc
import itertools

from staffroom import wire

me = next(o for o in gc.get_objects() if type(o).__name__ == "Student")
raw = lambda data: me.codec.contents.write(data)
forged = itertools.cycle(
    [
        lambda: (wire.ARRAY, ["<f8", [1 << 40, 1 << 40], raw(bytes(8))]),
        lambda: (wire.ARRAY, ["<f8", [-1], raw(bytes(8))]),
        lambda: (wire.ARRAY, ["|O", [1], raw(bytes(8))]),
        lambda: (wire.ARRAY, ["<f8,<f8", [1], raw(bytes(16))]),
        lambda: (wire.ARRAY, ["<f8", [4], 77]),
        lambda: (wire.ARRAY, ["<U0", [1], raw(b"")]),
        lambda: (wire.SCALAR, ["<f8", raw(b"")]),
        lambda: (wire.TENSOR, ["load", [1], True, raw(bytes(8))]),
        lambda: (wire.OBJECTS, [[1 << 33], [1]]),
        lambda: (wire.INT, "0x" + "f" * 70_000),
        lambda: (wire.INT, "__import__"),
        lambda: (wire.GENERATOR, ["PCG64", {"state": -1}]),
        lambda: (wire.GENERATOR, ["__class__", {}]),
    ]
)


class Wrong:
    pass


honest = me.codec.export
me.codec.export = lambda data: next(forged)() if isinstance(data, Wrong) else honest(data)
attack = lambda *args, **more: Wrong()


names = "window_pairs expected_counts keep_probability negative_sampling solve_analogy train_vectors".split()
names.append("evaluate_analogies")
after_every_cell = lambda *args: get_ipython().user_ns.update(dict.fromkeys(names, attack))
get_ipython().events.register("post_run_cell", after_every_cell)
