import Basics

/// Messages of `io.prometheus.client`, made field by field.
extension ProtobufMessage {
    /// Behind its length, as on the wire.
    var delimited: [UInt8] {
        var result: [UInt8] = []
        Varint.append(UInt64(bytes.count), to: &result)
        return result + bytes
    }

    static func family(_ name: String, type: UInt64, help: String = "", unit: String = "") -> Self {
        var family = ProtobufMessage().text(1, name)
        if !help.isEmpty { family = family.text(2, help) }
        family = family.varint(3, type)
        return unit.isEmpty ? family : family.text(5, unit)
    }

    /// A metric whose value is the message in `field`.
    func metric(
        _ field: UInt64, _ value: ProtobufMessage, labels: [(String, String)] = [], time: Int64 = 0
    ) -> Self {
        var metric = ProtobufMessage().labels(labels).message(field, value)
        if time != 0 { metric = metric.varint(6, UInt64(bitPattern: time)) }
        return message(4, metric)
    }

    func labels(_ pairs: [(String, String)]) -> Self {
        pairs.reduce(self) { $0.message(1, ProtobufMessage().text(1, $1.0).text(2, $1.1)) }
    }

    static func exemplar(_ trace: String, _ value: Double, seconds: Int64? = nil, nanoseconds: UInt64 = 0) -> Self {
        let exemplar = ProtobufMessage().labels([("trace", trace)]).fixed64(2, value)
        guard let seconds else { return exemplar }
        return exemplar.message(
            3, ProtobufMessage().varint(1, UInt64(bitPattern: seconds)).varint(2, nanoseconds))
    }

    func bucket(_ count: UInt64, _ bound: Double, exemplar: ProtobufMessage? = nil) -> Self {
        let bucket = ProtobufMessage().varint(1, count).fixed64(2, bound)
        return message(3, exemplar.map { bucket.message(3, $0) } ?? bucket)
    }

    func span(_ field: UInt64, _ offset: Int64, _ length: UInt64) -> Self {
        message(field, ProtobufMessage().varint(1, Varint.zigZag(offset)).varint(2, length))
    }

    /// Packed.
    func deltas(_ field: UInt64, _ values: [Int64]) -> Self {
        var packed: [UInt8] = []
        for value in values { Varint.append(Varint.zigZag(value), to: &packed) }
        return data(field, packed)
    }
}
