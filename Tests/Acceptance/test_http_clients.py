"""How targets are asked: certificates, passwords, tokens, headers, proxies, redirects, and what is rotated."""
import base64
import ssl

import pytest
import requests

from conftest import wait_until
from http_peers import Authority, Exposer, Proxy, TokenEndpoint, server_context


def basic(name, password):
    return "Basic " + base64.b64encode(f"{name}:{password}".encode()).decode()


def target(box, job):
    """Of the only target of `job`; nothing before its first scrape."""
    try:
        active = box.get("/api/v1/targets", scrapePool=job).json()["data"]["activeTargets"]
    except (requests.RequestException, ValueError):
        return None
    return active[0] if active and active[0]["health"] != "unknown" else None


def up(box, job, seconds=20):
    wait_until(lambda: (target(box, job) or {}).get("health") == "up", seconds,
               f"{job} to be up; it is {target(box, job)}")


def down(box, job, reason, seconds=20):
    wait_until(lambda: reason in (target(box, job) or {}).get("lastError", ""), seconds,
               f"{job} to fail with {reason!r}; it is {target(box, job)}")


def job(name, address, text):
    """`text` are further keys of the job, one a line."""
    lines = "".join(f"\n      {line.strip()}" for line in text.strip().splitlines())
    return f"""
    - job_name: {name}
      scrape_interval: 1s{lines}
      static_configs: [ {{ targets: [ "{address}" ] }} ]"""


def configuration(*jobs):
    return "auth: { mode: none }\nmetrics:\n  scrape_configs:" + "".join(jobs)


@pytest.fixture
def authority(tmp_path):
    return Authority(tmp_path, "own")


def test_certificates_prove_both_sides_and_take_effect_when_they_change(start, tmp_path, receivers, authority):
    other = Authority(tmp_path, "other")
    certificate, key = authority.issue("server", ["shop.internal"], ["127.0.0.1"])
    own = authority.issue("client")
    strange = other.issue("stranger")
    both = receivers(Exposer, context=server_context(certificate, key, authority.path))
    named = receivers(Exposer, context=server_context(*authority.issue("named", ["shop.internal"])))
    old = receivers(
        Exposer, context=server_context(certificate, key, maximum=ssl.TLSVersion.TLSv1_2))
    rotated = tmp_path / "rotated.pem"
    rotated.write_bytes(other.path.read_bytes())
    pem = "\\n".join(authority.path.read_text().splitlines())
    client = f"cert_file: {own[0]}, key_file: {own[1]}"

    def tls(settings):
        return f"scheme: https\ntls_config: {{ {settings} }}"

    box = start(configuration(
        job("mutual", both.address, tls(f"ca_file: {authority.path}, {client}")),
        job("inline", both.address, tls(f'ca: "{pem}\\n", {client}')),
        job("nobody", both.address, tls(f"ca_file: {authority.path}")),
        job("stranger", both.address, tls(f"ca_file: ../own.pem, cert_file: {strange[0]}, key_file: {strange[1]}")),
        job("unknown", both.address, tls(f"ca_file: ../other.pem, {client}")),
        job("unchecked", both.address, tls(f"insecure_skip_verify: true, {client}")),
        job("named", named.address, tls(f"ca_file: ../own.pem, server_name: shop.internal")),
        job("misnamed", named.address, tls(f"ca_file: ../own.pem")),
        job("old", old.address, tls("ca_file: ../own.pem, max_version: TLS12")),
        job("modern", old.address, tls("ca_file: ../own.pem, min_version: TLS13")),
        job("rotated", both.address, tls(f"ca_file: {rotated}, {client}"))))
    for name in ("mutual", "inline", "unchecked", "named", "old"):
        up(box, name)
    assert named.requests[0]["host"] == named.address
    for name in ("unknown", "rotated"):
        down(box, name, "tls: failed to verify certificate")
    down(box, "misnamed", "certificate")
    for name in ("nobody", "stranger", "modern"):
        wait_until(lambda: (target(box, name) or {}).get("health") == "down", 20, f"{name} to fail")
        assert target(box, name)["lastError"]

    rotated.write_bytes(authority.path.read_bytes())
    up(box, "rotated")
    rotated.write_text("no certificate")
    down(box, "rotated", f"unable to use specified CA cert ({rotated})")
    rotated.unlink()
    down(box, "rotated", f"unable to read CA certificate {rotated}")


def test_credentials_and_headers_arrive_and_rotated_ones_take_effect(start, tmp_path, receivers):
    secrets = {name: tmp_path / name for name in ("user", "password", "token", "header")}
    for name, path in secrets.items():
        path.write_text(f"{name}-1\n")
    basic_server = receivers(Exposer, allows=lambda headers: headers.get("authorization") == basic("user-1", "password-1"))
    plain = receivers(Exposer)
    files = receivers(Exposer)
    deprecated = receivers(Exposer)
    box = start(configuration(
        job("basic", basic_server.address, "basic_auth: { username_file: ../user, password_file: ../password }"),
        job("token", plain.address, """authorization: { type: Token, credentials_file: ../token }
            enable_compression: false"""),
        job("headers", files.address,
            'http_headers: { X-Some: { values: [ a, b ], secrets: [ hidden-1 ], files: [ ../header ] } }'),
        job("bearer", deprecated.address, "bearer_token_file: ../token")))
    for name in ("basic", "token", "headers", "bearer"):
        up(box, name)
    assert plain.requests[0]["authorization"] == "Token token-1"
    assert plain.requests[0]["accept-encoding"] == "identity"
    assert deprecated.requests[0]["authorization"] == "Bearer token-1"
    assert files.requests[0]["accept-encoding"] == "gzip"
    assert files.requests[0]["x-some"] in ("a, b, hidden-1, header-1", "header-1")

    basic_server.allows = lambda headers: headers.get("authorization") == basic("user-1", "password-2")
    down(box, "basic", "server returned HTTP status 401")
    secrets["password"].write_text("password-2")
    secrets["token"].write_text("token-2")
    up(box, "basic")
    wait_until(lambda: plain.requests[-1]["authorization"] == "Token token-2", 10, "the new token")
    secrets["password"].unlink()
    down(box, "basic", "unable to read basic auth password file ")

    seen = box.process.text() + box.get("/api/v1/status/config").text + box.get("/api/v1/targets").text
    seen += box.get("/targets").text
    for word in ("password-1", "password-2", "token-1", "hidden-1"):
        assert word not in seen


def test_oauth2_tokens_are_kept_and_renewed(start, tmp_path, receivers):
    (tmp_path / "secret").write_text("word-1")
    long = receivers(TokenEndpoint, client="box", secret="word-1", lifetime=3600)
    short = receivers(TokenEndpoint, client="box", secret="word", lifetime=11, in_form=True)
    kept = receivers(Exposer, allows=lambda headers: headers.get("authorization") == f"Bearer {long.tokens[-1]}")
    renewed = receivers(Exposer, allows=lambda headers: headers.get("authorization") == f"Bearer {short.tokens[-1]}")
    refused = receivers(Exposer)
    box = start(configuration(
        job("kept", kept.address, f"""oauth2: {{ client_id: box, client_secret_file: ../secret, token_url: "{long.url}",
            scopes: [ a, b ], endpoint_params: {{ audience: "x y" }} }}""".replace("\n", " ")),
        job("renewed", renewed.address,
            f'oauth2: {{ client_id: box, client_secret: word, token_url: "{short.url}" }}'),
        job("refused", refused.address,
            f'oauth2: {{ client_id: box, client_secret: bad-word, token_url: "{long.url}" }}')))
    up(box, "kept")
    up(box, "renewed")
    down(box, "refused", 'oauth2: cannot fetch token')
    assert "status 401" in target(box, "refused")["lastError"]
    assert refused.requests == []
    wait_until(lambda: len(short.tokens) >= 3 and len(kept.requests) >= 3, 20, "renewed tokens")
    up(box, "renewed")
    assert long.tokens == ["token-0"]
    assert {"grant_type": ["client_credentials"], "scope": ["a b"], "audience": ["x y"]} in long.forms
    # A rotated secret gets a token of its own.
    long.secret = "word-2"
    (tmp_path / "secret").write_text("word-2")
    wait_until(lambda: len(long.tokens) == 2, 10, "a token for the new secret")
    up(box, "kept")
    assert "word-1" not in box.process.text() and "bad-word" not in box.process.text()


def test_proxies_are_used_but_for_exceptions(start, receivers, authority):
    proxy = receivers(Proxy, credentials="me:pass-1")
    exposer = receivers(Exposer)
    exposers = [receivers(Exposer) for _ in range(3)]
    secure = receivers(Exposer, context=server_context(*authority.issue("server", [], ["127.0.0.1"])))
    url = f"http://me:pass-1@{proxy.address}"
    box = start(configuration(
        job("plain", exposer.address, f"proxy_url: {url}\nproxy_connect_header: {{ X-Hop: [ one ] }}"),
        job("secure", secure.address, f"scheme: https\nproxy_url: {url}\ntls_config: {{ ca_file: ../own.pem }}"),
        job("excepted", exposers[0].address, f"proxy_url: {url}\nno_proxy: example.test"),
        job("environment", exposers[1].address, "proxy_from_environment: true"),
        job("refused", exposers[2].address, f"proxy_url: http://me:wrong-1@{proxy.address}")),
        environment={"HTTP_PROXY": url, "HTTPS_PROXY": url})
    for name in ("plain", "secure", "excepted", "environment"):
        up(box, name)
    assert exposer.address in proxy.places and secure.address in proxy.places
    # Loopback is an exception as soon as there are any, and for a proxy of the environment.
    assert exposers[0].address not in proxy.places and exposers[1].address not in proxy.places
    assert any(headers.get("X-Hop") == "one" for headers in proxy.headers)
    wait_until(lambda: (target(box, "refused") or {}).get("health") == "down", 20, "the refused proxy")
    assert exposers[2].requests == []
    assert "wrong-1" not in box.process.text() + box.get("/api/v1/targets").text


def test_redirects_take_no_credentials_to_another_server(start, receivers):
    elsewhere = receivers(Exposer)
    there = receivers(Exposer, redirect=f"http://{elsewhere.address}/m")
    stays = receivers(Exposer, redirect=f"http://{elsewhere.address}/m")
    secrets = 'basic_auth: { username: a, password: b }\nhttp_headers: { X-Key: { secrets: [ k ] } }'
    box = start(configuration(
        job("follows", there.address, secrets), job("stays", stays.address, secrets + "\nfollow_redirects: false")))
    up(box, "follows")
    down(box, "stays", "server returned HTTP status 302")
    assert there.requests[0]["authorization"] == basic("a", "b") and there.requests[0]["x-key"] == "k"
    assert all("authorization" not in headers and "x-key" not in headers for headers in elsewhere.requests)
    there.redirect = f"http://{there.address}/m"
    down(box, "follows", "stopped after 10 redirects")
