"""What was answered with 2xx is there afterwards: kill -9 under load, a full disk, a clean stop."""
import os
import signal
import subprocess
import threading
import time

import pytest
import requests

from conftest import free_port, wait_until
from remote_write import series, write


def flood(box, writers, acknowledged, stop):
    """Each writer sends its own series, one new sample a request, and notes the last one answered 204."""
    def run(writer):
        stamp = int(time.time() * 1000) - 3_600_000
        while not stop.is_set():
            stamp += 1000
            body = b"".join(
                series({"__name__": "flood", "writer": str(writer), "series": str(number)},
                       [(stamp / 1000, stamp)]) for number in range(50))
            try:
                if write(box, body).status_code != 204:
                    return
            except OSError:
                return
            acknowledged[writer] = stamp

    threads = [threading.Thread(target=run, args=(writer,)) for writer in range(writers)]
    for thread in threads:
        thread.start()
    return threads


@pytest.mark.parametrize("round_number", range(3))
def test_every_sample_acknowledged_before_kill_9_is_queryable_after(start, round_number):
    box = start()
    acknowledged, stop = {}, threading.Event()
    threads = flood(box, 4, acknowledged, stop)
    wait_until(lambda: len(acknowledged) == 4, what="all writers to be answered")
    time.sleep(0.4 + 0.3 * round_number)
    box.process.child.send_signal(signal.SIGKILL)
    for thread in threads:
        thread.join()
    box.stop()
    box.start()
    for writer, stamp in acknowledged.items():
        found = box.query(f'flood{{writer="{writer}"}}', time=stamp / 1000)
        assert len(found) == 50, f"writer {writer}"
        assert all(float(entry["value"][1]) >= stamp / 1000 for entry in found)


def test_a_graceful_stop_loses_nothing_and_is_quick(start):
    box = start()
    now = int(time.time() * 1000)
    assert write(box, series({"__name__": "kept"}, [(1, now)])).status_code == 204
    began = time.monotonic()
    assert box.stop() == 0
    assert time.monotonic() - began < 5
    box.start()
    assert box.value("kept") == 1


def test_a_torn_tail_is_cut_with_a_warning_and_the_rest_kept(start):
    box = start()
    now = int(time.time() * 1000)
    assert write(box, series({"__name__": "whole"}, [(1, now)])).status_code == 204
    box.stop(signal.SIGKILL)
    segment = sorted((box.directory / "data/metrics/wal").glob("0*"))[-1]
    with open(segment, "ab") as file:
        file.write(b"\x01\x00\x40torn")
    box.start()
    assert box.value("whole") == 1
    assert segment.name in box.process.text()


@pytest.mark.skipif(os.geteuid() != 0, reason="mounts a small file system: run as root")
def test_a_full_disk_refuses_with_503_keeps_reading_and_recovers_by_itself(start, tmp_path):
    small = tmp_path / "small"
    small.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", str(small)])
    if mounted.returncode:
        pytest.skip("this sandbox may not mount")
    try:
        box = start(f"auth: {{ mode: none }}\n", files={}, storage=small / "data")
        now = int(time.time() * 1000)
        assert write(box, series({"__name__": "before"}, [(1, now)])).status_code == 204
        filler = small / "filler"
        with open(filler, "wb") as file:
            try:
                while True:
                    file.write(b"\0" * 65536)
                    file.flush()
            except OSError:
                pass
        refused = write(box, *[series({"__name__": "refused", "n": str(n)}, [(n, now)]) for n in range(5000)])
        assert refused.status_code == 503, refused.text
        assert "Retry-After" in refused.headers
        assert box.value("before") == 1
        filler.unlink()
        wait_until(lambda: write(box, series({"__name__": "after"}, [(1, now)])).status_code == 204, 20,
                   "ingest to recover")
        assert box.value("after") == 1
        box.stop()
    finally:
        subprocess.run(["umount", "-l", str(small)], check=True)


def test_a_second_server_in_the_same_directory_is_refused_and_named(start):
    box = start()
    second = subprocess.run(
        [box.binary, "serve", "--config", str(box.configuration_path)], capture_output=True, text=True, timeout=20,
        cwd=box.directory)
    assert second.returncode == 1
    assert "Address already in use; stop what listens there" in second.stderr and second.stdout == ""
    other = box.directory / "other.yaml"
    other.write_text(box.configuration_path.read_text().replace(str(box.port), str(free_port())))
    third = box.command("serve", "--config", str(other))
    assert third.returncode == 1 and "storage.path cannot be used" in third.stderr
    assert f"(pid {box.process.pid}) works in this directory" in third.stderr
    assert box.query("1") != []


def test_while_the_log_is_replayed_it_is_alive_but_not_ready(start):
    box = start()
    stamp = int(time.time() * 1000) - 3_000_000
    for number in range(40):
        body = b"".join(
            series({"__name__": "many", "series": str(index), "round": str(number)},
                   [(1, stamp + 1000 * step) for step in range(40)]) for index in range(500))
        assert write(box, body).status_code == 204
    box.process.child.send_signal(signal.SIGKILL)
    box.stop()
    box.start(ready=False)
    seen = set()

    def ready():
        try:
            alive = requests.get(box.url + "/-/healthy", timeout=2)
            answer = requests.get(box.url + "/-/ready", timeout=2)
            refused = requests.get(box.url + "/api/v1/query?query=1", timeout=2)
        except requests.RequestException:
            return False
        assert alive.status_code == 200
        seen.add((answer.status_code, refused.status_code))
        return answer.status_code == 200

    wait_until(ready, 30, "the log to be replayed", every=0.01)
    assert (503, 503) in seen
    assert box.value("count(many)", time=(stamp + 39_000) / 1000) == 20_000
