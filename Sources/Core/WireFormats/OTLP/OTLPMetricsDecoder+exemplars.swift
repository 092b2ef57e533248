import Basics
import SignalModel

extension OTLPMetricsDecoder {
    /// Characters of an exemplar's labels; beyond it the attributes are left out, as OpenMetrics asks.
    private static let exemplarCharactersMax = 128
    private static let names = (trace: "trace_id", span: "span_id")

    /// Reads those of the noted exemplars whose value is not above `limit`; they are then noted no more.
    mutating func takeExemplars(_ message: UnsafeRawBufferPointer, upTo limit: Double) throws(WireFormatError) {
        var left = 0
        for place in exemplarPlaces {
            if place.value <= limit || (limit == .infinity && place.value.isNaN) {
                try readExemplar(message, place.range, place.value)
            } else {
                exemplarPlaces[left] = place
                left += 1
            }
        }
        exemplarPlaces.removeSubrange(left...)
    }

    private mutating func readExemplar(
        _ message: UnsafeRawBufferPointer, _ range: Range<Int>, _ value: Double
    ) throws(WireFormatError) {
        let mark = labels.mark
        var time: UInt64 = 0
        var pairs: [(name: Range<Int>, value: Range<Int>)] = []
        var attributes: [(name: Range<Int>, value: Range<Int>)] = []
        var reader = ProtobufReader(message, range)
        while let field = try reader.next() {
            switch field.number {
            case 2: time = try reader.fixed(field)
            case 4: addIdentifier(Self.names.span, message[try reader.text(field, "span_id")], to: &pairs)
            case 5: addIdentifier(Self.names.trace, message[try reader.text(field, "trace_id")], to: &pairs)
            case 7:
                let pair = try AttributeText.pair(message, try reader.text(field, "attribute of an exemplar"))
                attributes.append((labels.addText(message, pair.key), try labels.addValue(message, pair.value)))
            default: try reader.skip(field)
            }
        }
        labels.texts.withUnsafeBytes { bytes in
            exemplars.labels.removeAll()
            let characters = (pairs + attributes).reduce(0) { count, pair in
                count + bytes[pair.name].count { $0 & 0xc0 != 0x80 } + bytes[pair.value].count { $0 & 0xc0 != 0x80 }
            }
            for pair in characters <= Self.exemplarCharactersMax ? pairs + attributes : pairs {
                exemplars.labels.add(name: pair.name, value: pair.value, in: bytes)
            }
            let at = time == 0 ? point.timestamp : SampleTime.clamped(Int64(time / 1_000_000))
            if exemplars.finish(bytes, value: value, at: at) != nil { report.badExemplars += 1 }
        }
        labels.cut(to: mark)
    }

    /// In hexadecimal, as traces show it.
    private mutating func addIdentifier(
        _ name: String, _ bytes: Slice<UnsafeRawBufferPointer>,
        to pairs: inout [(name: Range<Int>, value: Range<Int>)]
    ) {
        if bytes.allSatisfy({ $0 == 0 }) { return }
        var digits: [UInt8] = []
        for byte in bytes.prefix(16) { AttributeText.appendHex(byte, to: &digits) }
        pairs.append((labels.addText(name), labels.addText(digits)))
    }
}
