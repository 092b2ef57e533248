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

    /// The same with a `google.rpc.RetryInfo`, which tells a sender by gRPC that another try is welcome, and when.
    package static func status(code: Int, _ message: String, retryAfterSeconds: Int) -> [UInt8] {
        var delay = ProtobufWriter()
        delay.varint(1, UInt64(max(0, retryAfterSeconds)))
        var info = ProtobufWriter()
        info.message(1, delay)
        var detail = ProtobufWriter()
        detail.text(1, "type.googleapis.com/google.rpc.RetryInfo")
        detail.message(2, info)
        var status = ProtobufWriter()
        status.varint(1, UInt64(code))
        status.text(2, message)
        status.message(3, detail)
        return status.bytes
    }

    /// The message of a `google.rpc.Status`; empty where the bytes are none.
    package static func message(ofStatus bytes: [UInt8]) -> String {
        bytes.withUnsafeBytes { bytes in
            var reader = ProtobufReader(bytes)
            var message = ""
            while let field = try? reader.next() {
                if field.number == 2, field.wire == ProtobufReader.Wire.bytes, let range = try? reader.range() {
                    message = String(decoding: bytes[range], as: UTF8.self)
                } else if (try? reader.skip(field)) == nil {
                    break
                }
            }
            return message
        }
    }
}
