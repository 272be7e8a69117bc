#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Two UDP services and their clients for make_capture.

udp.py serve                 SNTP (RFC 4330) on port 123, echo (RFC 862) on port 7, both families, until killed
udp.py time ADDRESS          one SNTP exchange
udp.py echo ADDRESS SIZE     one echo of SIZE bytes
Exits 1 where no or no right answer comes.
"""
import selectors
import socket
import struct
import sys
import time

SNTP_PORT = 123
ECHO_PORT = 7
SNTP_EPOCH = 2208988800  # 1900 to 1970 in seconds
TIMEOUT_S = 2


def sntp_answer(request):
    """A server's answer (mode 4, stratum 2) to a client's request of 48 bytes."""
    now = struct.pack("!II", int(time.time()) + SNTP_EPOCH, 0)
    header = struct.pack("!BBbbIII", 0x24, 2, 6, -20, 0, 0, 0xC6336401)
    return header + now + request[40:48] + now + now


def serve():
    selector = selectors.DefaultSelector()
    for port, answer in ((SNTP_PORT, sntp_answer), (ECHO_PORT, bytes)):
        for family, addresses in (
            (socket.AF_INET, ["198.51.100.123"]),
            (socket.AF_INET6, ["2001:db8:ffff::123"]),
        ):
            for address in addresses:
                server = socket.socket(family, socket.SOCK_DGRAM)
                server.bind((address, port))
                selector.register(server, selectors.EVENT_READ, answer)
    while True:
        for key, _ in selector.select():
            request, peer = key.fileobj.recvfrom(65535)
            key.fileobj.sendto(key.data(request), peer)


def ask(address, port, request):
    """Sends `request` and returns the answer; the system's errors (refused, timed out) pass through."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.socket(family, socket.SOCK_DGRAM) as client:
        client.settimeout(TIMEOUT_S)
        client.connect((address, port))
        client.send(request)
        return client.recv(65535)


def main(arguments):
    if arguments == ["serve"]:
        serve()
    elif len(arguments) == 2 and arguments[0] == "time":
        request = b"\x23" + bytes(47)
        return len(ask(arguments[1], SNTP_PORT, request)) == len(request)
    elif len(arguments) == 3 and arguments[0] == "echo":
        request = bytes(i % 251 for i in range(int(arguments[2])))
        return ask(arguments[1], ECHO_PORT, request) == request
    sys.exit(__doc__)


if __name__ == "__main__":
    try:
        sys.exit(0 if main(sys.argv[1:]) else 1)
    except OSError as error:
        sys.exit(f"udp.py: {error}")
