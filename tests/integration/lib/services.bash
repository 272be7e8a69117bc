# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2154
# What stands behind an edge: nginx, and HAProxy that hands the client's address on with PROXY v2.

# start_nginx NS: answers on port 80 with the address it sees, and logs it, first thing in the line, to log/NS-access.
# Port 8081 expects the PROXY protocol and logs the address it names to log/NS-proxied.
start_nginx() {
    needs nginx curl
    mkdir -p "$work/nginx-$1"
    cat >"$work/nginx-$1/nginx.conf" <<NGINX
user root; daemon off; worker_processes 1; pid $work/nginx-$1/pid; error_log $work/log/$1-nginx-error;
events { worker_connections 1024; }
http {
    default_type text/plain; root $work/nginx-$1/files;
    client_body_temp_path $work/nginx-$1/body; proxy_temp_path $work/nginx-$1/proxy;
    fastcgi_temp_path $work/nginx-$1/fastcgi; uwsgi_temp_path $work/nginx-$1/uwsgi; scgi_temp_path $work/nginx-$1/scgi;
    log_format seen '\$remote_addr \$request';
    log_format proxied '\$proxy_protocol_addr \$request';
    server {
        listen 80; listen [::]:80 ipv6only=on;
        access_log $work/log/$1-access seen;
        location / { return 200 "\$remote_addr\n"; }
        location /files/ { alias $work/nginx-$1/files/; }
    }
    server {
        listen 8081 proxy_protocol; listen [::]:8081 ipv6only=on proxy_protocol;
        access_log $work/log/$1-proxied proxied;
        location / { return 200 "\$proxy_protocol_addr\n"; }
    }
}
NGINX
    mkdir "$work/nginx-$1/files"
    head -c 3000000 /dev/urandom >"$work/nginx-$1/files/large"
    start "$1-nginx" ip netns exec "$1" nginx -e "$work/log/$1-nginx-error" -c "$work/nginx-$1/nginx.conf"
    wait_for 10 in_ns "$1" curl -s http://127.0.0.1/
}

# start_haproxy NS: port 8080, in front of nginx's 8081; the address it sees is the first thing in its log's lines.
start_haproxy() {
    needs haproxy
    cat >"$work/haproxy.cfg" <<'HAPROXY'
global
    log stdout format raw local0
defaults
    mode http
    log global
    timeout connect 5s
    timeout client 30s
    timeout server 30s
frontend signins
    bind :8080
    bind :::8080 v6only
    log-format "%ci %HM %HU"
    default_backend idp
backend idp
    server nginx 127.0.0.1:8081 send-proxy-v2
HAPROXY
    start "$1-haproxy" ip netns exec "$1" haproxy -db -f "$work/haproxy.cfg"
    wait_for 10 in_ns "$1" curl -s http://127.0.0.1:8080/
}

# fetch NS URL: the body; fails within five seconds.
fetch() { in_ns "$1" curl --silent --show-error --fail --max-time 5 "$2"; }
