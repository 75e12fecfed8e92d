# sets an alarm that interrupts what comes next
# cell: last
import signal

signal.signal(signal.SIGALRM, lambda *args: 1 / 0)
signal.setitimer(signal.ITIMER_REAL, 0.001, 0.001)
