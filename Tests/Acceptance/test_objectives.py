"""Objectives: counted to the event from what agents send, burning budgets page, policies follow, counts last."""
import json
import subprocess
import time

import pytest

import requests

from conftest import free_port, needed, wait_until
from remote_write import sample, series, write

PAGING = """
channels:
  hook: {{ webhook: {{ url: "http://127.0.0.1:{hook}/hook" }} }}
people:
  ada: {{ contacts: [ hook ] }}
escalation: {{ levels: [ {{ people: [ ada ] }} ] }}
announce: [ hook ]
"""

OBJECTIVE = """
apiVersion: openslo/v1
kind: SLO
metadata:
  name: checkout
  labels: {{ team: shop, environment: production }}
  annotations: {{ signalbox/minimum-coverage: 0% }}
spec:
  description: Requests are answered.
  service: shop
  indicator:
    metadata: {{ name: requests }}
    spec:
      ratioMetric:
        counter: true
        bad: {{ metricSource: {{ spec: {{ query: 'sum(requests_total{{code=~"5.."}})' }} }} }}
        total: {{ metricSource: {{ spec: {{ query: 'sum(requests_total)' }} }} }}
  timeWindow: [ {{ duration: 30d, isRolling: true }} ]
  budgetingMethod: Occurrences
  objectives: [ {{ target: {target} }} ]
"""


class Shop:
    """Requests of one instance, sent sample by sample."""

    def __init__(self, box, minutes=120):
        self.box = box
        self.counts = {"200": 1000, "500": 50}
        # Whole minutes, the first two hours ago.
        self.at = int(time.time()) // 60 * 60 - minutes * 60
        self.good = self.bad = 0
        self.send(0, 0)

    def labels(self, code):
        return {"__name__": "requests_total", "code": code, "instance": "a", "job": "shop"}

    def send(self, good, bad, minutes=1):
        """So many each minute."""
        rows = {code: [] for code in self.counts}
        for _ in range(minutes):
            self.counts["200"] += good
            self.counts["500"] += bad
            for code, count in self.counts.items():
                rows[code].append((float(count), self.at * 1000 + 1000))
            self.at += 60
        self.good += good * minutes
        self.bad += bad * minutes
        assert write(self.box, *[series(self.labels(code), row) for code, row in rows.items()]).status_code == 204


@pytest.fixture
def hook(receivers):
    return receivers()


@pytest.fixture
def box(start, hook):
    return start(
        "auth: { mode: none }\nmetrics: { sample_age_max: 4h }\npaging: { file: paging.yaml }\n"
        "objectives: [ objectives/*.yaml ]\n",
        files={"paging.yaml": PAGING.format(hook=hook.port),
               "objectives/shop.yaml": OBJECTIVE.format(target=0.999)})


def stamp(at):
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(at))


def standing(box):
    return next((one for one in box.get("/ops/v1/objectives").json()["objectives"]), None)


def judge(box, shop):
    """What is there is judged with a new configuration at once, otherwise at the end of the minute."""
    assert box.post("/-/reload").status_code == 200
    return wait_until(
        lambda: (found := standing(box)) and found["total"] == shop.good + shop.bad and found, what="the counts")


def firing(box):
    return {(one["labels"]["alertname"], one["labels"]["severity"]) for one in box.get("/api/v2/alerts").json()
            if one["labels"].get("objective") == "checkout"}


def test_an_outage_pages_and_the_budget_crosses_its_steps_one_by_one(box, hook):
    shop = Shop(box)
    shop.send(1000, 0, minutes=110)
    found = judge(box, shop)
    assert (found["bad"], found["total"], found["consumed"], found["policy"]) == (0, 110_000, 0, "normal")
    assert found["burn_rates"] and not firing(box)
    # 110 000 requests and three minutes more have a budget of 113: it is spent in three steps.
    states = []
    for bad in [60, 30, 30]:
        shop.send(1000 - bad, bad)
        found = judge(box, shop)
        assert (found["good"], found["bad"]) == (shop.good, shop.bad)
        wait_until(lambda: standing(box)["policy"] != (states[-1] if states else "normal"), what="the next state")
        states.append(standing(box)["policy"])
    assert states == ["caution", "critical_fixes_only", "frozen"]
    assert standing(box)["consumed"] >= 1
    wait_until(lambda: len([1 for name, _ in firing(box) if name == "ErrorBudgetConsumed"]) == 3, what="its alerts")
    # A real outage: everything fails.
    shop.send(0, 1000, minutes=3)
    judge(box, shop)
    wait_until(lambda: ("ErrorBudgetBurn", "P0") in firing(box), what="the burn alert")
    page = wait_until(
        lambda: [one for one in box.get("/ops/v1/pages", status="open").json()["pages"] if one["severity"] == "P0"],
        what="the page")[0]
    assert "checkout spends its error budget" in page["title"]
    wait_until(lambda: any("checkout spends" in json.dumps(body) for body in hook.bodies()), what="the message")
    one = box.get(
        "/ops/v1/objectives/checkout", resolution="minute", **{"from": stamp(time.time() - 7200)}).json()
    assert [step["to"] for step in one["transitions"]] == states
    assert sum(point["bad"] for point in one["history"]) == shop.bad
    assert max(point["consumed"] for point in one["history"]) == pytest.approx(one["consumed"])
    # Grafana plots it.
    assert box.value('slo:period_error_budget_remaining:ratio{objective="checkout",team="shop"}') < 0
    assert box.value('slo:objective:ratio{service="shop"}') == 0.999


def test_counts_states_and_alerts_outlast_kill_9_and_late_samples_are_counted(box):
    shop = Shop(box)
    shop.send(900, 100, minutes=117)
    before = judge(box, shop)
    wait_until(lambda: ("ErrorBudgetBurn", "P0") in firing(box), what="the burn alert")
    box.stop(9)
    box.start()
    after = wait_until(lambda: standing(box), what="the first judgement")
    for key in ["good", "bad", "total", "policy", "policy_since", "version", "version_since"]:
        assert after[key] == before[key], key
    # An agent that lagged sends another instance's samples of twenty minutes ago.
    at = shop.at - 20 * 60
    other = {**shop.labels("200"), "instance": "b"}
    for seconds, value in [(1, 10.0), (16, 35.0)]:
        assert write(box, series(other, [(value, (at + seconds) * 1000)])).status_code == 204
    shop.good += 25
    assert judge(box, shop)["bad"] == shop.bad
    # It was planned: what is over is told, though it was another process that told of it.
    body = {"from": stamp(shop.at - 7200), "to": stamp(shop.at), "reason": "a drill"}
    assert box.post("/ops/v1/objectives/checkout/corrections", json=body).status_code == 201
    assert box.post("/-/reload").status_code == 200
    wait_until(lambda: ("ErrorBudgetBurn", "P0") not in firing(box), what="the end of the burn alert")
    assert standing(box)["total"] == 0


def test_maintenance_is_left_out_with_reason_and_author_and_can_be_taken_back(box):
    shop = Shop(box)
    shop.send(1000, 0, minutes=10)
    start = shop.at
    shop.send(0, 1000, minutes=2)
    shop.send(1000, 0, minutes=10)
    assert judge(box, shop)["bad"] == 2000
    times = [stamp(start), stamp(start + 120)]
    path = "/ops/v1/objectives/checkout/corrections"
    body = {"from": times[0], "to": times[1], "reason": "planned move of the database"}
    for wrong, reason in [
        ({**body, "reason": " "}, "reason must say why"), ({**body, "to": times[0]}, "to must be after from"),
        ({**body, "from": "yesterday"}, "RFC 3339"), ({"from": times[0]}, "the body must be JSON"),
    ]:
        refused = box.post(path, json=wrong)
        assert refused.status_code == 400 and reason in refused.json()["error"], refused.text
    assert box.post(path.replace("checkout", "nothing"), json=body).status_code == 404
    made = box.post(path, json=body)
    assert made.status_code == 201, made.text
    assert made.json()["by"] and made.json()["reason"] == body["reason"]
    box.post("/-/reload")
    found = wait_until(lambda: (one := standing(box))["excluded_minutes"] == 2 and one, what="the correction")
    assert (found["bad"], found["total"]) == (0, 20_000)
    gone = box.session.delete(
        box.url + path + "/" + made.json()["id"], params={"reason": "it was no maintenance"}, timeout=10)
    assert gone.status_code == 204
    assert judge(box, shop)["bad"] == 2000
    one = box.get("/ops/v1/objectives/checkout").json()["corrections"][0]
    assert "it was no maintenance" in one["revoked"] and one["reason"] == body["reason"]


WINDOW = """
maintenance:
  database: {{ match: 'service="shop",team="shop"', at: "{at}", for: 1h, zone: Etc/UTC, comment: the database moves, objectives: left_out }}
  counted: {{ match: 'service="basket"', at: "{at}", for: 1h, zone: Etc/UTC, comment: the basket is mended }}
"""


def test_a_turn_of_a_maintenance_window_becomes_a_correction_that_can_be_taken_back(start, hook):
    begun = int(time.time()) // 60 * 60 - 900
    box = start(
        "auth: { mode: none }\nmetrics: { sample_age_max: 4h }\npaging: { file: paging.yaml }\n"
        "objectives: [ objectives/*.yaml ]\n",
        files={"paging.yaml": PAGING.format(hook=hook.port)
               + WINDOW.format(at=time.strftime("%H:%M", time.gmtime(begun))),
               "objectives/shop.yaml": OBJECTIVE.format(target=0.999),
               # The same requests, promised by a service whose window counts.
               "objectives/basket.yaml": OBJECTIVE.format(target=0.999).replace("name: checkout", "name: basket")
               .replace("service: shop", "service: basket")})

    def standings():
        return {one["name"]: one for one in box.get("/ops/v1/objectives").json()["objectives"]}

    def counted(name, bad, total):
        assert box.post("/-/reload").status_code == 200
        return wait_until(lambda: (one := standings().get(name)) and (one["bad"], one["total"]) == (bad, total) and one,
                          what=f"{bad} bad of {total} for {name}")

    shop = Shop(box)
    shop.send(1000, 0, minutes=107)
    shop.send(0, 1000, minutes=5)
    # The outage lies in the turn, so the shop's budget has neither its failures nor what went well in it.
    before = 1000 * ((begun - (shop.at - 112 * 60)) // 60)
    assert counted("basket", 5000, 112_000)["excluded_minutes"] == 0
    left = counted("checkout", 0, before)
    assert (left["consumed"], left["policy"]) == (0, "normal") and left["excluded_minutes"] > 10
    corrections = box.get("/ops/v1/objectives/checkout").json()["corrections"]
    assert [(one["reason"], one["by"], one["from"], one["to"]) for one in corrections] == [
        ("the database moves", "maintenance:database", stamp(begun), stamp(begun + 3600))]
    assert box.get("/ops/v1/objectives/basket").json()["corrections"] == []
    # Taken back it stays so, also for a server that finds the turn anew; the counts were there all the time.
    gone = box.session.delete(
        box.url + "/ops/v1/objectives/checkout/corrections/" + corrections[0]["id"],
        params={"reason": "the outage was none of the move"}, timeout=10)
    assert gone.status_code == 204
    counted("checkout", 5000, 112_000)
    box.stop(9)
    box.start()
    wait_until(lambda: len(standings()) == 2, what="the first judgement")
    counted("checkout", 5000, 112_000)
    assert len(box.get("/ops/v1/objectives/checkout").json()["corrections"]) == 1


def test_a_changed_objective_is_a_new_version_and_mistakes_are_named_with_their_place(box):
    shop = Shop(box)
    shop.send(999, 1, minutes=10)
    judge(box, shop)
    path = box.directory / "objectives/shop.yaml"
    path.write_text(OBJECTIVE.format(target=0.99))
    box.post("/-/reload")
    found = wait_until(lambda: (one := standing(box))["version"] == 2 and one, what="the version")
    assert found["consumed"] == pytest.approx(0.1)
    versions = box.get("/ops/v1/objectives/checkout").json()["versions"]
    assert [one["consumed"] for one in versions] == [pytest.approx(1), pytest.approx(0.1)]
    path.write_text(OBJECTIVE.format(target=1))
    refused = box.post("/-/reload")
    assert refused.status_code == 500
    assert "shop.yaml:20:27: " in refused.text and "100 % has no budget" in refused.text
    checked = box.command("check", "--config", str(box.configuration_path))
    assert checked.returncode == 1 and "shop.yaml:20:27: " in checked.stderr + checked.stdout
    assert standing(box)["version"] == 2
    path.write_text("# nothing is promised any more\n" + OBJECTIVE.format(target=0.99).replace("checkout", "basket"))
    assert box.post("/-/reload").status_code == 200
    wait_until(lambda: standing(box) and standing(box)["name"] == "basket", what="the other objective")


def test_counts_stay_when_series_are_deleted_until_the_objective_is_counted_anew(box):
    shop = Shop(box)
    begun = shop.at - 60
    shop.send(1000, 0, minutes=30)
    # What a sender made up.
    wrong = {**shop.labels("500"), "instance": "z"}
    assert write(box, series(wrong, [(0.0, (shop.at - 120) * 1000), (900.0, (shop.at - 60) * 1000)])).status_code == 204
    shop.bad += 900
    judge(box, shop)
    # A server that knows of nobody who lags looks at the latest minutes only.
    box.stop()
    box.start()
    wait_until(lambda: standing(box), what="the first judgement")
    assert box.post("/api/v1/admin/tsdb/delete_series", params={"match[]": 'requests_total{instance="z"}'}).status_code == 204
    assert judge(box, shop)["bad"] == 900
    path = "/ops/v1/objectives/checkout/recount"
    good = {"from": stamp(begun), "reason": "the failures of z were made up"}
    for wrong, status, said in [
        ({"from": good["from"]}, 400, "must be JSON with reason"), ({"reason": "why"}, 400, "either from or"),
        ({**good, "counts_of_version": 1}, 400, "either from or"), ({**good, "from": stamp(time.time() + 60)}, 400, "and now"),
        ({**good, "from": "noon"}, 400, "RFC 3339"), ({"counts_of_version": 1, "reason": "why"}, 409, "the counts of this one"),
        ({"counts_of_version": 9, "reason": "why"}, 400, "there is no version 9"),
    ]:
        refused = box.post(path, json=wrong)
        assert refused.status_code == status and said in refused.json()["error"], refused.text
    assert box.post(path.replace("checkout", "nothing"), json=good).status_code == 404

    def counted(bad):
        return wait_until(lambda: (one := standing(box)) and one["bad"] == bad and one, what=f"{bad} bad")

    made = box.post(path, json=good)
    assert made.status_code == 201 and made.json()["version"] == 2, made.text
    assert counted(0)["total"] == shop.good
    box.stop(9)
    box.start()
    wait_until(lambda: standing(box), what="the first judgement")
    counted(0)
    versions = box.get("/ops/v1/objectives/checkout").json()["versions"]
    assert [one["bad"] for one in versions] == [900, 0]
    assert versions[1]["recount"]["reason"] == good["reason"] and versions[1]["recount"]["from"] == good["from"]
    back = box.post(path, json={"counts_of_version": 1, "reason": "they were not"})
    assert back.status_code == 201 and back.json()["version"] == 3, back.text


# What Sloth generates of such an objective, without the names.
RATE = 'sum(rate(requests_total{{code=~"5.."}}[{0}]))/sum(rate(requests_total[{0}]))'


@pytest.fixture
def prometheus(processes, tmp_path):
    """Debian's, which takes the same samples and answers the expressions of its rules."""
    port = free_port()
    (tmp_path / "prometheus.yml").write_text("storage: { tsdb: { out_of_order_time_window: 3h } }\n")
    processes(
        [needed("prometheus", "prometheus"), f"--config.file={tmp_path}/prometheus.yml",
         f"--storage.tsdb.path={tmp_path}/prometheus", f"--web.listen-address=127.0.0.1:{port}",
         "--web.enable-remote-write-receiver", "--log.level=error"], "prometheus")

    class Peer:
        def post(self, path, **options):
            return requests.post(f"http://127.0.0.1:{port}" + path, timeout=10, **options)

        def value(self, expression, at):
            answer = requests.get(
                f"http://127.0.0.1:{port}/api/v1/query", params={"query": expression, "time": at}, timeout=10)
            return float(answer.json()["data"]["result"][0]["value"][1])

    def is_ready():
        try:
            return requests.get(f"http://127.0.0.1:{port}/-/ready", timeout=2).status_code == 200
        except requests.RequestException:
            return False

    wait_until(is_ready, what="prometheus")
    return Peer()


class Both:
    def __init__(self, *boxes):
        self.boxes = boxes

    def post(self, path, **options):
        return [box.post(path, **options) for box in self.boxes][-1]


def test_sloths_rules_in_debians_prometheus_agree_at_even_traffic_and_are_wrong_at_uneven(box, prometheus):
    shop = Shop(Both(prometheus, box))
    shop.send(990, 10, minutes=100)
    shop.box = Both(prometheus, box)
    found = judge(box, shop)
    at = shop.at - 60 + 1
    burn = {rate["window"]: rate for rate in found["burn_rates"]}
    for window in ["30m", "1h"]:
        # Their window ends at the last sample, ours with its minute.
        assert prometheus.value(RATE.format(window), at) == pytest.approx(0.01, rel=1e-9)
    average = "sum_over_time(({0})[90m:1m])/count_over_time(({0})[90m:1m])".format(RATE.format("5m"))
    assert prometheus.value(average, at) == pytest.approx(0.01, rel=1e-9)
    assert found["bad"] / found["total"] == 0.01
    assert burn["1h"]["total"] and burn["1h"]["bad"] / burn["1h"]["total"] == 0.01
    # Ten quiet minutes in which half of the few requests fail.
    shop.send(5, 5, minutes=10)
    found = judge(box, shop)
    at = shop.at - 60 + 1
    exact = 1050 / 100_100
    assert (found["bad"], found["total"]) == (1050, 100_100)
    assert found["consumed"] == pytest.approx(exact / 0.001, rel=1e-12)
    # Each quiet minute weighs as much as one with a hundred times as many requests.
    assert prometheus.value(average, at) > 3 * exact
    # And what increase extrapolates is no number of requests: it has 106 minutes of samples for a window of 120.
    increase = prometheus.value("sum(increase(requests_total[117m]))", at)
    assert abs(increase - 100_100) > 1


WINDOWS = ["5m", "30m", "1h", "2h", "6h", "1d"]
SLOTH = '{sloth_id="shop-checkout"}'


def sloths_rules():
    """A rule file as Sloth writes one for the objective, with the names and labels of its rules."""
    five = f"slo:sli_error:ratio_rate5m{SLOTH}"
    joined = "on(sloth_id, sloth_slo, sloth_service) group_left "
    rules = [(f"slo:sli_error:ratio_rate{window}", RATE.format(window), window) for window in WINDOWS]
    rules += [
        ("slo:sli_error:ratio_rate30d", f"sum_over_time({five}[30d]) / count_over_time({five}[30d])", "30d"),
        ("slo:objective:ratio", "vector(0.999)", None), ("slo:error_budget:ratio", "vector(1-0.999)", None),
        ("slo:current_burn_rate:ratio", f"{five} / {joined}slo:error_budget:ratio{SLOTH}", None),
        ("slo:period_burn_rate:ratio", f"slo:sli_error:ratio_rate30d{SLOTH} / {joined}slo:error_budget:ratio{SLOTH}", None),
        ("slo:period_error_budget_remaining:ratio", f"1 - slo:period_burn_rate:ratio{SLOTH}", None)]
    text = "groups:\n- name: sloth\n  interval: 1m\n  rules:\n"
    for name, expression, window in rules:
        labels = "sloth_id: shop-checkout, sloth_service: shop, sloth_slo: checkout"
        labels += f", sloth_window: {window}" if window else ""
        text += f"  - record: {name}\n    expr: '{expression}'\n    labels: {{ {labels} }}\n"
    return text


def test_a_rule_file_of_sloths_run_by_promtool_says_what_the_objective_says_at_even_traffic(start, tmp_path):
    hours = 25
    box = start(f"auth: {{ mode: none }}\nmetrics: {{ sample_age_max: {hours + 1}h }}\nobjectives: [ objectives/*.yaml ]\n",
                files={"objectives/shop.yaml": OBJECTIVE.format(target=0.999)})
    shop = Shop(box, minutes=hours * 60)
    shop.send(990, 10, minutes=hours * 60 - 1)
    judge(box, shop)
    names = [f"slo:sli_error:ratio_rate{window}" for window in WINDOWS] + [
        "slo:objective:ratio", "slo:error_budget:ratio", "slo:current_burn_rate:ratio", "slo:period_burn_rate:ratio",
        "slo:period_error_budget_remaining:ratio"]
    ours = {name: box.value(name) for name in names}
    assert ours["slo:sli_error:ratio_rate1d"] == 0.01
    assert ours["slo:period_error_budget_remaining:ratio"] == pytest.approx(-9)
    # promtool runs the rules over such samples and says whether they come to ours, to nine digits.
    checks = "".join(
        f"    - {{ expr: 'max(round({name}{SLOTH} * 1e9))', eval_time: {hours}h,"
        f" exp_samples: [ {{ labels: '{{}}', value: {round(value * 1e9)} }} ] }}\n" for name, value in ours.items())
    rows = "".join(
        f"    - {{ series: 'requests_total{{code=\"{code}\",instance=\"a\",job=\"shop\"}}', values: '0+{step}x{hours * 60}' }}\n"
        for code, step in [(200, 990), (500, 10)])
    (tmp_path / "rules.yaml").write_text(sloths_rules())
    (tmp_path / "test.yaml").write_text(
        "rule_files: [ rules.yaml ]\nevaluation_interval: 1m\ntests:\n- interval: 1m\n  input_series:\n" + rows
        + "  promql_expr_test:\n" + checks)
    told = subprocess.run(
        [needed("promtool", "prometheus"), "test", "rules", "test.yaml"], cwd=tmp_path, capture_output=True, text=True,
        timeout=120)
    assert told.returncode == 0, told.stdout + told.stderr
