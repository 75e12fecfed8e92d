# connects to the network, to the host and to itself
# cell: last
# shows: nobody is reached
import socket

for address in (("127.0.0.1", 22), ("10.0.0.1", 80), ("1.1.1.1", 53)):
    try:
        socket.create_connection(address, 1)
        raise SystemExit("connected")
    except OSError as error:
        print(error)
with socket.socket() as server:
    server.bind(("127.0.0.1", 0))
print("nobody is reached")
