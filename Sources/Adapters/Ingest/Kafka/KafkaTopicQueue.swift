package import Basics
import Glibc
package import Pipeline

/// A topic as where senders' documents go: an append is complete once the brokers have acknowledged each of its
/// documents, and fails as a whole otherwise, though some of them may be there. Bounded by bytes: beyond it appends are
/// refused whole, before anything is sent.
package final class KafkaTopicQueue: DocumentTarget {
    package struct Statistics: Sendable {
        package var documents = 0
        /// Appends that were not acknowledged in time, or not at all.
        package var failures = 0
        /// Sent and not acknowledged.
        package var waitingBytes = 0

        package init() {}
    }

    private struct Ticket {
        var batch: DocumentBatch
        var receivedAt: Int64
        var delivery: KafkaDelivery
    }

    private struct State {
        var waiting: [Ticket] = []
        var producer: KafkaProducer
        /// Those that broke, until what they had is reported.
        var retired: [KafkaProducer] = []
        var isClosing = false
        var isClosed = false
        var statistics = Statistics()
    }

    /// Of documents on their way. One request may have more when there is none beside it.
    private static let waitingBytesMax = 64 << 20
    /// What librdkafka has for a message beside its bytes.
    private static let messageOverheadBytes = 512
    private static let pollMilliseconds: Int32 = 100
    private static let closingTenths = 50

    private let topic: KafkaTopic
    private let arrivals: KafkaArrivals
    private let reports: KafkaReports
    private let state: Monitor<State>
    private let threads = Monitor<(writing: WorkerThread?, polling: WorkerThread?)>((nil, nil))

    /// Throws for settings that librdkafka refuses; brokers need not be there.
    package init(
        _ topic: KafkaTopic, arrivals: KafkaArrivals, clock: any WallClock,
        report: @escaping @Sendable (String) -> Void
    ) throws {
        self.topic = topic
        self.arrivals = arrivals
        let reports = KafkaReports(clock: clock, report)
        self.reports = reports
        state = Monitor(State(producer: try KafkaProducer(topic) { reports.say($0) }))
        let started = (WorkerThread { [weak self] in self?.write() }, WorkerThread { [weak self] in self?.poll() })
        threads.update { $0 = started }
        guard started.0 != nil, started.1 != nil else {
            throw DocumentQueueError(.unavailable, "no thread for the topic \(topic.name)")
        }
    }

    package var statistics: Statistics { state.read { $0.statistics } }

    // MARK: Appending

    package func hasRoom(for bytes: Int) -> Bool {
        Self.hasRoom(for: bytes, beside: state.read { $0.statistics.waitingBytes })
    }

    private static func hasRoom(for bytes: Int, beside waiting: Int) -> Bool {
        waiting == 0 || waiting + bytes <= waitingBytesMax
    }

    package func append(
        _ batch: DocumentBatch, receivedAt: Int64,
        complete: @escaping @Sendable (Result<DocumentPlaces, DocumentQueueError>) -> Void
    ) {
        let name = topic.name
        guard !batch.isEmpty else { return complete(.success(.topic(name: name, receivedAt: receivedAt, []))) }
        let bytes = batch.bytes.count + batch.count * Self.messageOverheadBytes
        let refusal = state.update { state -> DocumentQueueError? in
            if state.isClosing { return DocumentQueueError(.unavailable, "the topic is closing") }
            guard Self.hasRoom(for: bytes, beside: state.statistics.waitingBytes) else {
                return DocumentQueueError(
                    .full, "\(state.statistics.waitingBytes) bytes wait for the brokers of Kafka")
            }
            state.statistics.waitingBytes += bytes
            let delivery = KafkaDelivery(count: batch.count) { [self] result in
                ended(result, bytes, batch.count)
                complete(result.map { .topic(name: name, receivedAt: receivedAt, $0) })
            }
            state.waiting.append(Ticket(batch: batch, receivedAt: receivedAt, delivery: delivery))
            return nil
        }
        if let refusal { complete(.failure(refusal)) }
    }

    private func ended(_ result: Result<[TopicPlace], DocumentQueueError>, _ bytes: Int, _ count: Int) {
        state.update { state in
            state.statistics.waitingBytes -= bytes
            if case .success = result { state.statistics.documents += count } else { state.statistics.failures += 1 }
        }
        switch result {
        case .success(let places): arrivals.wrote(places)
        case .failure(let error): reports.say("the topic \(topic.name): \(error.message)")
        }
    }

    // MARK: The threads

    private func write() {
        var record = TopicRecord()
        while let ticket = state.wait(Self.nextTicket) {
            let producer = state.read { $0.producer }
            write(ticket, producer.isBroken ? replacement(of: producer) : producer, &record)
        }
    }

    /// Empty for none yet; nil inside for the end.
    private static func nextTicket(_ state: inout State) -> Ticket?? {
        guard state.waiting.isEmpty else { return .some(state.waiting.removeFirst()) }
        return state.isClosing ? .some(nil) : nil
    }

    /// After what librdkafka calls fatal a client writes nothing any more: another one takes its place.
    private func replacement(of broken: KafkaProducer) -> KafkaProducer {
        do throws(KafkaFailure) {
            let producer = try KafkaProducer(topic) { [reports] in reports.say($0) }
            broken.giveUp()
            state.update { state in
                state.retired.append(broken)
                state.producer = producer
            }
            return producer
        } catch {
            reports.say("the topic \(topic.name): \(error)")
            return broken
        }
    }

    private func write(_ ticket: Ticket, _ producer: KafkaProducer, _ record: inout TopicRecord) {
        var (number, key): (Int, [UInt8]) = (0, [])
        var failure: DocumentQueueError?
        do {
            failure = try tooLarge(ticket.batch)
            try ticket.batch.forEach { document in
                guard failure == nil else { return }
                // What is said of one document must stay in order, so it goes to one partition.
                var partition: Int32?
                key.removeAll(keepingCapacity: true)
                if let identity = document.identity {
                    partition = TopicIdentity.partition(of: identity, topic: topic.name)
                    key.append(contentsOf: document.index)
                    key.append(0)
                    key.append(contentsOf: identity)
                }
                failure = record.withHeader(of: document, receivedAt: ticket.receivedAt) { header in
                    key.withUnsafeBytes { key in
                        producer.write(
                            key: document.identity == nil ? nil : key, header: header, value: document.source,
                            partition: partition, milliseconds: ticket.receivedAt / 1_000_000,
                            slot: ticket.delivery.slot(number))
                    }
                }
                if failure == nil { number += 1 }
            }
        } catch { failure = DocumentQueueError(.damaged, "\(error)") }
        ticket.delivery.finish(ticket.batch.count - number + 1, failure)
    }

    /// Dialects refuse such documents one by one, where they can; nothing is sent of a request that has one.
    private func tooLarge(_ batch: DocumentBatch) throws -> DocumentQueueError? {
        var refusal: DocumentQueueError?
        try batch.forEach { document in
            guard document.source.count > topic.documentBytesMax else { return }
            refusal = DocumentQueueError(
                .tooLarge,
                "a document of \(document.source.count) bytes, more than \(topic.documentBytesMax), which is what "
                    + "queue.kafka.max_message_size leaves")
        }
        return refusal
    }

    private func poll() {
        while true {
            let (producer, retired, isClosed) = state.read { ($0.producer, $0.retired, $0.isClosed) }
            if isClosed { return }
            producer.poll(waitMilliseconds: Self.pollMilliseconds)
            for old in retired {
                old.poll(waitMilliseconds: 0)
                guard old.isIdle else { continue }
                state.update { state in state.retired.removeAll { $0 === old } }
                old.close()
            }
        }
    }

    /// Waits for what is on its way, but not as long as senders would, and ends. Blocks.
    package func close() {
        state.update { $0.isClosing = true }
        let running = threads.update { threads in
            defer { threads = (nil, nil) }
            return threads
        }
        running.writing?.join()
        for _ in 0..<Self.closingTenths where state.read({ $0.statistics.waitingBytes > 0 }) { usleep(100_000) }
        state.read { $0.producer }.giveUp()
        state.wait { $0.statistics.waitingBytes == 0 ? true : nil }
        state.update { $0.isClosed = true }
        running.polling?.join()
        state.read { $0.retired + [$0.producer] }.forEach { $0.close() }
    }
}
