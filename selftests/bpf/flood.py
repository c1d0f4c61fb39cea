# SPDX-License-Identifier: GPL-2.0
"""Sends UDP datagrams and TCP segments to this machine until it is told to stop.

Usage: flood.py PAUSE SIZE...
"""

import socket
import sys
import time


def main():
    receiver = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    receiver.bind(("127.0.0.1", 0))
    sender = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sender.connect(receiver.getsockname())
    server = socket.create_server(("127.0.0.1", 0))
    client = socket.create_connection(server.getsockname())
    accepted, _ = server.accept()
    pause = float(sys.argv[1])
    sizes = [int(size) for size in sys.argv[2:]]
    while True:
        for size in sizes:
            sender.send(bytes(size))
            receiver.recv(65536)
            client.sendall(bytes(size))
            accepted.recv(size, socket.MSG_WAITALL)
        if pause:
            time.sleep(pause)


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        pass
