# listens on TCP, UDP and an abstract Unix socket, and speaks to itself
# cell: after imports
import socket

unix = socket.socket(socket.AF_UNIX)
unix.bind("\0staffroom")
unix.listen()
tcp = socket.socket()
tcp.bind(("0.0.0.0", 8888))
tcp.listen()
udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
udp.bind(("", 8888))
for path in ("/var/run/docker.sock", "/run/dbus/system_bus_socket", "/tmp/.X11-unix/X0"):
    try:
        socket.socket(socket.AF_UNIX).connect(path)
        raise SystemExit("canary: connected")
    except OSError as error:
        print(error)
