"""Logs as people look at them: the page in a browser, records as they come, who may see what, and what is counted."""
import json
import threading
import time

import pytest
import requests
from selenium.webdriver.common.keys import Keys

from conftest import wait_until
from log_senders import bulk_body, post_bulk, stored
from test_browser import browser, pictures, press, scripted, text  # noqa: F401


def lines(count=60):
    """One each two seconds up to now, every tenth an error of `pay`."""
    now = time.time()
    for number in range(count):
        is_bad = number % 10 == 0
        at = time.gmtime(now - 2 * (count - number))
        yield {
            "@timestamp": time.strftime("%Y-%m-%dT%H:%M:%S.000Z", at), "message": f"order {number} "
            + ("timed out after 2000 ms" if is_bad else "stored"), "log": {"level": "error" if is_bad else "info"},
            "service": {"name": "pay" if is_bad else "cart"}, "event": {"duration": number},
            "user": {"email": "ann@example.org"}}


def query_url(box, query=""):
    return f"{box.url}/logs?range=15m&query={requests.utils.quote(query)}"


def test_lines_are_found_counted_filtered_opened_and_followed_in_the_browser(start, browser):  # noqa: F811
    box = start()
    browser.get(query_url(box))
    wait_until(lambda: "No lines in this time." in text(browser), 15, "what to do next")
    assert "/es" in text(browser)
    assert post_bulk(box, bulk_body(lines())).ok
    assert stored(box) == 60
    browser.get(query_url(box))
    wait_until(lambda: "60 lines" in text(browser), 15, "all lines")
    assert scripted(browser, "return document.querySelectorAll('.histogram .bar-part.bad').length") > 0
    pictures(browser, "logs")
    # The oldest first, and back; what is chosen by keys is looked at closer, and left by the button back.
    press(browser, "#columns button", "Time")
    wait_until(lambda: "order 0 timed out" in (scripted(browser, "return document.querySelector('.log-line')?.innerText") or ""), 10, "the first line")
    browser.back()
    wait_until(lambda: "order 59" in (scripted(browser, "return document.querySelector('.log-line')?.innerText") or ""), 10, "the newest line")
    browser.find_element("css selector", ".histogram").send_keys(Keys.END + Keys.ENTER)
    wait_until(lambda: "end=" in browser.current_url and scripted(browser, "return document.querySelector('#start-local').value"), 10, "one bar")
    browser.back()
    wait_until(lambda: "60 lines" in text(browser), 10, "all lines again")
    # Names and values are offered while one types.
    query = browser.find_element("id", "query")
    query.send_keys("service.na" + Keys.TAB)
    wait_until(lambda: "cart" in (scripted(browser, "return document.querySelector('#suggestions').innerText") or ""), 10, "values")
    query.send_keys("pa")
    wait_until(lambda: scripted(browser, "return document.querySelectorAll('#suggestions li').length") == 1, 10, "one value")
    query.send_keys(Keys.ARROW_DOWN + Keys.ENTER + Keys.ENTER)
    wait_until(lambda: "6 lines" in text(browser), 10, "the lines of what was typed")
    browser.get(query_url(box))
    wait_until(lambda: "60 lines" in text(browser), 15, "all lines")
    # A field's values, and a filter made of one.
    press(browser, "#fields-list summary", "service.name")
    press(browser, ".field-value", "pay")
    wait_until(lambda: "6 lines" in text(browser), 15, "the lines of one service")
    assert "service.name: pay" in text(browser)
    # The address is the query.
    browser.get(browser.current_url)
    wait_until(lambda: "6 lines" in text(browser), 15, "the same after a reload")
    press(browser, ".log-line summary", "order 40")
    wait_until(lambda: "event.duration" in (scripted(browser, "return document.querySelector('.log-open')?.innerText") or ""),
               10, "the fields of a line")
    press(browser, ".log-actions button", "Surrounding lines")
    wait_until(lambda: (scripted(browser, "return document.querySelectorAll('.log-around li').length") or 0) == 21,
               10, "ten lines before and ten after")
    pictures(browser, "logs-line")
    # A mistake is told with its place.
    browser.get(query_url(box, "message: (a or"))
    wait_until(lambda: scripted(browser, "return document.querySelector('.query-place mark') !== null"), 10, "the place of the mistake")
    browser.get(query_url(box, "message: (a or") + "&filter=" + requests.utils.quote('["service.name","pay",""]'))
    wait_until(lambda: "line 1, column 15" in text(browser), 10, "the place in what was typed, whatever is filtered besides")
    # A column that was chosen is there at the next visit.
    browser.get(query_url(box))
    press(browser, ".log-line summary", "order 40")
    press(browser, "[aria-label='Show as a column: event.duration']")
    wait_until(lambda: "column=event.duration" in browser.current_url, 10, "the column")
    browser.get(f"{box.url}/logs")
    wait_until(lambda: "event.duration" in (scripted(browser, "return document.querySelector('#columns')?.innerText") or ""), 10, "the column")
    # Lines as they come.
    browser.get(query_url(box, "message: fresh"))
    wait_until(lambda: "No lines in this time." in text(browser), 15, "an empty answer")
    press(browser, "#tail")
    wait_until(lambda: "Waiting for new lines" in text(browser), 10, "the tail")
    assert post_bulk(box, bulk_body([{"message": "fresh bread"}, {"message": "old bread"}])).ok
    wait_until(lambda: "fresh bread" in text(browser), 10, "the new line")
    assert "old bread" not in text(browser)
    assert "a second" in text(browser)
    press(browser, "#tail-pause")
    assert post_bulk(box, bulk_body([{"message": "fresh cake"}])).ok
    wait_until(lambda: "paused, 1 wait" in text(browser), 10, "a line that waits")
    assert "fresh cake" not in text(browser)
    press(browser, "#tail-pause")
    wait_until(lambda: "fresh cake" in text(browser), 10, "what waited")
    pictures(browser, "logs-tail")
    began = time.monotonic()
    box.stop()
    assert time.monotonic() - began < 8, "an open tail held up the end"


def test_a_tail_tells_what_matches_as_it_comes(start):
    box = start()
    answer = requests.get(box.url + "/ops/v1/logs/tail", params={"query": "service.name: pay"}, stream=True, timeout=20)
    assert answer.status_code == 200 and answer.headers["Content-Type"] == "text/event-stream"
    found = []

    def read():
        for line in answer.iter_lines():
            if line.startswith(b"data: "):
                found.extend(json.loads(line[6:])["rows"])

    threading.Thread(target=read, daemon=True).start()
    assert post_bulk(box, bulk_body(lines(20))).ok
    wait_until(lambda: len(found) == 2, 10, "the two lines of the service")
    assert found[0]["fields"]["service.name"] == "pay"
    assert box.get("/ops/v1/logs/tail", query="a: (").status_code == 400


ACCESS = """
logs:
  access:
    - { tokens: [shop], query: 'service.name: cart', mask: [user.email] }
    - { tokens: [everything], indices: ["logs-test-*"] }
"""


def test_rules_limit_who_reads_what_in_every_way_to_look(start):
    box = start("auth: { mode: local }\n" + ACCESS)
    sender = box.create_token("ingest", "--name", "sender")
    assert post_bulk(box, bulk_body(lines()), headers={"Authorization": f"Bearer {sender}"}).ok
    tokens = {name: box.create_token("api", "--name", name, "--role", "viewer") for name in ("shop", "everything", "none")}
    span = {"from": "now-1h", "to": "now+1h"}

    def count(name):
        box.token = tokens[name]
        return box.get("/ops/v1/logs/hits", **span).json()["total"]

    wait_until(lambda: count("everything") == 60, 20, "all lines")
    assert count("shop") == 54 and count("none") == 0
    box.token = tokens["shop"]
    rows = box.get("/ops/v1/logs/rows", limit=100, **span).json()["rows"]
    assert len(rows) == 54 and not any("user.email" in row["fields"] for row in rows)
    fields = {field["name"] for field in box.get("/ops/v1/logs/fields", **span).json()["fields"]}
    assert "service.name" in fields and "user.email" not in fields
    facet = box.get("/ops/v1/logs/facets", fields="service.name,user.email", **span).json()["facets"]
    assert [[one["value"] for one in each["values"]] for each in facet] == [["cart"], []]
    # What is hidden cannot be asked for either.
    assert box.get("/ops/v1/logs/hits", query="user.email: ann@example.org", **span).json()["total"] == 0
    exported = box.get("/ops/v1/logs/export", format="ndjson", **span).text
    assert "ann@example.org" not in exported and "pay" not in exported and exported.count("\n") == 54
    found = box.get("/es/logs-*/_search", size=100).json()["hits"]["hits"]
    assert len(found) == 54 and "email" not in json.dumps(found)


@pytest.mark.parametrize("settings, says", [
    ("access: [ { query: 'a: b' } ]", "names nobody"),
    ("access: [ { roles: [boss] } ]", "viewer"),
    ("access: [ { roles: [viewer], query: 'a: (' } ]", "line 1, column"),
    ("metrics: [ { name: a_total, query: a } ]", "without its ending"),
    ("metrics: [ { name: a, query: b, histogram: { field: c, buckets: [2, 1] } } ]", "ascending"),
    ("metrics: [ { name: a, query: b }, { name: a, query: c } ]", "already"),
])
def test_a_mistake_in_a_rule_is_named_with_its_place(binary, tmp_path, settings, says):
    import subprocess
    path = tmp_path / "signalbox.yaml"
    path.write_text(f"auth: {{ mode: none }}\nlogs: {{ {settings} }}\n")
    checked = subprocess.run([binary, "check", "--config", str(path)], capture_output=True, text=True, timeout=30)
    assert checked.returncode == 1 and "signalbox.yaml:2:" in checked.stdout + checked.stderr
    assert says in checked.stdout + checked.stderr


def test_lines_are_counted_into_metrics_that_rules_can_watch(start):
    box = start("""auth: { mode: none }
logs:
  metrics:
    - { name: order_timeouts, query: 'message: "timed out"', labels: { service: service.name } }
    - { name: order_milliseconds, query: '*', histogram: { field: event.duration, buckets: [9, 29] } }
""")
    assert post_bulk(box, bulk_body(lines())).ok
    wait_until(lambda: box.value('order_timeouts_total{service="pay"}') == 6, 40, "the counter")
    assert box.value('order_milliseconds_bucket{le="9.0"}') == 10
    assert box.value('order_milliseconds_bucket{le="29.0"}') == 30
    assert box.value("order_milliseconds_count") == 60


def test_similar_lines_are_one_pattern_that_becomes_a_filter(start, browser):  # noqa: F811
    box = start()
    assert post_bulk(box, bulk_body(lines())).ok
    assert stored(box) == 60
    span = {"from": "now-1h", "to": "now+1h"}
    found = box.get("/ops/v1/logs/patterns", **span).json()
    assert found["total"] == 60 and found["patterns_count"] == 2
    first, second = found["patterns"]
    assert (first["pattern"], first["count"]) == ("order <*> stored", 54)
    assert (second["pattern"], second["count"]) == ("order <*> timed out after <*> ms", 6)
    assert sum(first["counts"]) == 54
    assert box.get("/ops/v1/logs/hits", query=second["query"], **span).json()["total"] == 6
    assert box.get("/ops/v1/logs/patterns").status_code == 400
    browser.get(query_url(box) + "&view=patterns")
    wait_until(lambda: "60 lines in 2 patterns" in text(browser), 15, "the patterns")
    assert scripted(browser, "return document.querySelectorAll('.patterns .spark rect').length") > 1
    pictures(browser, "logs-patterns")
    press(browser, ".pattern-text", "timed out")
    wait_until(lambda: "6 lines in 1 pattern" in text(browser), 15, "one pattern")
    press(browser, ".switch label", "Lines")
    wait_until(lambda: "6 lines, first" in text(browser), 15, "the lines of the pattern")
    assert "like order <*> timed out" in text(browser)
    browser.get(browser.current_url)
    wait_until(lambda: "6 lines, first" in text(browser), 15, "the same after a reload")


def test_a_search_is_saved_for_the_team_and_an_alert_is_made_of_it(start, browser):  # noqa: F811
    box = start("auth: { mode: none }\nmetrics: { evaluation_interval: 1s }\n")
    assert post_bulk(box, bulk_body(lines())).ok
    assert stored(box) == 60
    browser.get(query_url(box, 'message: "timed out"'))
    wait_until(lambda: "6 lines" in text(browser), 15, "the lines")
    press(browser, "#saved summary")
    wait_until(lambda: "None yet." in text(browser), 10, "no searches")
    scripted(browser, "document.querySelector('#saved-form').elements.name.value = 'Timeouts of pay'; return 1")
    press(browser, "#saved-button")
    wait_until(lambda: "Timeouts of pay" in text(browser), 10, "the saved search")
    pictures(browser, "logs-saved")
    browser.get(f"{box.url}/logs")
    wait_until(lambda: "60 lines" in text(browser), 15, "all lines")
    press(browser, "#saved summary")
    wait_until(lambda: "Timeouts of pay" in text(browser), 10, "the saved search")
    press(browser, "#saved-list a", "Timeouts of pay")
    wait_until(lambda: "6 lines" in text(browser), 15, "what was saved")
    press(browser, "#alert-open")
    wait_until(lambda: "log_timed_out_total" in text(browser) or "log_message_timed_out_total" in text(browser), 10, "the form")
    scripted(browser, "const f = document.querySelector('#alert-form'); f.elements.name.value = 'Pay times out'; f.elements.by.value = 'service=service.name'; return 1")
    pictures(browser, "logs-alert")
    press(browser, "#alert-form [type=submit]")
    wait_until(lambda: "Made of queries" in text(browser), 10, "the alert among those made")
    groups = box.get("/api/v1/rules").json()["data"]["groups"]
    rule = next(rule for group in groups if group["name"] == "log_pay_times_out" for rule in group["rules"])
    assert rule["query"] == "sum by (service) (increase(log_pay_times_out_total[5m])) > 0"
    assert post_bulk(box, bulk_body(lines(20))).ok
    wait_until(lambda: box.value('log_pay_times_out_total{service="pay"}') == 2, 40, "the counter")
    firing = wait_until(lambda: box.get("/api/v1/alerts").json()["data"]["alerts"], 40, "the alert")
    assert firing[0]["labels"] == {"alertname": "Pay times out", "service": "pay", "severity": "P2"}
    # It is there after a restart, goes on, and is taken away with its rule.
    box.stop()
    box.start()
    assert box.get("/ops/v1/logs/searches").json()["searches"][0]["name"] == "Timeouts of pay"
    assert post_bulk(box, bulk_body(lines(10))).ok
    wait_until(lambda: box.value('log_pay_times_out_total{service="pay"}') == 3, 40, "the counter goes on")
    for method, path in (("DELETE", "/config/v1/rules/logs/log_pay_times_out"), ("DELETE", "/ops/v1/logs/metrics/log_pay_times_out"),
                         ("DELETE", "/ops/v1/logs/searches/Timeouts%20of%20pay")):
        assert requests.request(method, box.url + path, timeout=10).ok
    assert box.get("/ops/v1/logs/metrics").json() == {"metrics": []}
    actions = [entry["action"] for entry in box.get("/ops/v1/audit", limit=20).json()["entries"]]
    assert {"search saved", "search removed", "metric of logs stored", "metric of logs removed"} <= set(actions)


def test_counters_of_lines_are_exact_over_a_kill(start):
    box = start("""auth: { mode: none }
logs:
  metrics:
    - { name: orders, query: '*', labels: { service: service.name } }
""")
    assert post_bulk(box, bulk_body(lines(40))).ok
    wait_until(lambda: box.value("sum(orders_total)") == 40, 40, "the counter")
    assert post_bulk(box, bulk_body(lines(30))).ok
    box.stop(with_signal=9)
    box.start()
    assert stored(box) == 70
    wait_until(lambda: box.value("sum(orders_total)") == 70, 40, "each line once")
    assert box.value("sum(resets(orders_total[10m]))") == 0
    assert abs(box.value("sum(max_over_time(orders_total[10m]))") - 70) < 1e-9


@pytest.mark.parametrize("path, body, says", [
    ("metrics/a_total", {"query": "*"}, "without its ending"), ("metrics/a", {"query": "a: ("}, "line 1, column"),
    ("metrics/a", {}, "query is missing"), ("metrics/a", {"query": "*", "labels": {"0": "x"}}, "labels must be names"),
    ("metrics/a", {"query": "*", "buckets": []}, "unknown"), ("searches/a", {"query": "x"}, "\"search\" was expected"),
    ("searches/%00", {"search": "x"}, "control characters"),
])
def test_what_cannot_be_kept_is_refused_with_what_would_be_right(small, path, body, says):
    answer = requests.put(f"{small.url}/ops/v1/logs/{path}", json=body, timeout=10)
    assert answer.status_code == 400 and says in answer.json()["error"], answer.text


@pytest.fixture(scope="module")
def small(request, tmp_path_factory):
    from pathlib import Path

    from conftest import Signalbox
    box = Signalbox(Path(request.config.getoption("--binary")).resolve(), tmp_path_factory.mktemp("small"), "auth: { mode: none }\n").start()
    yield box
    box.stop()


def test_who_sees_some_of_the_logs_has_none_counted(start):
    box = start("auth: { mode: local }\n" + ACCESS.replace("tokens: [shop]", "tokens: [shop], roles: [responder]"))
    box.token = box.create_token("api", "--name", "shop", "--role", "responder")
    refused = requests.put(box.url + "/ops/v1/logs/metrics/a", json={"query": "*"}, headers=box.headers(), timeout=10)
    assert refused.status_code == 403 and "seen by everybody" in refused.text
    box.token = box.create_token("api", "--name", "viewer", "--role", "viewer")
    refused = requests.put(box.url + "/ops/v1/logs/searches/a", json={"search": "x"}, headers=box.headers(), timeout=10)
    assert refused.status_code == 403
