# keeps every core busy in threads that release the interpreter's lock
# cell: after imports
import hashlib
import threading

data = bytes(1 << 24)


def busy():
    while True:
        hashlib.sha256(data).digest()


threads = [threading.Thread(target=busy, daemon=True) for _ in range(8)]
for thread in threads:
    thread.start()
threads[0].join()
