# loops for ever, deaf to interrupts and signals
# cell: answer train_vectors
# says: limit: cell_seconds
# loses: test_train_words, test_train_vectors
import signal


def train_vectors(*args, **more):
    signal.pthread_sigmask(signal.SIG_BLOCK, range(1, 65))
    while True:
        try:
            while True:
                pass
        except BaseException:
            pass
