# answers each question with another builtin exception, among them those that end Python
# cell: first
import builtins
import gc
import itertools

me = next(o for o in gc.get_objects() if type(o).__name__ == "Student")
kinds = [name for name in dir(builtins) if isinstance(getattr(builtins, name), type)]
kinds = [name for name in kinds if issubclass(getattr(builtins, name), BaseException)]
kinds = itertools.cycle(["SystemExit", "KeyboardInterrupt", "ExceptionGroup", "StopIteration", *kinds])


def refuse(self, kind, data):
    if kind == b"C":
        from staffroom.wire import plain

        self.channel.send(b"E", plain.encode([[next(kinds), "Exception"], "0", "", ""]))
        kind, body = self.channel.receive()
        return self._answer(kind, self.codec.decode(body))
    return honest(self, kind, data)


honest = type(me)._answer
type(me)._answer = refuse
