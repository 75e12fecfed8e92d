# waits for a lock that it holds
# cell: answer train_vectors
# says: limit: cell_seconds
# loses: test_train_words, test_train_vectors
import threading

lock = threading.Lock()


def train_vectors(*args, **more):
    with lock, lock:
        return [], []
