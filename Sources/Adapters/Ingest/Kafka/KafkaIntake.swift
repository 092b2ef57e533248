package import Basics
package import Pipeline
internal import SignalModel
internal import Synchronization
internal import WireFormats

/// Reads topics into the queue of logs. An offset is committed only after its message is on stable storage here, and a
/// message without an `_id` is known by its offset: what a crash makes it read twice is stored once.
package final class KafkaIntake: Sendable {
    package struct Statistics: Sendable {
        package var messages = 0
        package var bytes = 0
        /// Not JSON though they begin like it, or larger than a document may be: kept as texts that say so.
        package var unreadable = 0
        /// Times the partitions were paused because the queue was full or its disk refused.
        package var pauses = 0
        /// Of the topic between Signalboxes: deleted by Kafka before they were read.
        package var lost: Int64 = 0
        /// In the partitions that are ours and not handed out yet.
        package var lag: Int64 = 0
        package var partitions = 0
    }

    /// What there is when the topic is the queue between Signalboxes.
    package struct Shared: Sendable {
        var positions: KafkaPositions
        var arrivals: KafkaArrivals

        package init(positions: KafkaPositions, arrivals: KafkaArrivals) {
            self.positions = positions
            self.arrivals = arrivals
        }
    }

    let input: KafkaInput
    let shared: Shared?
    private let queue: DocumentQueue
    private let clock: any WallClock
    private let documentBytesMax: Int
    private let reports: KafkaReports
    private let counts = Mutex(Statistics())
    private let isStopping = Atomic(false)

    private static let batchCountMax = 2000
    /// And a quarter of the queue at most: with one large message on top it must fit into it.
    private static let batchBytesMax = 8 << 20
    private static let waitMilliseconds: Int32 = 250
    private static let lagEveryMilliseconds: Int64 = 5000
    /// Of a message that is too large.
    private static let keptBytesMax = 32 << 10

    package init(
        _ input: KafkaInput, shared: Shared? = nil, queue: DocumentQueue, clock: any WallClock, documentBytesMax: Int,
        report: @escaping @Sendable (String) -> Void
    ) {
        self.input = input
        self.shared = shared
        self.queue = queue
        self.clock = clock
        self.documentBytesMax = documentBytesMax
        reports = KafkaReports(clock: clock, report)
    }

    package var statistics: Statistics { counts.withLock { $0 } }

    func count(_ change: (inout Statistics) -> Void) { counts.withLock { change(&$0) } }

    /// `run` returns soon.
    package func stop() { isStopping.store(true, ordering: .relaxed) }

    /// What only the thread of `run` touches.
    private struct Work {
        var batch = DocumentBatch()
        /// The next offset of each partition that `batch` has messages of.
        var next: [KafkaPartition: Int64] = [:]
        var text = DocumentText()
        var lagAt: Int64 = .min

        mutating func removeAll() {
            batch.removeAll()
            next = [:]
        }
    }

    /// Blocks until `stop`.
    package func run() throws {
        let consumer = try KafkaConsumer(input, headerName: shared == nil ? nil : TopicRecord.headerName)
        defer { consumer.close() }
        if let shared {
            consumer.setStart { [unowned consumer, self] in
                start(of: $0, there: $1, left: $2, consumer.cluster(), shared)
            }
        }
        var work = Work()
        while !isStopping.load(ordering: .relaxed) {
            take(from: consumer, upTo: Self.batchCountMax, &work)
            if !work.batch.isEmpty { store(&work, consumer) }
            if consumer.isGivingUp {
                consumer.giveUp()
                shared?.arrivals.givesUp()
            }
            look(at: consumer, &work)
        }
    }

    private func take(from consumer: KafkaConsumer, upTo countMax: Int, _ work: inout Work) {
        consumer.take(
            upTo: countMax, bytesMax: min(Self.batchBytesMax, queue.statistics.bytesMax / 4),
            waitMilliseconds: Self.waitMilliseconds
        ) { message in
            add(message, &work)
            work.next[KafkaPartition(topic: message.topic, number: message.partition)] = message.offset + 1
        }
    }

    /// Returns when the batch is durable and its offsets are on their way; without that only when it stops, or the
    /// partitions go to others, who read the messages again.
    private func store(_ work: inout Work, _ consumer: KafkaConsumer) {
        var isPaused = false
        defer { if isPaused { consumer.setPaused(false) } }
        while true {
            do throws(DocumentQueueError) {
                try append(work, consumer)
                break
            } catch {
                if !isPaused { counts.withLock { $0.pauses += 1 } }
                reports.say("the queue of logs: \(error.message)")
                if isStopping.load(ordering: .relaxed) || consumer.isGivingUp { return work.removeAll() }
                // Whoever stops polling is thrown out of the group; partitions that are new meanwhile are paused too.
                isPaused = true
                consumer.setPaused(true)
                take(from: consumer, upTo: 1, &work)
                look(at: consumer, &work)
            }
        }
        consumer.commit(work.next, waits: isStopping.load(ordering: .relaxed) || consumer.isGivingUp)
        work.removeAll()
    }

    private func append(_ work: Work, _ consumer: KafkaConsumer) throws(DocumentQueueError) {
        let receivedAt = clock.now().milliseconds * 1_000_000
        if let shared {
            let cluster = consumer.cluster()
            let next = Dictionary(
                uniqueKeysWithValues: work.next.map { (key(of: $0.key, cluster), $0.value) })
            var batch = work.batch
            batch.noteLast(KafkaPositions.note(next))
            shared.positions.begin(at: queue.nextOrdinal)
            do throws(DocumentQueueError) {
                let ordinals = try queue.appendAndWait(batch, receivedAt: receivedAt)
                shared.positions.end(next, below: ordinals.upperBound)
            } catch {
                shared.positions.end([:], below: nil)
                throw error
            }
            shared.arrivals.took(work.next)
        } else {
            _ = try queue.appendAndWait(work.batch, receivedAt: receivedAt)
        }
        counts.withLock {
            $0.messages += work.batch.count
            $0.bytes += work.batch.bytes.count
        }
    }

    // MARK: Messages

    private func add(_ message: KafkaConsumer.Message, _ work: inout Work) {
        let place = "\(message.topic)-\(message.partition)-\(message.offset)"
        let problem: String
        if let header = message.header {
            do throws(DocumentQueueError) {
                return append(try TopicRecord.document(header: header, value: message.value), message, &work.batch)
            } catch { problem = "its header: \(error)" }
        } else if message.value.count == 0 {
            return
        } else if message.value.count > documentBytesMax {
            problem = "\(message.value.count) bytes, more than \(documentBytesMax): cut off"
        } else if isObject(message.value) {
            do throws(WireFormatError) {
                try JSONObjectCheck.check(message.value)
                let event = try BeatsEvent.read(message.value)
                guard let refusal = event.index.flatMap({ IndexName.refusal($0) }) else {
                    return append(message.value, event, message, place, &work.batch)
                }
                problem = "@metadata: \(refusal)"
            } catch { problem = "not the JSON it begins like: \(error)" }
        } else {
            problem = ""
        }
        work.text.begin()
        let kept = problem.isEmpty ? message.value.count : min(message.value.count, Self.keptBytesMax)
        work.text.add("message", utf8: UnsafeRawBufferPointer(rebasing: message.value[..<kept]))
        if !problem.isEmpty {
            work.text.add("error.message", "message \(place) of Kafka: \(problem)")
            counts.withLock { $0.unreadable += 1 }
        }
        work.text.end()
        work.text.bytes.withUnsafeBytes { append($0, BeatsEvent(), message, place, &work.batch) }
    }

    private func isObject(_ value: UnsafeRawBufferPointer) -> Bool {
        value.first { $0 != 0x20 && $0 != 0x0a && $0 != 0x0d && $0 != 0x09 } == UInt8(ascii: "{")
    }

    /// What a Signalbox wrote.
    private func append(_ document: DocumentView, _ message: KafkaConsumer.Message, _ batch: inout DocumentBatch) {
        guard document.identity == nil else { return batch.append(document) }
        let text = TopicIdentity.text(
            topic: message.topic, TopicPlace(partition: message.partition, offset: message.offset),
            receivedAt: document.receivedAt ?? 0)
        Array(text.utf8).withUnsafeBytes { identity in
            var named = document
            named.identity = identity
            batch.append(named)
        }
    }

    private func append(
        _ document: UnsafeRawBufferPointer, _ event: BeatsEvent, _ message: KafkaConsumer.Message, _ place: String,
        _ batch: inout DocumentBatch
    ) {
        func add(_ source: UnsafeRawBufferPointer) {
            batch.append(
                event.replaces && event.identity != nil ? .index : .create,
                index: event.index ?? input.index ?? DataStreamName.logs(dataset: message.topic),
                identity: event.identity ?? place, pipeline: event.pipeline ?? input.pipeline, source: source)
        }
        if let source = event.source { source.withUnsafeBytes { add($0) } } else { add(document) }
    }

    // MARK: Reports

    private func look(at consumer: KafkaConsumer, _ work: inout Work) {
        for text in consumer.takeReports() { reports.say(text) }
        let now = clock.now().milliseconds
        guard now >= work.lagAt || now < work.lagAt - Self.lagEveryMilliseconds else { return }
        work.lagAt = now + Self.lagEveryMilliseconds
        let lag = consumer.lag()
        counts.withLock { ($0.lag, $0.partitions) = lag }
    }
}
