internal import Basics
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
    }

    struct Failure: Error, CustomStringConvertible {
        var description: String
    }

    /// What librdkafka reports beside the messages, kept until it is asked for; called on the thread that polls.
    private final class Reports {
        var texts: [String] = []
    }

    private let handle: OpaquePointer
    private let reports: Reports
    private var topic: (pointer: OpaquePointer?, name: String) = (nil, "")

    /// Of what was fetched ahead, so that a slow store does not gather the topic in memory.
    private static let fetchedKibibytesMax = 16 << 10
    /// After this long without a sign the others of the group get the partitions; what was killed waits for it, too.
    private static let sessionMilliseconds = 10_000
    private static let errorBytes = 512

    init(_ input: KafkaInput) throws(Failure) {
        let reports = Reports()
        self.reports = reports
        handle = try Self.opened(Self.properties(input), reports)
        rd_kafka_poll_set_consumer(handle)
        let topics = rd_kafka_topic_partition_list_new(Int32(input.topics.count))
        defer { rd_kafka_topic_partition_list_destroy(topics) }
        for topic in input.topics { rd_kafka_topic_partition_list_add(topics, topic, RD_KAFKA_PARTITION_UA) }
        let error = rd_kafka_subscribe(handle, topics)
        guard error == RD_KAFKA_RESP_ERR_NO_ERROR else { throw Failure(description: Self.text(error)) }
    }

    private static func properties(_ input: KafkaInput) -> [(String, String)] {
        var properties = [
            ("bootstrap.servers", input.brokers.joined(separator: ",")), ("group.id", input.group),
            ("client.id", "signalbox"), ("enable.auto.commit", "false"), ("enable.auto.offset.store", "false"),
            ("session.timeout.ms", "\(sessionMilliseconds)"), ("auto.offset.reset", input.start.rawValue),
            ("queued.max.messages.kbytes", "\(fetchedKibibytesMax)"),
            ("security.protocol", (input.login == nil ? "" : "sasl_") + (input.tls == nil ? "plaintext" : "ssl")),
        ]
        if let login = input.login {
            properties += [
                ("sasl.mechanism", login.mechanism.rawValue), ("sasl.username", login.user),
                ("sasl.password", login.password.revealed),
            ]
        }
        if let file = input.tls?.authority { properties.append(("ssl.ca.location", file)) }
        if let file = input.tls?.certificate { properties.append(("ssl.certificate.location", file)) }
        if let file = input.tls?.key { properties.append(("ssl.key.location", file)) }
        return properties
    }

    private static func opened(
        _ properties: [(String, String)], _ reports: Reports
    ) throws(Failure) -> OpaquePointer {
        let configuration = rd_kafka_conf_new()
        var error = [CChar](repeating: 0, count: errorBytes)
        func failure(_ what: String) -> Failure {
            let text = String(decoding: error.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
            return Failure(description: what + text)
        }
        for (name, value) in properties
        where rd_kafka_conf_set(configuration, name, value, &error, error.count) != RD_KAFKA_CONF_OK {
            rd_kafka_conf_destroy(configuration)
            throw failure("\(name): ")
        }
        rd_kafka_conf_set_opaque(configuration, Unmanaged.passUnretained(reports).toOpaque())
        rd_kafka_conf_set_error_cb(configuration) { _, _, reason, opaque in
            guard let reason, let opaque else { return }
            Unmanaged<Reports>.fromOpaque(opaque).takeUnretainedValue().texts.append(String(cString: reason))
        }
        // What matters comes as an error too; the log would go to the standard error by itself.
        rd_kafka_conf_set_log_cb(configuration) { _, _, _, _ in }
        guard let handle = rd_kafka_new(RD_KAFKA_CONSUMER, configuration, &error, error.count) else {
            rd_kafka_conf_destroy(configuration)
            throw failure("")
        }
        return handle
    }

    /// Hands out what has come, waiting for the first message only.
    func take(upTo countMax: Int, bytesMax: Int, waitMilliseconds: Int32, _ body: (Message) -> Void) {
        var (polled, bytes) = (0, 0)
        while polled < countMax, bytes < bytesMax,
            let message = rd_kafka_consumer_poll(handle, polled == 0 ? waitMilliseconds : 0)
        {
            defer { rd_kafka_message_destroy(message) }
            polled += 1
            guard message.pointee.err == RD_KAFKA_RESP_ERR_NO_ERROR else {
                reports.texts.append(String(cString: rd_kafka_message_errstr(message)))
                continue
            }
            bytes += message.pointee.len
            body(
                Message(
                    topic: name(of: message.pointee.rkt), partition: message.pointee.partition,
                    offset: message.pointee.offset,
                    value: UnsafeRawBufferPointer(start: message.pointee.payload, count: message.pointee.len)))
        }
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
        if error != RD_KAFKA_RESP_ERR_NO_ERROR { reports.texts.append("committing: \(Self.text(error))") }
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
        defer { reports.texts = [] }
        return reports.texts
    }

    /// Leaves the group, so that the others need not wait until it is missed.
    func close() {
        rd_kafka_consumer_close(handle)
        rd_kafka_destroy(handle)
    }

    private static func text(_ error: rd_kafka_resp_err_t) -> String { String(cString: rd_kafka_err2str(error)) }
}

struct KafkaPartition: Hashable {
    var topic: String
    var number: Int32
}
