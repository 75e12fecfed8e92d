# kills its own process
# cell: after imports
import os, signal

os.kill(os.getpid(), signal.SIGKILL)
os.kill(os.getpid(), signal.SIGTERM)
