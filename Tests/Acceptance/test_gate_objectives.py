"""An outage spends a budget, the gate shuts for pipelines and clusters, and what is seen of it in the console."""
import json
import time

import requests

from conftest import wait_until
from test_browser import browser, pictures, press, scripted, text  # noqa: F401 (a fixture)
from test_objectives import OBJECTIVE, PAGING, Shop, judge, stamp, standing


def begin(start, receivers, annotations="{ "):
    hook = receivers()
    box = start(
        "auth: { mode: none }\nmetrics: { sample_age_max: 4h }\npaging: { file: paging.yaml }\n"
        "objectives: [ objectives/*.yaml ]\n",
        files={"paging.yaml": PAGING.format(hook=hook.port).replace("{ levels", "{ lead: ada, levels"),
               "objectives/shop.yaml": OBJECTIVE.format(target=0.999).replace(
                   "annotations: { ", "annotations: " + annotations)})
    shop = Shop(box)
    shop.send(1000, 0, minutes=110)
    judge(box, shop)
    return box, shop, hook


def spend(box, shop, bad, state):
    shop.send(1000 - bad, bad)
    judge(box, shop)
    wait_until(lambda: standing(box)["policy"] == state, what=state)


def deployment(image, replicas=1):
    return {
        "apiVersion": "apps/v1", "kind": "Deployment",
        "metadata": {"name": "shop", "namespace": "shop", "generation": 4, "labels": {"signalbox/service": "shop"}},
        "spec": {"replicas": replicas, "template": {"spec": {"containers": [{"name": "shop", "image": image}]}}},
        "status": {"observedGeneration": 4, "updatedReplicas": replicas, "availableReplicas": replicas}}


def admit(box, old, new, dry_run=False, subresource=""):
    """As an API server asks; the key is any while nobody signs in."""
    answer = requests.post(box.url + "/ops/v1/gate/admission/key", timeout=10, json={
        "apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview", "request": {
            "uid": "uid-1", "kind": {"group": "apps", "version": "v1", "kind": "Deployment"}, "namespace": "shop",
            "name": "shop", "operation": "UPDATE", "subResource": subresource, "dryRun": dry_run,
            "userInfo": {"username": "ci"}, "object": new, "oldObject": old}})
    assert answer.status_code == 200
    response = answer.json()["response"]
    assert response["uid"] == "uid-1"
    return response


def test_an_outage_shuts_the_gate_and_lets_back_what_ran_before(start, receivers):
    box, shop, hook = begin(start, receivers)

    def gate(*words):
        asked = box.command("gate", "--url", box.url, "--service", "shop", "--format", "json", *words)
        return asked.returncode, json.loads(asked.stdout)

    code, answer = gate("--summary", "shop:2")
    assert code == 0 and answer["policy"] == "normal", answer
    assert admit(box, deployment("shop:1"), deployment("shop:2"))["allowed"]

    # 110 000 requests and some have a budget of 113: it is spent in three steps.
    spend(box, shop, 60, "caution")
    assert gate()[0] == 10
    assert admit(box, deployment("shop:2"), deployment("shop:3"), dry_run=True)["warnings"]
    spend(box, shop, 30, "critical_fixes_only")
    assert gate("--dry-run")[0] == 20
    assert gate("--change", "critical-fix", "--reason", "checkout fails for everybody")[0] == 10
    spend(box, shop, 1000, "frozen")
    code, answer = gate()
    assert code == 20 and answer["budget_consumed_percent"] > 100 and answer["eases_at"], answer
    assert gate("--change", "critical-fix", "--reason", "checkout fails for everybody")[0] == 20
    assert gate("--change", "rollback")[0] == 0

    refused = admit(box, deployment("shop:2"), deployment("shop:3"))
    assert not refused["allowed"] and refused["status"]["code"] == 403
    assert "checkout has consumed" in refused["status"]["message"]
    assert admit(box, deployment("shop:2"), deployment("shop:2", replicas=9))["allowed"]
    assert admit(box, deployment("shop:2"), deployment("shop:3"), subresource="scale")["allowed"]
    before = box.get("/ops/v1/gate/records").json()["records"]
    assert not admit(box, deployment("shop:2"), deployment("shop:3"), dry_run=True)["allowed"]
    assert box.get("/ops/v1/gate/records").json()["records"] == before
    assert admit(box, deployment("shop:2"), deployment("shop:1"))["allowed"], "back to what ran"
    assert not admit(box, deployment("shop:1"), deployment("shop:2"))["allowed"], "not on to what was left"

    assert box.post("/ops/v1/gate/break-glass", json={
        "service": "shop", "reason": "the fix is the deployment", "minutes": 30}).status_code == 400
    made = box.post("/ops/v1/gate/break-glass", json={
        "service": "shop", "reason": "the fix is the deployment", "minutes": 30, "person": "ada"})
    assert made.status_code == 201, made.text
    wait_until(lambda: any("Break-glass: ada" in json.dumps(body) for body in hook.bodies()), what="the notice")
    assert gate()[0] == 10
    assert any(entry["action"] == "break-glass opened" for entry in box.get("/ops/v1/audit").json()["entries"])
    # All of it is in the journal.
    box.stop(9)
    box.start()
    wait_until(lambda: standing(box), what="the first judgement")
    assert gate()[1]["break_glass"] == made.json()["id"]
    assert admit(box, deployment("shop:1"), deployment("shop:4"))["allowed"]
    assert "the fix is the deployment" in box.get("/objectives").text
    assert box.session.delete(
        box.url + "/ops/v1/gate/break-glass/" + made.json()["id"], timeout=10).status_code == 204
    assert gate()[0] == 20


MARKS = """
const place = (one) => { const box = one.getBoundingClientRect();
  return { left: box.left, right: box.right, title: one.textContent }; };
const all = (name) => [...document.querySelectorAll('.burn-picture ' + name)].map(place);
return { frame: place(document.querySelector('.burn-picture')), deploy: all('.deploy'), incident: all('.incident') };
"""


def test_budgets_are_seen_at_a_glance_and_the_gate_is_opened_by_a_named_person(start, receivers, browser):
    box, shop, _ = begin(start, receivers, "{ signalbox/budget-policy: 40% 70% 90%, ")
    assert box.command("gate", "--url", box.url, "--service", "shop", "--summary", "shop:2").returncode == 0
    # An incident of the service that is over, and one of another.
    def alert(service, **more):
        assert box.post("/api/v2/alerts", json=[{
            "labels": {"alertname": "QueueStuck", "severity": "P1", "service": service},
            "annotations": {"summary": f"{service}'s queue is stuck"}, **more}]).status_code == 200

    def pages(status):
        return [page["title"] for page in box.get("/ops/v1/pages", status=status).json()["pages"]]

    # What another system says was changed ten days ago, a third of the window back.
    key = box.create_token("events", "--name", "ci", "--label", "service=shop")
    changed = requests.post(box.url + "/v2/change/enqueue", timeout=10, json={"routing_key": key, "payload": {
        "summary": "database moved", "source": "ci", "timestamp": stamp(time.time() - 10 * 86_400),
        "custom_details": {"service": "shop"}}})
    assert changed.status_code == 202, changed.text
    alert("shop")
    alert("mail")
    wait_until(lambda: len(pages("open")) == 2, what="the pages")
    alert("shop", endsAt=stamp(time.time()))
    wait_until(lambda: len(pages("closed")) == 1, what="the end of one")
    spend(box, shop, 1000, "frozen")
    wait_until(lambda: any("checkout" in title for title in pages("open")), what="the budget's page")
    browser.get(box.url + "/objectives")
    wait_until(lambda: "Gate shut" in text(browser), what="the gate")
    pictures(browser, "budgets-frozen")
    # By keyboard: the form opens on its summary, closes with Escape, and is sent with Enter.
    summary = browser.find_element("css selector", "details.action summary")
    summary.send_keys("\n")
    wait_until(lambda: scripted(browser, "return document.querySelector('details.action').open"), what="the form")
    browser.find_element("name", "person").send_keys("Ada")
    browser.find_element("name", "reason").send_keys("the fix is the deployment")
    pictures(browser, "break-glass")
    press(browser, "details.action button[type=submit]", "Open the gate")
    wait_until(lambda: "Break-glass by Ada" in text(browser), what="the break-glass")
    assert "Gate open, with care" in text(browser)
    pictures(browser, "budgets-broken")

    press(browser, ".budget-name a", "checkout")
    wait_until(lambda: "/objectives/checkout" in browser.current_url, what="the objective")
    wait_until(lambda: "shop deployed: shop:2" in text(browser), what="the deployment")
    # What is over, what is open, and the deployment are marked, each within the frame.
    marks = scripted(browser, MARKS)
    marks["deploy"].sort(key=lambda one: one["left"])
    assert [one["title"] for one in marks["deploy"]] == ["database moved", "shop deployed: shop:2"], marks
    incidents = [one["title"] for one in marks["incident"]]
    assert "P1 QueueStuck: shop's queue is stuck" in incidents and any("checkout" in title for title in incidents), marks
    assert not any("mail" in title for title in incidents), marks
    frame = marks["frame"]
    moved = (marks["deploy"][0]["left"] - frame["left"]) / (frame["right"] - frame["left"])
    assert abs(moved - 2 / 3) < 0.01, marks
    for one in marks["deploy"] + marks["incident"]:
        assert frame["left"] - 1 <= one["left"] and one["right"] <= frame["right"] + 1, marks
    assert all(one["right"] - one["left"] >= 1 for one in marks["incident"]), marks
    rows = [row.text for row in browser.find_elements("css selector", "table.stacked tbody tr")]
    assert any("incident, open" in row for row in rows) and len(rows) == len(incidents) + 2, rows
    assert any("queue is stuck" in row and "open" not in row for row in rows), rows
    assert [line.split()[0] for line in text(browser).splitlines() if line.endswith(
        ("% caution", "% critical fixes only", "% frozen"))] == ["40", "70", "90"]
    assert "Worst hour" in text(browser) and "30 minutes in which everything fails" in text(browser)
    assert "In a window full of such traffic this one spends 69.4 %" in text(browser)
    pictures(browser, "objective")
    browser.execute_script("document.querySelector('#whatif-title').scrollIntoView({ block: 'center' })")
    pictures(browser, "objective-burn")
    browser.get(box.url + "/objectives/agreements")
    assert "checkout" in text(browser) and "P0 response" in text(browser)
    pictures(browser, "agreements")
    problems = [entry for entry in browser.get_log("browser") if entry["level"] == "SEVERE"]
    assert problems == []


def test_without_an_objective_the_page_says_what_to_do(start, browser):
    box = start("auth: { mode: none }\n")
    browser.get(box.url + "/objectives")
    assert "No objective yet" in text(browser) and "signalbox check" in text(browser)
    pictures(browser, "budgets-empty")
