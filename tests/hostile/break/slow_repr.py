# shows an object whose text takes for ever
# cell: last
class Slow:
    def __repr__(self):
        while True:
            pass


Slow()
