import Basics
import Pipeline
import TestKit
import Testing

@testable import Ingest

@Suite("Where a topic between Signalboxes is read from")
struct KafkaIntakeStartTests {
    @Test(
        "behind what is durable here and what the group has; never before what is there",
        arguments: [
            // own, left, there, start, lost
            (nil, nil, 0..<5, nil, 0),
            (nil, 3, 0..<5, 3, 0),
            (4, nil, 0..<5, 4, 0),
            (4, 3, 0..<5, 4, 0),
            (3, 4, 0..<5, 4, 0),
            (5, 5, 0..<5, 5, 0),
            (4, 3, nil, 4, 0),
            // The topic was made anew.
            (900, 800, 2..<5, 2, 0),
            // Kafka deleted what nobody had read.
            (4, 3, 10..<50, 10, 6),
        ] as [(Int64?, Int64?, Range<Int64>?, Int64?, Int64)])
    func start(own: Int64?, left: Int64?, there: Range<Int64>?, start: Int64?, lost: Int64) throws {
        let disk = MemoryFileSystem(randomness: SeededRandomness(seed: 1))
        let clock = VirtualClock()
        let queue = try DocumentQueue(directory: "/q", fileSystem: disk, clock: clock)
        let shared = KafkaIntake.Shared(
            positions: try KafkaPositions(path: "/kafka", disk: disk, queue: queue), arrivals: KafkaArrivals())
        let input = KafkaInput(connection: KafkaConnection(brokers: []), topics: ["logs"])
        let intake = KafkaIntake(input, shared: shared, queue: queue, clock: clock, documentBytesMax: 100) { _ in }
        let partition = KafkaPartition(topic: "logs", number: 3)
        if let own { shared.positions.end([intake.key(of: partition, "c"): own], below: 0) }
        let found = intake.start(of: partition, there: there, left: left, "c", shared)
        #expect(found.offset == start && intake.statistics.lost == lost)
        #expect((found.report != nil) == (lost > 0 || own == 900))
        queue.close()
    }

    @Test("who reads what he wrote waits for the partitions that are read here")
    func arrivals() {
        let arrivals = KafkaArrivals()
        arrivals.wrote([TopicPlace(partition: 0, offset: 6), TopicPlace(partition: 1, offset: 9)])
        let elsewhere = arrivals.awaited()
        #expect(elsewhere())
        arrivals.begins(0, at: 5)
        let hasCome = arrivals.awaited()
        #expect(!hasCome())
        arrivals.took([KafkaPartition(topic: "logs", number: 0): 7])
        #expect(hasCome())
        arrivals.wrote([TopicPlace(partition: 0, offset: 7)])
        #expect(hasCome() && !arrivals.awaited()())
        arrivals.givesUp()
        #expect(arrivals.awaited()())
    }
}
