internal import CRdKafka

/// A client of librdkafka as it is opened: what goes wrong on the way is a `KafkaFailure`.
enum KafkaClient {
    private static let errorBytes = 512

    /// `prepare` may set callbacks.
    static func open(
        _ type: rd_kafka_type_t, _ properties: [(String, String)], _ prepare: (OpaquePointer) -> Void
    ) throws(KafkaFailure) -> OpaquePointer {
        guard let configuration = rd_kafka_conf_new() else { throw KafkaFailure(description: "no memory") }
        var error = [CChar](repeating: 0, count: errorBytes)
        func failure(_ what: String) -> KafkaFailure {
            let text = String(decoding: error.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
            return KafkaFailure(description: what + text)
        }
        for (name, value) in properties
        where rd_kafka_conf_set(configuration, name, value, &error, error.count) != RD_KAFKA_CONF_OK {
            rd_kafka_conf_destroy(configuration)
            throw failure("\(name): ")
        }
        // What matters comes as an error too; the log would go to the standard error by itself.
        rd_kafka_conf_set_log_cb(configuration) { _, _, _, _ in }
        prepare(configuration)
        guard let handle = rd_kafka_new(type, configuration, &error, error.count) else {
            rd_kafka_conf_destroy(configuration)
            throw failure("")
        }
        return handle
    }

    static func text(_ error: rd_kafka_resp_err_t) -> String { String(cString: rd_kafka_err2str(error)) }
}

package struct KafkaFailure: Error, CustomStringConvertible {
    package var description: String

    package init(description: String) { self.description = description }
}

struct KafkaPartition: Hashable {
    var topic: String
    var number: Int32
}
