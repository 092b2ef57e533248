"""How lines come in, as people look at it and mend it: dead letters, pipelines tried and stored, the queue replayed."""
import json

import requests

from conftest import wait_until
from log_senders import bulk_body, kill_and_start, own_metric, post_bulk, stored
from test_browser import browser, pictures, press, resize, scripted, text  # noqa: F401

GROK = {"grok": {"field": "message", "patterns": ["%{IP:source.ip} %{WORD:http.request.method} %{NUMBER:status:int}"]}}
MENDED = {"grok": {"field": "message", "patterns": [GROK["grok"]["patterns"][0], "user %{WORD:user.name} logged in"]}}


def set_up(box, *processors):
    """A pipeline for `logs-web-*`."""
    assert requests.put(f"{box.url}/es/_ingest/pipeline/web", json={
        "description": "Access lines", "processors": list(processors)}, headers=box.headers(), timeout=10).ok
    assert requests.put(f"{box.url}/es/_index_template/web", json={
        "index_patterns": ["logs-web-*"], "template": {"settings": {"index.default_pipeline": "web"}}},
        headers=box.headers(), timeout=10).ok


def send(box, *messages):
    assert post_bulk(box, bulk_body([{"message": message} for message in messages], "logs-web-shop")).json()["errors"] is False
    wait_until(lambda: own_metric(box, "logs_queue_waiting_documents") == 0, 20, "the queue to be processed")


def letters(box, **chosen):
    return box.get("/ops/v1/logs/dead-letters", **chosen).json()["letters"]


def groups(box):
    return box.get("/ops/v1/logs/dead-letters/groups").json()["groups"]


def type_into(browser, selector, value):  # noqa: F811
    scripted(browser, "const it = document.querySelector(arguments[0]); it.value = arguments[1];"
             "it.dispatchEvent(new Event('input', {bubbles: true}));", selector, value)


def test_a_line_that_fails_its_grok_is_mended_on_the_page_and_then_found(start, browser):  # noqa: F811
    from selenium.webdriver.common.by import By
    from selenium.webdriver.common.keys import Keys

    box = start("auth: { mode: none }\n")
    resize(browser, 1440, 900, False)
    # By keys from the page of logs.
    browser.get(box.url + "/logs")
    wait_until(lambda: "No lines in this time." in text(browser), 15, "the page of logs")
    browser.find_element(By.TAG_NAME, "body").send_keys("gp")
    wait_until(lambda: "No dead letters." in text(browser) and "No pipelines yet." in text(browser), 15, "what to do next")
    pictures(browser, "processing-none")
    set_up(box, GROK)
    send(box, "10.0.0.1 GET 200", "user ann logged in", "user bob logged in")
    browser.get(box.url + "/logs/processing")
    wait_until(lambda: "Provided Grok expressions do not match field value" in text(browser), 15, "the reason")
    assert "2 with 1 reason" in text(browser) and "logs-web-*" in text(browser)
    # One reason, opened by keys alone: the newest document lies open, pretty-printed.
    browser.find_element(By.TAG_NAME, "body").send_keys("j")
    browser.switch_to.active_element.send_keys(Keys.ENTER)
    wait_until(lambda: '"message": "user bob logged in"' in text(browser), 10, "the document")
    pictures(browser, "processing-letters")
    # What is tried again without mending comes back, and that is said.
    press(browser, ".letter-group .toolbar button", "Try all 2 again")
    wait_until(lambda: "Tried 2 again: 2 came back." in text(browser), 15, "that they came back")
    press(browser, ".letter-group .toolbar button", "Mend pipeline web")
    wait_until(lambda: "user bob logged in" in (scripted(browser, "return document.querySelector('#try-document').value") or ""),
               10, "the newest dead letter as the document to try")
    press(browser, "#try-run")
    wait_until(lambda: "It fails in grok" in text(browser), 10, "the failure at its processor")
    assert scripted(browser, "return document.querySelectorAll('.step.error').length") == 1
    # A definition that is none is refused with the place of the mistake.
    type_into(browser, "#pipeline-text", json.dumps({"processors": [GROK, {"grok": {"field": "message"}}]}))
    press(browser, "#pipeline-save")
    wait_until(lambda: "processors[1]" in text(browser) and "patterns" in text(browser), 10, "the place of the mistake")
    chosen = scripted(browser, "const it = document.querySelector('#pipeline-text'); return it.value.slice(it.selectionStart, it.selectionEnd)")
    assert json.loads(chosen) == {"grok": {"field": "message"}}
    type_into(browser, "#pipeline-text", '{"processors": [\n  oops]}')
    press(browser, "#try-run")
    wait_until(lambda: "line 2, column 3" in text(browser), 10, "the place in the text")
    assert box.get("/es/_ingest/pipeline/web").json()["web"]["processors"] == [GROK]
    type_into(browser, "#pipeline-text", json.dumps({"description": "Access lines", "processors": [MENDED]}, indent=2))
    press(browser, "#try-run")
    wait_until(lambda: "It goes through" in text(browser) and "user.name" in text(browser), 10, "what the step added")
    pictures(browser, "processing-tried")
    press(browser, "#pipeline-save")
    wait_until(lambda: "Try its 2 dead letters again" in text(browser), 10, "that it is stored")
    press(browser, "#pipeline-said button", "Try its 2")
    wait_until(lambda: "Tried 2 again: 2 went through." in text(browser), 15, "that they went through")
    wait_until(lambda: "No dead letters." in text(browser), 10, "no letters")
    assert stored(box) == 3 and letters(box) == []
    browser.get(f"{box.url}/logs?range=15m&query={requests.utils.quote('user.name: ann')}")
    wait_until(lambda: "1 line" in text(browser) and "user ann logged in" in text(browser), 15, "the line in the logs")


def test_letters_are_tried_again_and_given_up_one_by_one_and_by_reason_over_a_kill(start):
    box = start("auth: { mode: none }\n")
    set_up(box, GROK, {"convert": {"field": "status", "type": "ip"}})
    send(box, "user a", "10.0.0.1 GET 1", "user b", "user c", "10.0.0.2 GET 22")
    found = groups(box)
    assert [(group["count"], group["processor"], group["pipeline"]) for group in found] == [(3, "grok", "web"), (2, "convert", "web")]
    assert [group["numbers"] for group in found] == [[4, 3, 1], [5, 2]]
    assert found[1]["shape"].startswith("illegal_argument_exception: '…' is not an IP string literal.")
    by = found[0]["shape"]
    exported = [json.loads(line) for line in box.get("/ops/v1/logs/dead-letters/export", shape=by).text.splitlines()]
    assert [line["document"]["message"] for line in exported] == ["user a", "user b", "user c"]
    # One goes, and stays gone.
    assert box.post("/ops/v1/logs/dead-letters/discard?numbers=3,99").json() == {"discarded": 1}
    assert box.post("/ops/v1/logs/dead-letters/discard").status_code == 400
    kill_and_start(box)
    wait_until(lambda: box.get("/ops/v1/logs/dead-letters/groups").json()["count"] == 4, 10, "the letters")
    assert [letter["number"] for letter in letters(box, shape=by)] == [1, 4]
    # What comes back is another letter; what went through is none.
    set_up(box, {"fail": {"message": "no {{message}}", "if": "ctx.message == 'user a'"}})
    again = box.post("/ops/v1/logs/dead-letters/replay", params={"shape": by}).json()
    assert again == {"replayed": 2, "succeeded": 1, "failed_again": 1}
    assert [letter["number"] for letter in letters(box)] == [2, 5, 6]
    assert box.post("/ops/v1/logs/dead-letters/replay?numbers=2").json() == {"replayed": 1, "succeeded": 1, "failed_again": 0}
    # A second time there is nothing to try.
    assert box.post("/ops/v1/logs/dead-letters/replay?numbers=2").json()["replayed"] == 0
    assert box.post("/ops/v1/logs/dead-letters/discard?to=6").json() == {"discarded": 1}
    assert own_metric(box, "logs_dead_letters") == 1
    assert stored(box) == 2
    used = box.get("/ops/v1/logs/pipelines").json()["pipelines"]
    assert [(one["name"], one["processors"], one["used_by"]) for one in used] == [
        ("web", 1, [{"indices": ["logs-web-*"], "as": "default_pipeline", "by": "index template web"}])]


def test_what_the_queue_keeps_is_replayed_from_the_page_by_keys(start, browser):  # noqa: F811
    from selenium.webdriver.common.keys import Keys

    box = start("auth: { mode: none }\n")
    resize(browser, 1440, 900, False)
    browser.get(box.url + "/logs/processing")
    wait_until(lambda: "Nothing is kept to be replayed yet." in text(browser), 15, "what to do next")
    set_up(box, {"set": {"field": "by", "value": "old"}})
    send(box, "one", "two")
    assert post_bulk(box, bulk_body([{"message": "other"}], "logs-api-shop")).ok
    set_up(box, {"set": {"field": "by", "value": "new"}}, {"fail": {"message": "no two", "if": "ctx.message == 'two'"}})
    wait_until(lambda: box.get("/ops/v1/logs/queue").json()["kept"]["documents"] == 3, 20, "documents that are kept")
    browser.get(box.url + "/logs/processing")
    wait_until(lambda: "Everything kept, since" in text(browser), 15, "what will happen")
    scripted(browser, "document.querySelector('#replay-indices').focus()")
    browser.switch_to.active_element.send_keys("logs-web-*")
    assert "for logs-web-*" in scripted(browser, "return document.querySelector('#replay-words').textContent")
    browser.switch_to.active_element.send_keys(Keys.ENTER)
    wait_until(lambda: "Replay the queue?" in text(browser), 10, "the question")
    pictures(browser, "processing-replay")
    # A second thought is one key away, and so is going on.
    browser.switch_to.active_element.send_keys(Keys.TAB)
    browser.switch_to.active_element.send_keys(Keys.ENTER)
    wait_until(lambda: "Replay done" in text(browser) and "no two" in text(browser), 20, "its end, and what fails now")
    pictures(browser, "processing-replayed")
    found = box.get("/ops/v1/logs/rows", **{"from": "now-1h", "to": "now+1h", "fields": "message,by"}).json()["rows"]
    assert sorted((row["fields"]["message"], row["fields"].get("by")) for row in found) == [
        ("one", "new"), ("other", None), ("two", "old")]


def test_documents_of_dead_letters_are_for_those_who_edit_pipelines(start):
    box = start("auth: { mode: local }\n")
    box.token = box.create_token("api", "--name", "admin", "--role", "admin")
    set_up(box, GROK)
    sender = box.create_token("ingest", "--name", "sender")
    assert post_bulk(box, bulk_body([{"message": "secret of ann"}], "logs-web-shop"), headers={"Authorization": f"Bearer {sender}"}).ok
    box.token = box.create_token("api", "--name", "editor", "--role", "editor")
    wait_until(lambda: letters(box), 20, "the letter")
    box.token = box.create_token("api", "--name", "viewer", "--role", "viewer")
    for path in ("", "/groups", "/export"):
        assert box.get("/ops/v1/logs/dead-letters" + path).status_code == 403
    for path in ("replay", "discard?to=9"):
        assert box.post("/ops/v1/logs/dead-letters/" + path).status_code == 403
    assert "secret" not in box.get("/logs/processing").text and box.get("/ops/v1/logs/pipelines").ok
