# closes and replaces its output
# cell: after imports
import sys

sys.stdout.close()
sys.stdout = sys.stderr = sys.__stdout__ = None
