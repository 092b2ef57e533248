"""Traces as people look at them, in a browser: each page by itself."""
import time

import requests

from conftest import wait_until
from span_senders import otlp_span, send_otlp, shop, stored_spans
from test_browser import browser, pictures, press, resize, scripted, text  # noqa: F401


def sign_in_browser(box, browser):  # noqa: F811
    browser.get(box.url + "/sign-in")
    browser.find_element("name", "name").send_keys("admin")
    browser.find_element("name", "password").send_keys(box.password)
    press(browser, "button[type=submit]")
    wait_until(lambda: "/sign-in" not in browser.current_url, what="the console")


def test_services_their_latency_errors_and_map_lead_to_traces(start, browser):  # noqa: F811
    box = start("auth: { mode: none }\n")
    resize(browser, 1440, 900, False)
    for path, words in [("", "Point an OpenTelemetry SDK"), ("/search", "No trace has such a span"), ("/errors", "No errors in this time"),
                        ("/map", "No service called another"), ("/doctor", "No spans in this time"), (f"/{1:032x}", "This trace is not here")]:
        browser.get(box.url + "/traces" + path)
        wait_until(lambda: words in text(browser), 10, f"what to do next on {path}")
    pictures(browser, "traces-none")
    shop(box)
    stored_spans(box)
    browser.get(box.url + "/traces")
    wait_until(lambda: "checkout" in text(browser) and "20 %" in text(browser), 10, "services and their failures")
    pictures(browser, "traces-services")
    press(browser, ".service-name", "checkout")
    wait_until(lambda: "CardRefused" in text(browser) and "POST /order" in text(browser), 10, "the service")
    pictures(browser, "traces-service")
    assert scripted(browser, "return document.querySelectorAll('#slow .trace-title').length") > 0
    # Slow traces are points in the plot of latency, too, and each leads to its trace.
    points = scripted(browser, "return [...document.querySelectorAll('#latency .point')].map((point) => point.getAttribute('href'))")
    assert points and all(point.startswith("/traces/") for point in points)
    # The slow ones are the last bar: it leads to them alone.
    scripted(browser, "const bars = [...document.querySelectorAll('.distribution a')]; location.assign(bars.at(-1).href.baseVal)")
    wait_until(lambda: "6 traces" in text(browser), 10, "the slow traces")
    pictures(browser, "traces-search")
    browser.get(box.url + "/traces/search?service=pay&status=ok")
    wait_until(lambda: "No trace has such a span" in text(browser), 10, "no such trace")
    browser.get(box.url + "/traces/search?query=attributes.http.route%3A%20(")
    wait_until(lambda: "line 1, column" in text(browser), 10, "the place of the mistake")
    # The id of a span alone leads to it.
    browser.get(f"{box.url}/traces/search?query={3:016x}")
    wait_until(lambda: f"span={3:016x}" in browser.current_url, 10, "the span by its id")
    late = browser.current_url.split("/traces/")[1].split("?")[0]
    send_otlp(box, pay=[otlp_span(int(late, 16), 4, 3, "audit", 1, time.time(), 5)])
    wait_until(lambda: "1 more span has come since" in text(browser), 20, "a word of the span that came late")
    press(browser, "#later button", "Show")
    wait_until(lambda: "4 spans" in text(browser), 10, "the trace with it")
    browser.get(box.url + "/traces/errors")
    wait_until(lambda: "first seen" in text(browser) and "in 1.4" in text(browser), 10, "groups of errors with their release")
    pictures(browser, "traces-errors")
    press(browser, ".error-type", "CardRefused")
    wait_until(lambda: "at charge (pay.js:10:2)" in text(browser), 10, "the group")
    pictures(browser, "traces-error")
    browser.get(box.url + "/traces/map")
    wait_until(lambda: scripted(browser, "return document.querySelectorAll('.map-node').length") == 2, 10, "two services on the map")
    assert scripted(browser, "return document.querySelectorAll('.map-edge.map-bad').length") == 1
    pictures(browser, "traces-map")


def test_ten_thousand_spans_scroll_and_are_walked_by_keys(start, browser):  # noqa: F811
    from selenium.webdriver.common.keys import Keys

    box = start("auth: { mode: none }\n")
    trace, now = 77, time.time() - 60
    count = 10_000
    spans = [otlp_span(trace, 1, 0, "root", 2, now, 20_000)]
    spans += [otlp_span(trace, number, 1 if number % 100 == 2 else number - 1, f"step {number}", 1, now + number * 0.001, 5)
              for number in range(2, count)]
    spans.append(otlp_span(trace, count, 999_999, "lost", 1, now + 15, 5))
    send_otlp(box, big=spans)
    stored_spans(box)
    resize(browser, 1440, 900, False)
    browser.get(f"{box.url}/traces/{trace:032x}")
    wait_until(lambda: "10\u2009000 spans" in text(browser), 20, "the trace")
    wait_until(lambda: scripted(browser, "return document.querySelectorAll('.span-row').length") or 0, 10, "rows")
    # Only what is in view is made, wherever it is scrolled to, and within a few frames.
    longest = browser.execute_async_script("""
        const done = arguments[0], box = document.getElementById('spans');
        let frames = 0, worst = 0, last = performance.now();
        const step = now => {
          worst = Math.max(worst, now - last); last = now; frames += 1;
          if (document.querySelectorAll('.span-row').length > 120) return done(-1);
          if (frames === 60) return done(worst);
          box.scrollTop += box.scrollHeight / 58;
          requestAnimationFrame(step);
        };
        requestAnimationFrame(step);""")
    assert 0 < longest < 250, f"the worst frame took {longest} ms, or all rows were made"
    wait_until(lambda: "lost" in text(browser), 5, "the last span at the end of the list")
    assert "a parent that is not here" in text(browser)
    pictures(browser, "traces-many")
    tree = browser.find_element("id", "spans")
    tree.send_keys(Keys.HOME)
    wait_until(lambda: scripted(browser, "return document.querySelector('.chosen-row')?.innerText.includes('root')"), 5, "the first row")
    tree.send_keys(Keys.ARROW_LEFT)
    wait_until(lambda: scripted(browser, "return document.querySelectorAll('.span-row').length") == 2, 5, "the root folded, and the lost one")
    tree.send_keys(Keys.ARROW_RIGHT, Keys.ARROW_DOWN)
    wait_until(lambda: scripted(browser, "return document.querySelector('.chosen-row')?.innerText.includes('step 2')"), 5, "the first child")
    tree.send_keys(Keys.ENTER)
    wait_until(lambda: "step 2" in (scripted(browser, "return document.querySelector('.span-card')?.innerText") or ""), 5, "its card")
    browser.find_element("id", "find").send_keys("step 9876", Keys.ENTER)
    wait_until(lambda: scripted(browser, "return document.querySelector('.chosen-row')?.innerText.includes('step 9876')"), 5, "the span that was looked for")


def test_a_rate_is_set_in_the_console_and_told_to_a_running_agent(start, browser):  # noqa: F811
    box = start("auth: { mode: local }\n")
    token = box.create_token("ingest", "--name", "agent")

    def told(etag=None):
        headers = {"Authorization": f"Bearer {token}", **({"If-None-Match": etag} if etag else {})}
        return requests.get(box.url + "/apm/config/v1/agents", headers=headers, timeout=10,
                            params={"service.name": "checkout", "service.environment": "production"})

    before = told()
    assert before.json()["transaction_sample_rate"] == "0.01" and told(before.headers["ETag"]).status_code == 304
    sign_in_browser(box, browser)
    browser.get(box.url + "/traces/sampling")
    wait_until(lambda: "one trace in 100" in text(browser), 10, "rates of the environments")
    browser.find_element("name", "service").send_keys("checkout")
    browser.find_element("name", "environment").send_keys("production")
    browser.find_element("name", "percent").send_keys("25")
    press(browser, "#sampling-form button")
    wait_until(lambda: "one trace in 4" in text(browser) and "admin" in text(browser), 10, "the rate that was set")
    after = told(before.headers["ETag"])
    assert after.status_code == 200 and after.json()["transaction_sample_rate"] == "0.25"
    pictures(browser, "traces-sampling")
    press(browser, "#overrides button", "Take back")
    wait_until(lambda: "Nothing is set" in text(browser), 10, "the rate taken back")
    assert told().json()["transaction_sample_rate"] == "0.01"


def test_the_doctor_names_a_mesh_and_a_service_that_never_join(start, browser):  # noqa: F811
    box = start("auth: { mode: none }\n")
    now = time.time() - 60
    for number in range(1, 11):
        proxied = {"component": "proxy", "node_id": "sidecar~10.0.0.7~cart-1.prod~prod.svc.cluster.local", "guid:x-request-id": f"r{number}"}
        zipkin = [{"traceId": f"{number:032x}", "id": f"{1:016x}", "name": "cart:8080/*", "kind": "SERVER", "timestamp": int((now + number) * 1e6),
                   "duration": 5000, "localEndpoint": {"serviceName": "cart.prod"}, "tags": proxied}]
        assert box.post("/api/v2/spans", json=zipkin).status_code == 202
    send_otlp(box, cart=[otlp_span(500 + number, 1, 0, "GET /cart", 2, now + number, 4, **{"http.request.header.x-request-id": f"r{number}"}) for number in range(1, 11)])
    stored_spans(box)
    data = box.get("/ops/v1/traces/doctor").json()
    assert data["examined"] == {"trace_count": 20, "service_count": 1, "is_sample": False}
    assert [(finding["kind"], finding["service"], finding["severity"]) for finding in data["findings"]] == [("proxy_apart", "cart", "bad")]
    assert "10 requests have one x-request-id in two traces" in data["findings"][0]["evidence"]
    resize(browser, 1440, 900, False)
    browser.get(box.url + "/traces/doctor")
    wait_until(lambda: "cart and its proxy are never in one trace" in text(browser), 10, "the finding")
    assert "OTEL_PROPAGATORS=tracecontext,baggage,b3multi" in text(browser) and "extensionProviders" in text(browser)
    pictures(browser, "traces-doctor")
