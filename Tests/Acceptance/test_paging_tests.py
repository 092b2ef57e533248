"""Tests of a paging file: who must be told what, when, run through the state machine in virtual time."""
import pytest

from conftest import REPOSITORY, Signalbox

PAGING = """
channels: { hook: { webhook: { url: "${HOOK}" } } }
people: { ada: { contacts: [ hook ] } }
escalation: { levels: [ { people: [ ada ] } ] }
announce: [ hook ]
"""


def run(binary, tmp_path, tests, paging=PAGING):
    (tmp_path / "paging.yaml").write_text(paging)
    path = tmp_path / "test.yaml"
    path.write_text(tests)
    return Signalbox(binary, tmp_path).command("test", str(path))


def test_the_severity_policy_that_ships_is_the_required_one(binary, tmp_path):
    answer = Signalbox(binary, tmp_path).command("test", str(REPOSITORY / "packs/paging/tests/severities.yaml"))
    assert answer.returncode == 0, answer.stdout
    assert "SUCCESS, 39 messages in 7 tests" in answer.stdout


def test_a_heartbeat_of_a_pack_is_missed_when_it_says(binary, tmp_path):
    answer = Signalbox(binary, tmp_path).command("test", str(REPOSITORY / "packs/paging/tests/heartbeats.yaml"))
    assert answer.returncode == 0, answer.stdout


def test_what_is_missing_and_what_is_too_much_is_named_with_its_place(binary, tmp_path):
    answer = run(binary, tmp_path, """paging_file: paging.yaml
tests:
  - name: late
    timeline:
      - { at: 0m, fire: { alertname: Down, severity: P0 } }
      - { at: 3m, acknowledge: { alertname: Up }, by: ada }
    expect:
      - { at: 0m, announcement: hook }
      - { at: 1m, page: ada, by: hook }
""")
    assert answer.returncode == 1
    assert "late: " + str(tmp_path / "test.yaml") + ':6:9: at 3m no page is open with {alertname="Up"}' in answer.stdout
    assert ":9:9: expected, not there: at 1m page to ada by hook" in answer.stdout
    assert ":3:5: there, not expected: at 0s page to ada by hook about Down" in answer.stdout


@pytest.mark.parametrize("tests, place, says", [
    ("paging_file: none.yaml\ntests: [ {} ]\n", "none.yaml", "there is no such file"),
    ("paging_file: paging.yaml\n", ":1:1", "tests: there is none"),
    ("paging_file: paging.yaml\ntests:\n  - timeline: [ { at: 1m, fire: {}, end: {} } ]\n", ":3:17", "give exactly one of"),
    ("paging_file: paging.yaml\ntests:\n  - expect: [ { at: 1m, page: bob } ]\n", ":3:31", "has no person or channel"),
    ("paging_file: paging.yaml\ntests:\n  - expect: [ { page: ada } ]\n", ":3:15", "at is missing"),
    ("paging_file: paging.yaml\ntests:\n  - until: 5\n", ":3:12", "must be a duration"),
    ("paging_file: paging.yaml\ntests:\n  - expct: []\n", ":3:5", 'did you mean "expect"'),
])
def test_a_file_that_is_not_right_is_refused_with_its_place(binary, tmp_path, tests, place, says):
    answer = run(binary, tmp_path, tests)
    assert answer.returncode == 1
    assert place in answer.stdout and says in answer.stdout, answer.stdout
