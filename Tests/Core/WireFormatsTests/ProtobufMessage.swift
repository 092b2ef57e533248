import Basics

/// Protobuf written by hand, so that a test can be wrong on purpose.
struct ProtobufMessage {
    var bytes: [UInt8] = []

    func varint(_ field: UInt64, _ value: UInt64) -> Self {
        var copy = self
        Varint.append(field << 3, to: &copy.bytes)
        Varint.append(value, to: &copy.bytes)
        return copy
    }

    func fixed64(_ field: UInt64, _ value: Double) -> Self {
        var copy = self
        Varint.append(field << 3 | 1, to: &copy.bytes)
        withUnsafeBytes(of: value.bitPattern.littleEndian) { copy.bytes.append(contentsOf: $0) }
        return copy
    }

    func data(_ field: UInt64, _ value: [UInt8]) -> Self {
        var copy = self
        Varint.append(field << 3 | 2, to: &copy.bytes)
        Varint.append(UInt64(value.count), to: &copy.bytes)
        copy.bytes += value
        return copy
    }

    func text(_ field: UInt64, _ value: String) -> Self { data(field, Array(value.utf8)) }
    func message(_ field: UInt64, _ value: ProtobufMessage) -> Self { data(field, value.bytes) }

    /// One `TimeSeries` in a `WriteRequest`.
    func series(_ labels: [(String, String)], samples: [(Int64, Double)] = [(1000, 1)]) -> Self {
        var series = ProtobufMessage()
        for label in labels { series = series.message(1, ProtobufMessage().text(1, label.0).text(2, label.1)) }
        for sample in samples {
            let time = UInt64(bitPattern: sample.0)
            series = series.message(2, ProtobufMessage().fixed64(1, sample.1).varint(2, time))
        }
        return message(1, series)
    }
}
