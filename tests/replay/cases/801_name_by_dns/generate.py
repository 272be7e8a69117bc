# SPDX-License-Identifier: Apache-2.0
from lan import DESK1, DESK2, LOGIN4, LOGIN6, WEB4
from names import dns_answer, dns_query

RESOLVER4, RESOLVER6 = "10.42.0.1", "2001:db8:42:1::1"
LOGIN, WEB = "login.microsoftonline.com", "www.contoso.example"


def record(lan):
    for number, (resolver, name, server) in enumerate((
        (RESOLVER4, LOGIN, LOGIN4), (RESOLVER6, LOGIN, LOGIN6), (RESOLVER4, WEB, WEB4),
    )):
        lookup = lan.udp(resolver, 53)
        lookup.ask(dns_query(name, server, number))
        lookup.answer(dns_answer(name, server, number))
    forged = lan.udp(RESOLVER4, 53)
    forged.ask(dns_query(WEB, LOGIN4, 77))
    forged.answer(dns_answer(WEB, LOGIN4, 78))
    lan.sign_in(LOGIN4, port=80, host=DESK1)
    lan.sign_in(LOGIN4, port=80, host=DESK2)
    lan.sign_in(LOGIN6, port=80)
    lan.sign_in(WEB4, port=80)
