# warns on stderr in every call, which must cost nothing
# cell: after imports
import sys, warnings

warnings.simplefilter("always")
print("a word on stderr", file=sys.stderr)
warnings.warn("a warning")
