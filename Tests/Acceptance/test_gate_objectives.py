"""An outage spends a budget, the gate shuts for pipelines and clusters, and what is seen of it in the console."""
import json

import requests

from conftest import wait_until
from test_browser import browser, pictures, press, scripted, text  # noqa: F401 (a fixture)
from test_objectives import OBJECTIVE, PAGING, Shop, judge, standing


def begin(start, receivers):
    hook = receivers()
    box = start(
        "auth: { mode: none }\nmetrics: { sample_age_max: 4h }\npaging: { file: paging.yaml }\n"
        "objectives: [ objectives/*.yaml ]\n",
        files={"paging.yaml": PAGING.format(hook=hook.port).replace("{ levels", "{ lead: ada, levels"),
               "objectives/shop.yaml": OBJECTIVE.format(target=0.999)})
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


def test_budgets_are_seen_at_a_glance_and_the_gate_is_opened_by_a_named_person(start, receivers, browser):
    box, shop, _ = begin(start, receivers)
    assert box.command("gate", "--url", box.url, "--service", "shop", "--summary", "shop:2").returncode == 0
    spend(box, shop, 1000, "frozen")
    wait_until(lambda: box.get("/ops/v1/pages", status="open").json()["pages"], what="a page")
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
    assert scripted(browser, "return document.querySelectorAll('.burn-picture .deploy, .burn-picture .incident').length") >= 2
    assert "Worst hour" in text(browser) and "30 minutes in which everything fails" in text(browser)
    pictures(browser, "objective")
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
