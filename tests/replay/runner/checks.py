# SPDX-License-Identifier: Apache-2.0
"""What must hold of every replay, whatever its case expects. Each check yields a line for everything that is wrong."""
import collections
import ipaddress

from packets import SYN, TCP
from runner.decode import checksums_right, decode, payload_of, text
from runner.replay import is_carried
from runner.rows import row_of

DATA_MESSAGE = 4
MIN_SECRET, MAX_SECRET = 8, 32  # bytes
MAX_SHOWN = 5


def check_all(replay):
    for check in (check_clear, check_sealed, check_restored, check_lan, check_report):
        problems = list(check(replay))
        yield from problems[:MAX_SHOWN]
        if len(problems) > MAX_SHOWN:
            yield f"... and {len(problems) - MAX_SHOWN} more of {check.__name__}"


def check_clear(replay):
    """Nothing a tunnel rule names leaves in clear, and what goes direct leaves as it came, whole and in order."""
    if replay.clear == replay.direct:
        return
    missing, extra = collections.Counter(replay.direct), collections.Counter(replay.clear)
    for data in (extra - missing).elements():
        yield f"wan.pcap: left in clear, and should not or not like this: {row_of(data)}"
    for data in (missing - extra).elements():
        yield f"wan.pcap: should have left in clear as it came: {row_of(data)}"
    if missing == extra:
        yield "wan.pcap: direct frames left in another order than they came"


def check_sealed(replay):
    """Outer headers are right, no key and counter protect two messages, and none shows what it carries."""
    own, counters = replay.own_addresses("branch"), set()
    secrets = {secret_of(data) for data in replay.tunnelled} - {b""}
    for number, data in enumerate(replay.sealed, 1):
        packet = decode(data)
        message = payload_of(data, packet)
        if text(packet.source) not in own and text(packet.destination) not in own:
            yield f"wan.pcap: datagram {number} is neither from nor to the branch's own address: {row_of(data)}"
        if len(packet.source) == 16 and data[packet.transport + 6 : packet.transport + 8] == b"\0\0":
            yield f"wan.pcap: datagram {number}, UDP over IPv6, has no checksum"
        if not checksums_right(data, packet):
            yield f"wan.pcap: an outer checksum of datagram {number} is wrong"
        if message[0] == DATA_MESSAGE:
            nonce = message[4:16]  # receiver index and counter
            if nonce in counters:
                yield f"wan.pcap: datagram {number} uses receiver index and counter {nonce.hex()} again"
            counters.add(nonce)
            if any(secret in message for secret in secrets):
                yield f"wan.pcap: datagram {number} shows what it carries"


def secret_of(data):
    """Enough of a packet's payload not to be met by chance; nothing of shorter ones."""
    packet = decode(data)
    payload = payload_of(data, packet) if packet.kind == "transport" else b""
    return payload[:MAX_SECRET] if len(payload) >= MIN_SECRET else b""


def check_restored(replay):
    """What the edge presents is what tunnelled clients sent, from addresses it may use, with right checksums.

    `made` packets are the edge's own, errors to a server.
    """
    expected = replay.expected.get("restored", {})
    allowed = [ipaddress.ip_network(prefix, strict=False) for prefix in
               replay.branch.get("egress", {}).get("addresses", []) + replay.edge.get("restore", {}).get("addresses", [])]
    sent = collections.Counter(content_of(data, hops=1) for data in replay.tunnelled)
    wrong, unknown = 0, []
    for number, frame in enumerate(replay.restored, 1):
        packet = decode(frame.data)
        source = ipaddress.ip_address(packet.source) if packet.is_ip else None
        if not any(source in network for network in allowed):
            yield f"restored.pcap frame {number}: from an address that is neither an egress nor a pool address: {source}"
        content = content_of(frame.data)
        if sent[content] == 0:
            unknown.append(f"restored.pcap frame {number}: no tunnelled client sent this: {row_of(frame.data)}")
        sent[content] -= 1
        wrong += not checksums_right(frame.data, packet)
    if len(unknown) != expected.get("made", 0):
        yield from unknown or ["restored.pcap: holds nothing the edge made itself"]
    if wrong != expected.get("checksums_wrong", 0):
        yield f"restored.pcap: checksums are wrong in {wrong} packets"


def content_of(data, hops=0):
    """What translation leaves alone, and the hop limit behind `hops` routers. Of ICMP errors the type alone."""
    packet = decode(data)
    ttl = data[packet.at + (8 if len(packet.source) == 4 else 7)] - hops
    if packet.kind != "transport":
        return packet.protocol, packet.destination, packet.tos, ttl, data[packet.transport : packet.transport + 2]
    return packet.protocol, packet.destination, packet.ports[1], packet.tos, ttl, payload_of(data, packet)


def check_lan(replay):
    """Compares what the LAN got back with what it got when it was recorded (contract section 5), in order within each flow."""
    places = collections.defaultdict(collections.deque)
    for place, frame in enumerate(replay.server_frames()):
        if is_carried(frame):
            places[comparable(frame.data)].append(place)
    equal, latest, unknown = 0, collections.Counter(), []
    for number, frame in enumerate(replay.lan, 1):
        known = places.get(comparable(frame.data))
        if not known:
            unknown.append(number)
            continue
        place, flow = known.popleft(), decode(frame.data).flow
        if place < latest[flow]:
            yield f"lan.pcap frame {number}: overtaken by a later one of its flow"
        latest[flow] = max(place, latest[flow])
        equal += 1
    if equal != replay.report["lan_frames_equal"]:
        yield f"lan.pcap: {equal} frames are as recorded, report.json says {replay.report['lan_frames_equal']}"
    made = replay.expected.get("lan", {}).get("made", 0)
    if len(unknown) != made + replay.report["lan_frames_different"]:
        yield f"lan.pcap: frames {unknown[:MAX_SHOWN]} were never recorded, {made} were to be made by the branch"


def comparable(data):
    """A frame without what may differ: TTL or hop limit, the IPv4 header checksum, the MSS and checksum of a SYN."""
    packet = decode(data)
    if not packet.is_ip or packet.kind == "malformed":
        return data
    frame = bytearray(data[: packet.at + packet.size])
    if len(packet.source) == 4:
        frame[packet.at + 8], frame[packet.at + 10], frame[packet.at + 11] = 0, 0, 0
    else:
        frame[packet.at + 7] = 0
    if packet.kind == "transport" and packet.protocol == TCP and frame[packet.transport + 13] & SYN:
        frame[packet.transport + 16 : packet.transport + 18] = b"\0\0"
        blank_mss(frame, packet.transport)
    return bytes(frame)


def blank_mss(frame, transport):
    at, end = transport + 20, min(transport + (frame[transport + 12] >> 4) * 4, len(frame))
    while at + 4 <= end and frame[at] > 0:
        if frame[at : at + 2] == b"\x02\x04":
            frame[at + 2 : at + 4] = b"\0\0"
            return
        at += 1 if frame[at] == 1 else max(frame[at + 1], 2)


def check_report(replay):
    """The report's sums hold together, and its counts are those of the files."""
    report = replay.report
    sums = {
        "frames_in": (report["frames_client"] + report["frames_server"] + report["frames_local"], len(replay.recorded)),
        "flows": (report["flows_tunnel"] + report["flows_direct"] + report["flows_drop"], len(replay.flows)),
        "sign_ins": (len(replay.sign_ins), len(replay.sign_ins)),
        "frames_server": (sum(count for key, count in report.items() if key.startswith("lan_frames_")),
                          len(replay.server_frames())),
    }
    for key, (total, in_files) in sums.items():
        if not report[key] == total == in_files:
            yield f"report.json: {key} is {report[key]}, its parts make {total}, the files hold {in_files}"
    for verdict in ("tunnel", "direct", "drop"):
        count = sum(flow["verdict"] == verdict for flow in replay.flows)
        if report[f"flows_{verdict}"] != count:
            yield f"report.json: flows_{verdict} is {report[f'flows_{verdict}']}, flows.jsonl holds {count}"
    different = report["lan_frames_different"] + report["lan_frames_missing"] + report["lan_frames_withheld"]
    if len(replay.differences) != different:
        yield f"differences.jsonl: {len(replay.differences)} lines for {different} frames"
