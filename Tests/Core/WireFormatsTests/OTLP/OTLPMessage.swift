import WireFormats

/// OTLP requests written by hand.
enum OTLPMessage {
    static func attribute(_ key: String, _ value: String) -> ProtobufMessage {
        ProtobufMessage().text(1, key).message(2, ProtobufMessage().text(1, value))
    }

    static func resource(_ attributes: [(String, String)]) -> ProtobufMessage {
        attributes.reduce(ProtobufMessage()) { $0.message(1, attribute($1.0, $1.1)) }
    }

    /// A request of one resource and one scope; `metrics` are whole `Metric`s.
    static func request(
        _ metrics: [ProtobufMessage], resource attributes: [(String, String)] = [("service.name", "cart")]
    ) -> [UInt8] {
        let scope = metrics.reduce(ProtobufMessage()) { $0.message(2, $1) }
        return ProtobufMessage().message(
            1, ProtobufMessage().message(2, scope).message(1, resource(attributes))
        ).bytes
    }

    static func nanoseconds(_ field: UInt64, _ milliseconds: UInt64) -> ProtobufMessage {
        ProtobufMessage().fixed64(field, Double(bitPattern: milliseconds * 1_000_000))
    }

    static func number(
        _ value: Double, at milliseconds: UInt64 = 2000, start: UInt64 = 1000, _ attributes: [(String, String)] = []
    ) -> ProtobufMessage {
        let point = ProtobufMessage().fixed64(4, value).fixed64(2, Double(bitPattern: start * 1_000_000))
            .fixed64(3, Double(bitPattern: milliseconds * 1_000_000))
        return attributes.reduce(point) { $0.message(7, attribute($1.0, $1.1)) }
    }

    static func gauge(_ name: String, _ points: [ProtobufMessage], unit: String = "") -> ProtobufMessage {
        ProtobufMessage().text(1, name).text(3, unit).message(
            5, points.reduce(ProtobufMessage()) { $0.message(1, $1) })
    }

    /// A `Sum`, histogram or exponential histogram, by its field.
    static func metric(
        _ name: String, _ field: UInt64, _ points: [ProtobufMessage], temporality: UInt64 = 2,
        isMonotonic: Bool = true
    ) -> ProtobufMessage {
        var data = points.reduce(ProtobufMessage()) { $0.message(1, $1) }.varint(2, temporality)
        if field == 7 { data = data.varint(3, isMonotonic ? 1 : 0) }
        return ProtobufMessage().text(1, name).message(field, data)
    }
}
