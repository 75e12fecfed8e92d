# uses up its time on the processor in a cell of its own
# cell: last
import os, resource

soft, hard = resource.getrlimit(resource.RLIMIT_CPU)
resource.setrlimit(resource.RLIMIT_CPU, (1, 1))
while True:
    pass
