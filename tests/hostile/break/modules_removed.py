# forgets every imported module
# cell: last
import sys

for name in [name for name in sys.modules if name.startswith(("numpy", "gensim", "staffroom"))]:
    del sys.modules[name]
