#!/usr/bin/env python3
"""Records how Go renders the templates of Fixtures/templates/rendered.json, by Debian's promtool.

promtool tells what an alert's annotations came to when a test expects something else. Run it after adding a
template (with any `rendered`); a test of the rules engine holds our renderings against the file.

Left out on purpose: `title` with an apostrophe (2.x makes "It'S" of "it's", 3.x and we "It's").
"""
import json
import pathlib
import re
import subprocess
import tempfile

FIXTURE = pathlib.Path(__file__).resolve().parents[3] / "Fixtures/templates/rendered.json"
TEST = """rule_files: [rules.yml]
evaluation_interval: 1m
tests:
- interval: 1m
  external_labels: {cluster: eu}
  input_series:
  - {series: 'up{instance="db-1.example.org:9100",job="db"}', values: "1234567.5x10"}
  - {series: 'q{zone="b"}', values: "2x10"}
  - {series: 'q{zone="a"}', values: "1x10"}
  - {series: 'q{zone="c"}', values: "3x10"}
  alert_rule_test:
  - {eval_time: 5m, alertname: A, exp_alerts: [{exp_labels: {}, exp_annotations: {}}]}
"""


def render(template: str) -> str:
    with tempfile.TemporaryDirectory() as folder:
        rules = {"groups": [{"name": "g", "rules": [
            {"alert": "A", "expr": "up > 1000", "annotations": {"x": template}}]}]}
        pathlib.Path(folder, "rules.yml").write_text(json.dumps(rules))
        pathlib.Path(folder, "test.yml").write_text(TEST)
        run = subprocess.run(["promtool", "test", "rules", "test.yml"], cwd=folder, capture_output=True, text=True)
    output = run.stdout + run.stderr
    got = re.search(r"got:\[(.*)\n\s*\]", output, re.S)
    if not got:
        raise SystemExit(f"promtool does not take {template!r}:\n{output}")
    text = re.search(r'Annotations:\{x=("(?:[^"\\]|\\.)*")\}', got.group(1))
    return json.loads(re.sub(r"\\x([0-9a-f]{2})", r"\\u00\1", text.group(1))) if text else ""


cases = json.loads(FIXTURE.read_text())
for case in cases:
    case["rendered"] = render(case["template"])
FIXTURE.write_text(json.dumps(cases, indent=1, ensure_ascii=False) + "\n")
print(f"{len(cases)} templates recorded")
