internal import CRdKafka

/// One member of a consumer group, over librdkafka. Nothing is committed but what `commit` is told. Its calls block and
/// belong to one thread.
final class KafkaConsumer {
    struct Message {
        var topic: String
        var partition: Int32
        var offset: Int64
        /// Good during the call that hands it out. A message without a value, which deletes in compacted topics, is empty.
        var value: UnsafeRawBufferPointer
        /// That of our own records, where it has one.
        var header: UnsafeRawBufferPointer?
    }

    /// Where a partition that becomes ours is read from, and what there is to tell about it. It is given what the partition
    /// has, where that could be asked, and where the group left off, if it has read anything; nil leaves it to the group.
    typealias Start = (KafkaPartition, _ there: Range<Int64>?, _ left: Int64?) -> (offset: Int64?, report: String?)

    /// What librdkafka calls back for while it is polled, on the thread that polls.
    private final class Callbacks {
        /// Kept until they are asked for.
        var reports: [String] = []
        var start: Start?
        /// Partitions go to others as soon as what was taken from them is committed.
        var isGivingUp = false
        var isClosing = false
    }

    private let handle: OpaquePointer
    private let callbacks: Callbacks
    private let headerName: String?
    private var knownCluster = ""
    private var topic: (pointer: OpaquePointer?, name: String) = (nil, "")

    /// Of what was fetched ahead, so that a slow store does not gather the topic in memory.
    private static let fetchedKibibytesMax = 16 << 10
    /// After this long without a sign the others of the group get the partitions; what was killed waits for it, too.
    private static let sessionMilliseconds = 10_000
    /// For what is asked of the brokers before a partition is read.
    private static let askMilliseconds: Int32 = 5000

    /// `headerName`: the header that is handed out.
    init(_ input: KafkaInput, headerName: String?) throws(KafkaFailure) {
        self.headerName = headerName
        let callbacks = Callbacks()
        self.callbacks = callbacks
        handle = try KafkaClient.open(RD_KAFKA_CONSUMER, Self.properties(input)) { configuration in
            rd_kafka_conf_set_opaque(configuration, Unmanaged.passUnretained(callbacks).toOpaque())
            rd_kafka_conf_set_error_cb(configuration) { _, _, reason, opaque in
                guard let reason, let opaque else { return }
                KafkaConsumer.callbacks(opaque).reports.append(String(cString: reason))
            }
            rd_kafka_conf_set_rebalance_cb(configuration) { handle, error, partitions, opaque in
                guard let handle, let opaque else { return }
                KafkaConsumer.rebalance(handle, error, partitions, KafkaConsumer.callbacks(opaque))
            }
        }
        rd_kafka_poll_set_consumer(handle)
        let topics = rd_kafka_topic_partition_list_new(Int32(input.topics.count))
        defer { rd_kafka_topic_partition_list_destroy(topics) }
        for topic in input.topics { rd_kafka_topic_partition_list_add(topics, topic, RD_KAFKA_PARTITION_UA) }
        let error = rd_kafka_subscribe(handle, topics)
        guard error == RD_KAFKA_RESP_ERR_NO_ERROR else { throw KafkaFailure(description: KafkaClient.text(error)) }
    }

    private static func properties(_ input: KafkaInput) -> [(String, String)] {
        input.connection.properties + [
            ("group.id", input.group), ("enable.auto.commit", "false"), ("enable.auto.offset.store", "false"),
            ("session.timeout.ms", "\(sessionMilliseconds)"), ("auto.offset.reset", input.start.rawValue),
            ("queued.max.messages.kbytes", "\(fetchedKibibytesMax)"),
        ]
    }

    private static func callbacks(_ opaque: UnsafeMutableRawPointer) -> Callbacks {
        Unmanaged<Callbacks>.fromOpaque(opaque).takeUnretainedValue()
    }

    // MARK: Partitions

    func setStart(_ start: @escaping Start) { callbacks.start = start }

    private static func rebalance(
        _ handle: OpaquePointer, _ error: rd_kafka_resp_err_t,
        _ partitions: UnsafeMutablePointer<rd_kafka_topic_partition_list_t>?, _ callbacks: Callbacks
    ) {
        guard error == RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS, let partitions else {
            callbacks.isGivingUp = true
            if callbacks.isClosing { giveUp(handle, callbacks) }
            return
        }
        if let start = callbacks.start { place(handle, partitions, callbacks, start) }
        callbacks.isGivingUp = false
        rd_kafka_assign(handle, partitions)
    }

    private static func place(
        _ handle: OpaquePointer, _ partitions: UnsafeMutablePointer<rd_kafka_topic_partition_list_t>,
        _ callbacks: Callbacks, _ start: Start
    ) {
        let committed = rd_kafka_topic_partition_list_copy(partitions)
        defer { rd_kafka_topic_partition_list_destroy(committed) }
        let error = rd_kafka_committed(handle, committed, askMilliseconds)
        guard error == RD_KAFKA_RESP_ERR_NO_ERROR, let committed else {
            // librdkafka asks again, and what is read twice is stored once.
            callbacks.reports.append("where the group left off: \(KafkaClient.text(error))")
            return
        }
        for index in 0..<Int(partitions.pointee.cnt) {
            let place = partition(partitions.pointee.elems[index])
            var (low, high): (Int64, Int64) = (0, 0)
            let isKnown =
                rd_kafka_query_watermark_offsets(
                    handle, place.topic, place.number, &low, &high, askMilliseconds) == RD_KAFKA_RESP_ERR_NO_ERROR
            let left = committed.pointee.elems[index].offset
            let (offset, report) = start(place, isKnown && low <= high ? low..<high : nil, left >= 0 ? left : nil)
            if let offset { partitions.pointee.elems[index].offset = offset }
            if let report { callbacks.reports.append(report) }
        }
    }

    private static func partition(_ place: rd_kafka_topic_partition_t) -> KafkaPartition {
        KafkaPartition(topic: place.topic.map { String(cString: $0) } ?? "", number: place.partition)
    }

    private static func giveUp(_ handle: OpaquePointer, _ callbacks: Callbacks) {
        callbacks.isGivingUp = false
        rd_kafka_assign(handle, nil)
    }

    /// Whether others wait for our partitions: after `giveUp` they have them.
    var isGivingUp: Bool { callbacks.isGivingUp }
    func giveUp() { Self.giveUp(handle, callbacks) }

    /// What the brokers call themselves; empty when they do not say.
    func cluster() -> String {
        if knownCluster.isEmpty, let text = rd_kafka_clusterid(handle, Self.askMilliseconds) {
            defer { rd_kafka_mem_free(handle, text) }
            knownCluster = String(cString: text)
        }
        return knownCluster
    }

    // MARK: Messages

    /// Hands out what has come, waiting for the first message only.
    func take(upTo countMax: Int, bytesMax: Int, waitMilliseconds: Int32, _ body: (Message) -> Void) {
        var (polled, bytes) = (0, 0)
        while polled < countMax, bytes < bytesMax, !callbacks.isGivingUp,
            let message = rd_kafka_consumer_poll(handle, polled == 0 ? waitMilliseconds : 0)
        {
            defer { rd_kafka_message_destroy(message) }
            polled += 1
            guard message.pointee.err == RD_KAFKA_RESP_ERR_NO_ERROR else {
                callbacks.reports.append(String(cString: rd_kafka_message_errstr(message)))
                continue
            }
            bytes += message.pointee.len
            body(
                Message(
                    topic: name(of: message.pointee.rkt), partition: message.pointee.partition,
                    offset: message.pointee.offset,
                    value: UnsafeRawBufferPointer(start: message.pointee.payload, count: message.pointee.len),
                    header: header(of: message)))
        }
    }

    private func header(of message: UnsafeMutablePointer<rd_kafka_message_t>) -> UnsafeRawBufferPointer? {
        guard let headerName else { return nil }
        var headers: OpaquePointer?
        var (value, count): (UnsafeRawPointer?, Int) = (nil, 0)
        guard rd_kafka_message_headers(message, &headers) == RD_KAFKA_RESP_ERR_NO_ERROR,
            rd_kafka_header_get_last(headers, headerName, &value, &count) == RD_KAFKA_RESP_ERR_NO_ERROR
        else { return nil }
        return UnsafeRawBufferPointer(start: value, count: value == nil ? 0 : count)
    }

    private func name(of pointer: OpaquePointer?) -> String {
        if topic.pointer != pointer { topic = (pointer, String(cString: rd_kafka_topic_name(pointer))) }
        return topic.name
    }

    /// The next message to be read of each partition. Waits for the broker's answer only when `waits`.
    func commit(_ next: [KafkaPartition: Int64], waits: Bool) {
        let list = rd_kafka_topic_partition_list_new(Int32(next.count))
        defer { rd_kafka_topic_partition_list_destroy(list) }
        for (partition, offset) in next {
            rd_kafka_topic_partition_list_add(list, partition.topic, partition.number).pointee.offset = offset
        }
        let error = rd_kafka_commit(handle, list, waits ? 0 : 1)
        if error != RD_KAFKA_RESP_ERR_NO_ERROR { callbacks.reports.append("committing: \(KafkaClient.text(error))") }
    }

    /// Whether messages of the partitions that are ours now are handed out.
    func setPaused(_ isPaused: Bool) {
        withAssignment { list in
            if isPaused { rd_kafka_pause_partitions(handle, list) } else { rd_kafka_resume_partitions(handle, list) }
        }
    }

    /// How many messages of the partitions that are ours have not been handed out yet, by what the brokers said last.
    func lag() -> (messages: Int64, partitions: Int) {
        withAssignment { list in
            guard rd_kafka_position(handle, list) == RD_KAFKA_RESP_ERR_NO_ERROR else { return (0, 0) }
            var messages: Int64 = 0
            for index in 0..<Int(list.pointee.cnt) {
                let partition = list.pointee.elems[index]
                var (low, high): (Int64, Int64) = (0, 0)
                let error = rd_kafka_get_watermark_offsets(handle, partition.topic, partition.partition, &low, &high)
                guard error == RD_KAFKA_RESP_ERR_NO_ERROR, high >= 0 else { continue }
                messages += max(0, high - (partition.offset >= 0 ? partition.offset : low))
            }
            return (messages, Int(list.pointee.cnt))
        } ?? (0, 0)
    }

    @discardableResult
    private func withAssignment<Value>(
        _ body: (UnsafeMutablePointer<rd_kafka_topic_partition_list_t>) -> Value
    ) -> Value? {
        var list: UnsafeMutablePointer<rd_kafka_topic_partition_list_t>?
        guard rd_kafka_assignment(handle, &list) == RD_KAFKA_RESP_ERR_NO_ERROR, let list else { return nil }
        defer { rd_kafka_topic_partition_list_destroy(list) }
        return body(list)
    }

    func takeReports() -> [String] {
        defer { callbacks.reports = [] }
        return callbacks.reports
    }

    /// Leaves the group, so that the others need not wait until it is missed.
    func close() {
        callbacks.isClosing = true
        if callbacks.isGivingUp { giveUp() }
        rd_kafka_consumer_close(handle)
        rd_kafka_destroy(handle)
    }
}
