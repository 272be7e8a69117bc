# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2154
# The servers of make_capture: certificates made on the spot, nginx, dnsmasq and two UDP services. Uses: run, work, here.

sign_in_names=(login.microsoftonline.com login.microsoft.com graph.microsoft.com device.login.microsoftonline.com)
web_names=(www.example.org downloads.example.net intranet.contoso.example login.contoso.example)

# make_certificate FILE NAME...: a key and a certificate of our own authority for these names.
make_certificate() {
    local file=$work/$1 names
    names=$(printf 'DNS:%s,' "${@:2}")
    openssl req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj "/CN=$2" \
        -keyout "$file.key" -out "$file.csr" 2>/dev/null
    openssl x509 -req -in "$file.csr" -CA "$work/ca.pem" -CAkey "$work/ca.key" -CAcreateserial -days 30 \
        -extfile <(echo "subjectAltName=${names%,}") -out "$file.pem" 2>/dev/null
}

make_certificates() {
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 30 \
        -subj '/CN=Capture test authority' -keyout "$work/ca.key" -out "$work/ca.pem" 2>/dev/null
    make_certificate idp "${sign_in_names[@]}"
    make_certificate web "${web_names[@]}"
}

# start_nginx NS: the site's server blocks come from standard input.
start_nginx() {
    mkdir -p "$work/$1"
    cat >"$work/$1/nginx.conf" <<NGINX
user root; daemon off; worker_processes 1;
pid $work/$1/nginx.pid; error_log $work/$1/error.log;
events { worker_connections 256; }
http {
    access_log off; default_type application/json; client_max_body_size 1m;
    client_body_temp_path $work/$1/body; proxy_temp_path $work/$1/proxy; fastcgi_temp_path $work/$1/fastcgi;
    uwsgi_temp_path $work/$1/uwsgi; scgi_temp_path $work/$1/scgi;
    ssl_certificate $work/$1.pem; ssl_certificate_key $work/$1.key; ssl_protocols TLSv1.2 TLSv1.3;
    $(cat)
}
NGINX
    start_in "$1" nginx -e "$work/$1/error.log" -c "$work/$1/nginx.conf"
}

start_web_servers() {
    start_nginx idp <<'NGINX'
    server { listen 80; listen [::]:80; return 301 https://$host$request_uri; }
    server {
        listen 443 ssl http2; listen [::]:443 ssl http2;
        location /authorize { return 302 /login?state=1; }
        location /login { return 200 '{"page":"sign in"}'; }
        location /token { return 200 '{"token_type":"Bearer","expires_in":3599,"access_token":"example"}'; }
        location /v1.0/ { return 200 '{"displayName":"Example","id":"00000000-0000-0000-0000-000000000042"}'; }
    }
NGINX
    mkdir -p "$work/files"
    head -c 150000 /dev/urandom >"$work/files/update.bin"
    start_nginx web <<NGINX
    server { listen 80; listen [::]:80; location / { return 200 'plain text page'; } }
    server {
        listen 443 ssl http2; listen [::]:443 ssl http2; root $work/files;
        location /login { return 200 '{"page":"own sign in"}'; }
        location /page { return 200 '<html>a page</html>'; }
    }
NGINX
    printf 'printer status: ready\n' >"$work/files/status"
    start_in printer python3 -m http.server --directory "$work/files" 80 >/dev/null 2>&1
}

# The same records at the router and at a resolver out in the internet.
start_resolvers() {
    cat >"$work/dnsmasq.conf" <<'DNSMASQ'
keep-in-foreground
no-resolv
no-hosts
bind-interfaces
user=root
pid-file=
local-ttl=300
local=/#/
cname=login.microsoftonline.com,login.mso.msidentity.com
cname=www.example.org,web.example.net
host-record=login.mso.msidentity.com,20.190.128.10,2603:1006:2000::10
host-record=login.microsoft.com,20.190.160.20,2603:1016:1400::20
host-record=graph.microsoft.com,40.126.0.30,2603:1026:3000::30
host-record=device.login.microsoftonline.com,40.126.31.40,2603:1036:3000::40
host-record=web.example.net,198.51.100.80,2001:db8:ffff::80
host-record=intranet.contoso.example,198.51.100.81
host-record=downloads.example.net,198.51.100.82,2001:db8:ffff::82
host-record=login.contoso.example,192.0.2.10
host-record=time.example.org,198.51.100.123,2001:db8:ffff::123
txt-record=example.org,v=spf1 -all
DNSMASQ
    start_in router dnsmasq -C "$work/dnsmasq.conf" --interface=lan0
    start_in web dnsmasq -C "$work/dnsmasq.conf" --interface=lo
}

# wait_for COMMAND...: until it succeeds, ten seconds at most.
wait_for() {
    local tries=0
    until "$@" >/dev/null 2>&1; do
        tries=$((tries + 1))
        [ "$tries" -lt 100 ] || fail "does not answer: $*"
        sleep 0.1
    done
}

start_services() {
    make_certificates
    start_web_servers
    start_resolvers
    start_in web python3 "$here/capture/udp.py" serve
    # From where no frame crosses the LAN.
    wait_for in_ns idp curl -sk https://20.190.128.10/login
    wait_for in_ns web curl -sk https://198.51.100.80/page
    wait_for in_ns router dig +time=1 +tries=1 @10.42.0.1 www.example.org
    wait_for in_ns web dig +time=1 +tries=1 @198.51.100.53 www.example.org
    wait_for in_ns web python3 "$here/capture/udp.py" time 198.51.100.123
    wait_for in_ns printer curl -s http://10.42.0.21/status
}
