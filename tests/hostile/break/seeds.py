# fixes every random generator
# cell: after imports
import random

random.seed(0)
np.random.seed(0)
random.random = lambda: 0.5
