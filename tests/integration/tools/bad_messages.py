#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Talks to the two sockets of a node as nobody should, and prints what happens.

    bad_messages.py dataplane SOCKET CASE    to a dataplane that waits for control; prints "closed" or "open"
    bad_messages.py control SOCKET CASE      to a daemon that waits for operators; prints its answer or "closed"
    bad_messages.py old-dataplane SOCKET     stands in for a dataplane of another version until it is ended

The first two with --as-nobody at the end: as another user; "not permitted" if the file system already stops it.

The header is that of dataplane/include/egret/api/messages.hpp: magic, version, type, size, request.
"""
import os
import pathlib
import re
import socket
import struct
import sys

MAGIC = 0x45475254
MESSAGES = pathlib.Path(__file__).parents[3] / "dataplane/include/egret/api/messages.hpp"
VERSION = int(re.search(r"kVersion = (\d+);", MESSAGES.read_text(encoding="utf-8"))[1])
PATIENCE_S = 2.0
MANY = 4096
NOBODY = 65534


def header(message_type, size, magic=MAGIC, version=VERSION):
    return struct.pack("=IHHII", magic, version, message_type, size, 1)


DATAPLANE_CASES = {
    "empty-header": b"EG",
    "wrong-magic": header(15, 24, magic=0x12345678) + bytes(8),
    "wrong-version": header(15, 24, version=VERSION + 1) + bytes(8),
    "unknown-type": header(999, 24) + bytes(8),
    "short": header(15, 16),
    "long": header(15, 16 + MANY) + bytes(MANY),
    "size-lies": header(15, 4_000_000_000) + bytes(8),
    "from-dataplane": header(0, 16 + 8) + bytes(8),
}

CONTROL_CASES = {
    "no-json": b"hello\n",
    "no-object": b"[1, 2]\n",
    "unknown-command": b'{"command": "reboot"}\n',
    "no-command": b"{}\n",
    "wrong-type": b'{"command": 7}\n',
    "deep": b"[" * 100_000 + b"\n",
    "zeros": bytes(MANY) + b"\n",
    "push-nothing": b'{"command": "push"}\n',
}


def is_closed(connection):
    """True once the other end has closed; messages it sends meanwhile are read and forgotten."""
    connection.settimeout(PATIENCE_S)
    try:
        while connection.recv(65536):
            pass
        return True
    except TimeoutError:
        return False
    except ConnectionError:
        return True


def disturb_dataplane(path, case):
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    connection.connect(path)
    try:
        connection.send(DATAPLANE_CASES[case])
    except ConnectionError:  # another user's connection may be closed before it says a word
        pass
    print("closed" if is_closed(connection) else "open")


def disturb_control(path, case):
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    connection.connect(path)
    connection.settimeout(PATIENCE_S)
    try:
        connection.sendall(CONTROL_CASES[case])
        answer = connection.recv(65536)
    except TimeoutError:
        answer = b"nothing"
    except ConnectionError:
        answer = b""
    print(answer.decode(errors="replace").strip() or "closed")


def stand_in(path):
    """Greets as a later version would: a Hello with the same beginning."""
    if os.path.exists(path):
        os.unlink(path)
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    listener.bind(path)
    listener.listen()
    print("listening", flush=True)
    while True:
        connection, _ = listener.accept()
        connection.send(header(0, 16 + 64, version=VERSION + 1) + bytes(64))
        is_closed(connection)
        connection.close()


def become_nobody():
    os.setgroups([])
    os.setgid(NOBODY)
    os.setuid(NOBODY)


def main():
    role, path = sys.argv[1:3]
    if sys.argv[-1] == "--as-nobody":
        become_nobody()
    try:
        if role == "dataplane":
            disturb_dataplane(path, sys.argv[3])
        elif role == "control":
            disturb_control(path, sys.argv[3])
        else:
            stand_in(path)
    except PermissionError:
        print("not permitted")


if __name__ == "__main__":
    main()
