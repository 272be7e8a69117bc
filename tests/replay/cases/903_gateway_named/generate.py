# SPDX-License-Identifier: Apache-2.0
from lan import DESK1, DESK2, LOGIN4, WEB4


def record(lan):
    """Two routers, each used by one host for one public server."""
    for host, router, server in ((DESK1, "02:00:00:00:42:01", LOGIN4), (DESK2, "02:00:00:00:42:02", WEB4)):
        flow = lan.tcp(server, host=host)
        lan.out(host, flow.segment_out(b"hello"), gateway=router)
        lan.back(host, flow.segment_back(b"hello"), gateway=router)
