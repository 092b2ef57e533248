/// What an OTLP receiver says: `ExportMetricsServiceResponse` and `google.rpc.Status`, which for all signals and in
/// both encodings have the same shape: a number and a text.
package enum OTLPAnswer {
    /// All was taken, or all but `rejected` points, for the reason given.
    package static func accepted(rejected: Int, _ message: String) -> [UInt8] {
        guard rejected > 0 || !message.isEmpty else { return [] }
        var partial = ProtobufWriter()
        if rejected > 0 { partial.varint(1, UInt64(rejected)) }
        if !message.isEmpty { partial.text(2, message) }
        var answer = ProtobufWriter()
        answer.message(1, partial)
        return answer.bytes
    }

    /// `code` is one of `google.rpc.Code`.
    package static func status(code: Int, _ message: String) -> [UInt8] {
        var status = ProtobufWriter()
        status.varint(1, UInt64(code))
        status.text(2, message)
        return status.bytes
    }
}
