internal import Basics
internal import CRdKafka
internal import Pipeline

/// Writes to one topic over librdkafka. A message is acknowledged once all replicas in sync have it, and none is written
/// twice by being sent twice. Its calls may come from any thread; reports of deliveries come from the one that polls.
final class KafkaProducer: @unchecked Sendable {  // The handles of librdkafka may be used by any thread.
    /// What librdkafka calls back with.
    private final class Callbacks {
        let report: @Sendable (String) -> Void
        init(_ report: @escaping @Sendable (String) -> Void) { self.report = report }
    }

    private let handle: OpaquePointer
    private let topic: OpaquePointer
    private let callbacks: Callbacks

    /// More are refused; what requests may have under way is bounded by bytes before.
    private static let messagesMax = 10_000_000
    private static let batchBytesMax = 1_000_000

    init(_ topic: KafkaTopic, report: @escaping @Sendable (String) -> Void) throws(KafkaFailure) {
        let callbacks = Callbacks(report)
        self.callbacks = callbacks
        handle = try KafkaClient.open(RD_KAFKA_PRODUCER, Self.properties(topic)) { configuration in
            rd_kafka_conf_set_opaque(configuration, Unmanaged.passUnretained(callbacks).toOpaque())
            rd_kafka_conf_set_error_cb(configuration) { _, _, reason, opaque in
                guard let reason, let opaque else { return }
                Unmanaged<Callbacks>.fromOpaque(opaque).takeUnretainedValue().report(String(cString: reason))
            }
            rd_kafka_conf_set_dr_msg_cb(configuration) { _, message, _ in
                guard let message, let slot = message.pointee._private else { return }
                let error = message.pointee.err
                KafkaDelivery.arrived(
                    slot, TopicPlace(partition: message.pointee.partition, offset: message.pointee.offset),
                    error == RD_KAFKA_RESP_ERR_NO_ERROR ? nil : KafkaProducer.refusal(error))
            }
        }
        guard let opened = rd_kafka_topic_new(handle, topic.name, nil) else {
            let error = KafkaClient.text(rd_kafka_last_error())
            rd_kafka_destroy(handle)
            throw KafkaFailure(description: error)
        }
        self.topic = opened
    }

    private static func properties(_ topic: KafkaTopic) -> [(String, String)] {
        topic.connection.properties + [
            ("acks", "all"), ("enable.idempotence", "true"), ("message.timeout.ms", "\(topic.timeout.milliseconds)"),
            ("message.max.bytes", "\(topic.messageBytesMax)"),
            ("batch.size", "\(min(batchBytesMax, topic.messageBytesMax))"),
            ("queue.buffering.max.messages", "\(messagesMax)"),
            ("queue.buffering.max.kbytes", "\(Int32.max)"), ("compression.codec", "lz4"),
        ]
    }

    static func refusal(_ error: rd_kafka_resp_err_t) -> DocumentQueueError {
        switch error {
        case RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE:
            DocumentQueueError(
                .tooLarge,
                "the topic takes no messages as large: queue.kafka.max_message_size is above what it allows")
        case RD_KAFKA_RESP_ERR__QUEUE_FULL:
            DocumentQueueError(.full, "too many documents wait for the brokers")
        default:
            DocumentQueueError(.unavailable, "Kafka did not acknowledge every document: \(KafkaClient.text(error))")
        }
    }

    /// Whether nothing can be written any more: it must be replaced.
    var isBroken: Bool { rd_kafka_fatal_error(handle, nil, 0) != RD_KAFKA_RESP_ERR_NO_ERROR }

    /// Nil when it is on its way; then `slot` is called back with. `partition`: nil for one by the key, or any.
    func write(
        key: UnsafeRawBufferPointer?, header: UnsafeRawBufferPointer, value: UnsafeRawBufferPointer,
        partition: Int32?, milliseconds: Int64, slot: UnsafeMutableRawPointer
    ) -> DocumentQueueError? {
        let error = rdkafka_produce(
            handle, topic, partition ?? RD_KAFKA_PARTITION_UA, key?.baseAddress, key?.count ?? 0,
            TopicRecord.headerName, header.baseAddress, header.count, value.isEmpty ? nil : value.baseAddress,
            value.count, milliseconds, slot)
        return error == RD_KAFKA_RESP_ERR_NO_ERROR ? nil : Self.refusal(error)
    }

    /// Calls back for what has happened, waiting for something.
    func poll(waitMilliseconds: Int32) { rd_kafka_poll(handle, waitMilliseconds) }

    /// Gives up what is not acknowledged: each is called back for by the next polls.
    func giveUp() { rd_kafka_purge(handle, RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT) }

    /// Messages that are not called back for.
    var isIdle: Bool { rd_kafka_outq_len(handle) == 0 }

    /// Nobody may use it any more.
    func close() {
        rd_kafka_topic_destroy(topic)
        rd_kafka_destroy(handle)
    }
}
