"""The console in a real browser: sign in, see the page burn, acknowledge it, see it resolve."""
import os
import threading
import time
from pathlib import Path

import pytest
import requests

from conftest import Mailbox, free_port, needed, wait_until
from remote_write import Request2, histogram, series, write, write2
from test_spine import RULES, configuration, exporter, paging

# Where to keep the pictures for a person to look at; none are kept unless this is set.
SCREENSHOTS = os.environ.get("SCREENSHOTS")


@pytest.fixture
def browser():
    from selenium import webdriver
    from selenium.webdriver.chrome.service import Service

    options = webdriver.ChromeOptions()
    options.binary_location = needed("chromium", "chromium")
    for argument in ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    driver = webdriver.Chrome(options=options, service=Service(needed("chromedriver", "chromium-driver")))
    yield driver
    driver.quit()


def resize(browser, width, height, dark):
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {
        "width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600})
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {
        "features": [{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}]})


def pictures(browser, name):
    """One in each size and colour scheme; no width may need sideways scrolling."""
    for width, height in ((1440, 900), (360, 740)):
        for dark in (False, True):
            resize(browser, width, height, dark)
            overflow = wait_until(lambda: scripted(
                browser, "return [document.documentElement.scrollWidth - document.documentElement.clientWidth]"),
                what="the page's width")[0]
            assert overflow <= 0, f"{name} is {overflow} px too wide at {width} px"
            if SCREENSHOTS:
                folder = Path(SCREENSHOTS)
                folder.mkdir(parents=True, exist_ok=True)
                browser.save_screenshot(str(folder / f"{name}-{width}-{'dark' if dark else 'light'}.png"))
    resize(browser, 1440, 900, False)


def scripted(browser, script, *arguments):
    """A script's answer, found and used in one step in the page; None while one document gives way to the next."""
    from selenium.common.exceptions import WebDriverException
    try:
        return browser.execute_script(script, *arguments)
    except WebDriverException:
        return None


def text(browser):
    """What a person reads."""
    return scripted(browser, "return document.body ? document.body.innerText : ''") or ""


def press(browser, selector, words=""):
    """Presses what is there, once it is: the page renews itself, so what was found may be gone the moment after."""
    wait_until(lambda: scripted(browser, """
        const found = [...document.querySelectorAll(arguments[0])].find(it => it.textContent.includes(arguments[1]));
        if (!found) return false;
        found.click();
        return true;""", selector, words), what=f"{selector} {words}")


def test_sign_in_see_it_burn_acknowledge_and_see_it_resolve(start, processes, receivers, browser):
    slack, webhook, mail = receivers(), receivers(), receivers(Mailbox)
    port = free_port()
    node = exporter(processes, port)
    box = start(configuration(port), files={
        "rules/exporter.yaml": RULES, "paging.yaml": paging(slack, webhook, mail)})
    resize(browser, 1440, 900, False)

    browser.get(box.url + "/")
    assert "/sign-in" in browser.current_url
    pictures(browser, "sign-in")
    browser.find_element("name", "name").send_keys("admin")
    browser.find_element("name", "password").send_keys(box.password)
    press(browser, "button[type=submit]")
    wait_until(lambda: "/sign-in" not in browser.current_url, what="the console")
    pictures(browser, "now-empty")

    node.stop()
    # The page shows by itself: nobody reloads at 3 a.m.
    wait_until(lambda: "ExporterDown" in text(browser), 15, "the burning page")
    pictures(browser, "now-burning")
    press(browser, "a", "ExporterDown")
    wait_until(lambda: "/alerts/" in browser.current_url, what="the page's own page")
    pictures(browser, "page-burning")
    # On a phone, at night: the button is there without scrolling.
    resize(browser, 360, 740, True)
    reach = wait_until(lambda: scripted(browser, """
        scrollTo(0, 0);
        const box = document.querySelector("[data-action=acknowledge]").getBoundingClientRect();
        return [box.left >= 0 && box.right <= innerWidth && box.top > 0 && box.bottom < innerHeight, box.height];
        """), what="the button")
    assert reach[0] and reach[1] >= 44, reach
    press(browser, "[data-action=acknowledge]")
    wait_until(lambda: "acknowledged by admin" in text(browser), what="the acknowledgement to show")
    pictures(browser, "page-acknowledged")

    exporter(processes, port)
    wait_until(lambda: "esolved" in text(browser), 15, "the resolution to show")
    pictures(browser, "page-resolved")

    browser.get(box.url + "/explore?query=up")
    wait_until(lambda: 'job="node"' in text(browser) or "node" in text(browser), what="the query's result")
    wait_until(lambda: scripted(browser, "return document.querySelector('canvas') !== null"), what="the graph")
    pictures(browser, "explore")
    request = Request2().add({"__name__": "latency", "job": "shop"}, [], extra=histogram(int(time.time() * 1000)))
    box.token = box.create_token("ingest", "--name", "agent")
    assert write2(box, request).status_code == 204
    browser.get(box.url + "/explore?query=latency&view=table")
    wait_until(lambda: scripted(browser, "return document.querySelectorAll('.histogram rect').length === 2"),
               what="the histogram's bars")
    pictures(browser, "explore-histogram")
    browser.get(box.url + "/alerts")
    pictures(browser, "alerts")
    problems = [entry for entry in browser.get_log("browser") if entry["level"] == "SEVERE"]
    assert problems == []


def test_usage_leads_from_all_series_to_who_brings_them_and_a_heavy_query_is_ended(start, browser):
    box = start("auth: { mode: none }\n")
    at = int(time.time() * 1000)
    samples = [(number, at - 60_000 * (50 - number)) for number in range(50)]
    for first in range(0, 2000, 500):
        assert write(box, *[
            series({"__name__": "request_total", "job": f"api-{number % 3}", "session": f"s{number}"}, samples)
            for number in range(first, first + 500)]).status_code == 204
    browser.get(box.url + "/usage")
    wait_until(lambda: "session" in text(browser), what="the labels")
    press(browser, ".bars a", "session")
    wait_until(lambda: "By session" in text(browser), what="the values of the label")
    browser.get(box.url + "/usage?label=job")
    press(browser, ".bars a", "api-1")
    wait_until(lambda: "667 of" in text(browser), what="the narrower selection")

    def ask():
        requests.post(box.url + "/api/v1/query_range", timeout=60, data={
            "query": "sum(max_over_time(request_total[59m:1s]))", "start": at / 1000 - 3600, "end": at / 1000,
            "step": 1})

    asking = threading.Thread(target=ask)
    asking.start()
    browser.get(box.url + "/usage")
    wait_until(lambda: "max_over_time" in text(browser), what="the query under way")
    pictures(browser, "usage")
    press(browser, "form[action*='/queries/'] button", "End")
    asking.join(20)
    assert not asking.is_alive()
    wait_until(lambda: "ended" in text(browser) and "None right now" in text(browser), what="the query to be over")
    assert [line for line in browser.get_log("browser") if line["level"] == "SEVERE"] == []


TARGETS = """
auth: {{ mode: none }}
metrics:
  scrape_configs:
    - job_name: node
      scrape_interval: 1s
      relabel_configs:
        - {{ source_labels: [ role ], regex: "web|.*:1", action: keep }}
        - {{ source_labels: [ __meta_cluster, zone ], separator: "/", target_label: place }}
        - {{ action: labelmap, regex: "__meta_(.+)" }}
        - {{ action: labeldrop, regex: "zone|cluster" }}
        - {{ source_labels: [ none ], regex: ".+", target_label: never, replacement: "reached" }}
      static_configs:
        - targets: [ "127.0.0.1:{port}", "127.0.0.1:1" ]
          labels: {{ role: web, zone: eu-west-1, __meta_cluster: aks-1, __meta_owner: payments-and-settlement }}
        - {{ targets: [ "db-1.example.org:9187", "db-2.example.org:9187" ], labels: {{ role: db }} }}
    - job_name: files
      file_sd_configs: [ {{ files: [ "sd/*.yml" ] }} ]
"""


def test_a_target_is_opened_by_keys_and_tells_its_relabelling_rule_by_rule(start, processes, browser):
    from selenium.webdriver.common.action_chains import ActionChains
    from selenium.webdriver.common.keys import Keys

    port = free_port()
    exporter(processes, port)
    box = start(TARGETS.format(port=port), files={"sd/bad.yml": "- targets: ["})
    resize(browser, 1440, 900, False)
    browser.get(box.url + "/targets")
    wait_until(lambda: "1 of 2 up" in text(browser), 20, "one target up and one down")
    wait_until(lambda: "bad.yml" in text(browser), 20, "the bad file")
    press(browser, "summary", "2 dropped")
    pictures(browser, "targets")

    def keys(*wanted):
        ActionChains(browser).send_keys(*wanted).perform()

    # The worst comes first; Enter opens what j has reached.
    browser.execute_script("document.activeElement.blur()")
    keys("j", Keys.ENTER)
    wait_until(lambda: "/targets/one" in browser.current_url, what="the target's page")
    wait_until(lambda: "Relabelling, rule by rule" in text(browser), what="the rules")
    shown = text(browser)
    assert f"http://127.0.0.1:1/metrics" in shown and "down" in shown
    assert "aks-1/eu-west-1" in shown and "keeps the target" in shown and "changes nothing" in shown
    pictures(browser, "target-down")
    scripted(browser, "document.querySelector('.steps').scrollIntoView()")
    pictures(browser, "target-steps")

    browser.get(box.url + "/targets")
    press(browser, "summary", "2 dropped")
    press(browser, "a", "db-2.example.org")
    wait_until(lambda: "drops the target" in text(browser), what="the dropped target")
    assert "4 more rules not reached" in text(browser)
    pictures(browser, "target-dropped")
    problems = [entry for entry in browser.get_log("browser") if entry["level"] == "SEVERE"]
    assert problems == []


def test_who_is_on_call_is_seen_gaps_in_red_and_an_override_is_made_and_taken_back(start, receivers, browser):
    today = time.strftime("%Y-%m-%d", time.gmtime(time.time() - 3 * 86400))
    end = time.strftime("%Y-%m-%d", time.gmtime(time.time() + 16 * 86400))
    people = "people: { ada: { name: Ada Lovelace }, grace: { name: Grace Hopper }, linus: { name: Linus Moe } }"
    days = "[ { days: [ monday, tuesday, wednesday, thursday, friday ], from: '09:00', to: '17:00' } ]"
    box = start("auth: { mode: local }\npaging: { file: paging.yaml }\n", files={"paging.yaml": f"""
{people}
schedules:
  primary:
    zone: Europe/Berlin
    layers:
      - {{ rotation: daily, every: 3, start: {today}, until: {end}, hand_over: "09:00", people: [ ada, grace ] }}
  office-hours:
    zone: America/New_York
    gaps: allowed
    layers:
      - {{ rotation: weekly, start: {today}, people: [ linus, grace, ada ], restrictions: {days} }}
escalation: {{ levels: [ {{ people: [ "schedule:primary" ] }} ] }}
"""})
    resize(browser, 1440, 900, False)
    browser.get(box.url + "/sign-in")
    browser.find_element("name", "name").send_keys("admin")
    browser.find_element("name", "password").send_keys(box.password)
    press(browser, "button[type=submit]")
    wait_until(lambda: "/sign-in" not in browser.current_url, what="the console")
    press(browser, "nav a", "On call")
    wait_until(lambda: "Nobody from" in text(browser), what="the gap")
    assert scripted(browser, "return document.querySelectorAll('[aria-label=primary] .week .gap').length") >= 1
    # Gaps that are meant are not red.
    assert scripted(browser, "return document.querySelectorAll('[aria-label=office-hours] .gap').length") == 0
    press(browser, "[aria-label=primary] summary", "Shifts")
    pictures(browser, "oncall")

    until = time.strftime("%Y-%m-%dT%H:%M", time.gmtime(time.time() + 30 * 3600))
    press(browser, "[aria-label=primary] summary", "Override")
    scripted(browser, """
        const form = document.querySelector('[aria-label=primary] form[action$="/override"]');
        form.person.value = 'linus';
        form.through.value = arguments[0];
        form.why.value = 'Ada is on a train';
    """, until)
    pictures(browser, "oncall-form")
    press(browser, "[aria-label=primary] button", "Put on call")
    wait_until(lambda: "override by admin: Ada is on a train" in text(browser), what="the override")
    assert scripted(browser, "return document.querySelector('[aria-label=primary] .oncall-now b').innerText"
                    ) == "Linus Moe"
    pictures(browser, "oncall-override")
    press(browser, "[aria-label=primary] button", "Take back")
    wait_until(lambda: "Ada is on a train" not in text(browser), what="the override to go")

    press(browser, "[aria-label=primary] summary", "Swap")
    wait_until(lambda: scripted(browser, """
        const form = document.querySelector('[aria-label=primary] form[action$="/swap"]');
        const other = [...form.with.options].find(it => it.textContent.split(',')[0] !== form.shift.options[0].textContent.split(',')[0]);
        if (!other) return false;
        form.with.value = other.value;
        form.why.value = 'a wedding';
        return true;"""), what="two people's shifts")
    pictures(browser, "oncall-swap")
    press(browser, "[aria-label=primary] button", "Swap")
    wait_until(lambda: "swap by admin: a wedding" in text(browser), what="the swap")
    problems = [entry for entry in browser.get_log("browser") if entry["level"] == "SEVERE"]
    assert problems == []


def test_a_silence_shows_what_it_would_hold_back_before_it_is_made(start, browser):
    box = start("auth: { mode: local }\n")
    alerts = [{"labels": {"alertname": "DiskFull", "severity": severity, "service": "store", "instance": str(number)},
               "annotations": {"summary": f"disk {number} is full"}}
              for number, severity in enumerate(["P2", "P2", "P0"])]
    box.token = box.create_token("ingest", "--name", "prometheus")
    answer = box.post("/api/v2/alerts", json=alerts)
    assert answer.status_code == 200, answer.text
    resize(browser, 1440, 900, False)
    browser.get(box.url + "/sign-in")
    browser.find_element("name", "name").send_keys("admin")
    browser.find_element("name", "password").send_keys(box.password)
    press(browser, "button[type=submit]")
    wait_until(lambda: "DiskFull" in text(browser), what="the burning pages")
    browser.get(box.url + "/silences")
    pictures(browser, "silences-empty")
    browser.get(box.url + "/alerts?severity=P2")
    press(browser, "a.row-title", "DiskFull")
    press(browser, "a.button", "Silence")
    wait_until(lambda: "Matches 3 of 3 alerts" in text(browser), what="the preview")
    assert ": loud until a second person agrees" in text(browser)
    pictures(browser, "silence-form")
    scripted(browser, "document.querySelector('input[name=comment]').value = 'the disks are being replaced'")
    press(browser, "button.primary", "Silence")
    wait_until(lambda: "holds back 2 alerts" in text(browser), what="the silence")
    assert "1 P0 under it: loud" in text(browser) and "Agree" not in text(browser)
    pictures(browser, "silences")
    browser.get(box.url + "/alerts")
    wait_until(lambda: "Silenced" in text(browser) and "Unacknowledged" in text(browser), what="one page silenced")
    browser.get(box.url + "/silences")
    press(browser, "button", "End now")
    wait_until(lambda: "Nothing is silenced" in text(browser), what="the silence to go")
    problems = [entry for entry in browser.get_log("browser") if entry["level"] == "SEVERE"]
    assert problems == []


def test_groups_are_seen_and_what_would_happen_is_explained(start, receivers, browser):
    hook = receivers()
    box = start("auth: { mode: local }\nalerting: { config: alertmanager.yaml }\npaging: { file: paging.yaml }\n", files={
        "alertmanager.yaml": f"""
route: {{ receiver: desk, group_by: [ cluster ], routes: [ {{ matchers: [ team="store" ], receiver: store }} ] }}
receivers:
  - {{ name: desk, webhook_configs: [ {{ url: 'http://127.0.0.1:{hook.port}/desk' }} ] }}
  - {{ name: store, webhook_configs: [ {{ url: 'http://127.0.0.1:{hook.port}/store' }} ] }}
""", "paging.yaml": """
people: { ada: { name: Ada Lovelace }, grace: { name: Grace Hopper } }
escalation: { levels: [ { people: [ ada ] }, { people: [ grace ] } ], lead: grace }
"""})
    box.token = box.create_token("ingest", "--name", "prometheus")
    alerts = [{"labels": {"alertname": "DiskFull", "severity": severity, "cluster": f"aks-{number % 2}", "team": team,
                          "instance": f"10.0.0.{number}:9100"}, "annotations": {"summary": f"disk {number} is full"}}
              for number, (severity, team) in enumerate([("P1", "store"), ("P3", "store"), ("P2", "web"), ("P2", "web")])]
    answer = box.post("/api/v2/alerts", json=alerts)
    assert answer.status_code == 200, answer.text
    resize(browser, 1440, 900, False)
    browser.get(box.url + "/sign-in")
    browser.find_element("name", "name").send_keys("admin")
    browser.find_element("name", "password").send_keys(box.password)
    press(browser, "button[type=submit]")
    wait_until(lambda: "DiskFull" in text(browser), what="the burning pages")
    browser.get(box.url + "/alerts")
    press(browser, "a.button", "Groups")
    wait_until(lambda: "4 groups" in text(browser), what="the groups")
    assert scripted(browser, "return document.querySelector('.group h2').innerText") == "store"
    pictures(browser, "groups")
    press(browser, ".member a", "Explain")
    wait_until(lambda: "Who is paged" in text(browser), what="the explanation of an alert that fires")
    assert "It joins a page that is open" in text(browser) and "a group of 1 alert" in text(browser)
    pictures(browser, "explain-open")
    browser.get(box.url + "/explain")
    scripted(browser, "document.querySelector('textarea').value = arguments[0]",
             'alertname="ApiDown", severity="P0", team="web"')
    press(browser, "button", "Explain")
    wait_until(lambda: "level 1, unless acknowledged" in text(browser), what="the steps")
    shown = text(browser)
    assert "in 5 min" in shown and "level 2" in shown and "a P0 waits for no group" in shown and "desk" in shown
    assert "unless resolved, acknowledged or not" in shown
    pictures(browser, "explain")
    problems = [entry for entry in browser.get_log("browser") if entry["level"] == "SEVERE"]
    assert problems == []
