# SPDX-License-Identifier: Apache-2.0
"""A local HTTPS server that misbehaves as told, with authorities made on the spot; and a proxy that counts."""
import gzip
import http.server
import select
import socket
import ssl
import struct
import subprocess
import threading
import time


def openssl(*arguments):
    subprocess.run(["openssl", *arguments], check=True, capture_output=True)


def make_authority(folder, name):
    openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
            "-subj", f"/CN={name}", "-keyout", f"{folder}/{name}.key", "-out", f"{folder}/{name}.pem")


def make_certificate(folder, authority, name, subject):
    """NAME.pem with key and certificate for `subject`, e.g. IP:127.0.0.1."""
    openssl("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-subj", f"/CN={name}",
            "-keyout", f"{folder}/{name}.key", "-out", f"{folder}/{name}.csr")
    (folder / "extensions").write_text(f"subjectAltName={subject}\n")
    openssl("x509", "-req", "-in", f"{folder}/{name}.csr", "-CA", f"{folder}/{authority}.pem",
            "-CAkey", f"{folder}/{authority}.key", "-CAcreateserial", "-days", "2",
            "-extfile", f"{folder}/extensions", "-out", f"{folder}/{name}.crt")
    (folder / f"{name}.pem").write_text((folder / f"{name}.key").read_text() + (folder / f"{name}.crt").read_text())


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def do_GET(self):  # noqa: N802, the library's name
        self.server.paths.append(self.path)
        try:
            self.server.behave(self)
        except (BrokenPipeError, ConnectionResetError, ssl.SSLError):
            self.close_connection = True

    def answer(self, body=b"", status=200, **headers):
        body = body.encode() if isinstance(body, str) else body
        self.send_response(status)
        headers.setdefault("content_length", len(body))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), str(value))
        self.end_headers()
        self.wfile.write(body)

    def reset(self):
        """Ends the connection as a crash would."""
        self.wfile.flush()
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        socket.socket.close(self.connection)
        self.close_connection = True


class HttpsServer(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, certificate, behave):
        super().__init__(("127.0.0.1", 0), Handler)
        self.behave = behave
        self.paths = []
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        self.socket = context.wrap_socket(self.socket, server_side=True)
        self.thread = threading.Thread(target=self.serve_forever, args=(0.02,), daemon=True)
        self.thread.start()

    def handle_error(self, *_):
        pass  # a client that refuses the certificate is the point of some tests

    @property
    def url(self):
        return f"https://127.0.0.1:{self.server_address[1]}"

    def end(self):
        self.shutdown()
        self.server_close()


class Proxy(threading.Thread):
    """Answers CONNECT and passes bytes."""

    def __init__(self):
        super().__init__(daemon=True)
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.asked = []
        self.start()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.listener.getsockname()[1]}"

    def run(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            line = client.recv(4096).decode().split("\r\n")[0]
            self.asked.append(line)
            host, port = line.split(" ")[1].split(":")
            server = socket.create_connection((host, int(port)))
            client.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
            threading.Thread(target=self.pass_on, args=(client, server), daemon=True).start()

    @staticmethod
    def pass_on(client, server):
        other = {client: server, server: client}
        while True:
            for ready in select.select([client, server], [], [])[0]:
                data = ready.recv(65536)
                if not data:
                    client.close()
                    server.close()
                    return
                other[ready].sendall(data)

    def end(self):
        self.listener.close()


# --- how a server can misbehave; each is a `behave` ---------------------------------------------------------------------

def gives(body, **headers):
    return lambda handler: handler.answer(body, **headers)


def has_etag(body, etag):
    def behave(handler):
        if handler.headers.get("If-None-Match") == etag:
            handler.answer(status=304)
        else:
            handler.answer(body, ETag=etag)
    return behave


def trickles(handler):
    handler.send_response(200)
    handler.send_header("Content-Length", "100000")
    handler.end_headers()
    for _ in range(60):
        handler.wfile.write(b"#")
        handler.wfile.flush()
        time.sleep(0.5)


def is_cut_short(handler):
    handler.answer(b"192.0.2.0/24\n", content_length=1000)
    handler.close_connection = True


def resets(handler):
    handler.answer(b"192.0.2.0/24\n", content_length=1000)
    handler.reset()


def never_ends(handler):
    handler.send_response(200)
    handler.send_header("Transfer-Encoding", "chunked")
    handler.end_headers()
    chunk = b"192.0.2.0/24\n" * 1000
    while True:
        handler.wfile.write(b"%x\r\n%s\r\n" % (len(chunk), chunk))


def is_a_bomb(handler):
    handler.answer(gzip.compress(b"# " + b"x" * 20_000_000), content_encoding="gzip")


def redirects(to):
    return lambda handler: handler.answer(status=302, Location=to)
