"""Three brokers of Kafka, by librdkafka's own test cluster."""
import subprocess
from pathlib import Path

import pytest

from conftest import needed

SOURCE = Path(__file__).with_name("kafka_broker.c")


class Brokers:
    def __init__(self, program, topic):
        self.child = subprocess.Popen([program, "3", topic, "4"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                      stderr=subprocess.DEVNULL, text=True)
        self.addresses = self.child.stdout.readline().strip()

    def tell(self, command):
        self.child.stdin.write(command + "\n")
        self.child.stdin.flush()
        assert self.child.stdout.readline() == "done\n"

    def tell_all(self, command):
        """The same to each broker, which takes the place of N."""
        for broker in (1, 2, 3):
            self.tell(command.replace("N", str(broker)))

    def stop(self):
        self.child.stdin.close()
        self.child.wait(10)


@pytest.fixture(scope="module")
def broker_program(tmp_path_factory):
    program = tmp_path_factory.mktemp("kafka") / "kafka_broker"
    subprocess.run([needed("gcc", "build-essential"), "-O1", "-o", program, SOURCE, "-lrdkafka"], check=True)
    return program


@pytest.fixture
def brokers(broker_program):
    brokers = Brokers(broker_program, "logs")
    yield brokers
    brokers.stop()
