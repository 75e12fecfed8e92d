# turns warnings into errors, and warns
# cell: last
import warnings

warnings.simplefilter("error")
try:
    warnings.warn("x")
except UserWarning:
    pass
