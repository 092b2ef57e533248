"""From a burning alert through an exemplar and its trace to the line of the log, in a browser."""
import time

from conftest import wait_until
from log_senders import bulk_body, post_bulk
from span_senders import shop
from test_browser import browser, pictures, press, resize, scripted, text  # noqa: F401

RULES = """
groups:
  - name: latency
    interval: 1s
    rules:
      - alert: CheckoutSlow
        expr: histogram_quantile(0.95, sum by (service, le) (rate(traces_spanmetrics_latency_bucket{service="checkout"}[5m]))) > 0.5
        labels: { severity: P0, kind: work }
        annotations: { summary: "{{ $labels.service }} is slow" }
"""
PAGING = "people: { ada: { name: Ada Lovelace, email: ada@example.org } }\nescalation: { levels: [ { people: [ ada ] } ] }\n"


def test_from_a_burning_alert_through_an_exemplar_and_its_trace_to_the_log(start, browser):  # noqa: F811
    box = start("auth: { mode: none }\nrules: [ rules/*.yaml ]\npaging: { file: paging.yaml }\n",
                files={"rules/latency.yaml": RULES, "paging.yaml": PAGING})
    slow = shop(box)
    line = {"@timestamp": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() - 300)), "message": "the card of order 1000 was refused",
            "log": {"level": "error"}, "service": {"name": "pay"}, "trace": {"id": slow}, "span": {"id": f"{3:016x}"}}
    assert post_bulk(box, bulk_body([line, {"message": "something else"}])).ok
    resize(browser, 1440, 900, False)
    browser.get(box.url + "/")
    wait_until(lambda: "CheckoutSlow" in text(browser), 30, "the burning page")
    press(browser, "a", "CheckoutSlow")
    wait_until(lambda: scripted(browser, "return [...document.querySelectorAll('.alert-links a')].map(it => it.textContent).join()")
               == "Explain,Explore,Traces,Logs", 10, "the ways on from the alert")
    pictures(browser, "traces-alert")
    press(browser, ".alert-links a", "Explore")
    # Every exemplar is of a span of checkout; the slowest are those that fail.
    wait_until(lambda: scripted(browser, "return document.querySelectorAll('.exemplar').length") or 0, 15, "exemplars in the graph")
    pictures(browser, "traces-exemplars")
    # One click to the trace.
    assert scripted(browser, f"const found = [...document.querySelectorAll('.exemplar-list a')]; return found.length > 1 && found.every(it => it.href.includes('/traces/'))")
    press(browser, ".exemplar")
    wait_until(lambda: "/traces/" in browser.current_url and "Logs of this trace" in text(browser), 10, "the trace")
    wait_until(lambda: "POST /charge" in text(browser), 10, "its spans")
    # The exemplar's span is the one that is open.
    wait_until(lambda: scripted(browser, "return document.querySelector('.span-card h2')?.innerText.includes('checkout')"), 10, "the span of the exemplar")
    # And one to its logs; of the one that has some.
    browser.get(f"{box.url}/traces/{slow}")
    wait_until(lambda: "POST /charge" in text(browser), 10, "the trace with a log")
    pictures(browser, "traces-trace")
    press(browser, "#links a", "Logs of this trace")
    wait_until(lambda: "the card of order 1000 was refused" in text(browser), 15, "the line of the log")
    assert "something else" not in text(browser)
    # And back.
    press(browser, ".log-line summary", "order 1000")
    press(browser, ".log-actions a", "Its trace")
    wait_until(lambda: slow in browser.current_url, 10, "the trace again")
    wait_until(lambda: scripted(browser, "return document.querySelector('.span-card h2')?.innerText.includes('POST /charge')"), 10, "the span of the line")
    assert "CardRefused" in text(browser) and "pay.js:10:2" in text(browser)
    pictures(browser, "traces-span")
