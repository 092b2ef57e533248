import Basics
import SignalModel

/// The messages `Exemplar` of both versions: 1.0 has labels in field 1, 2.0 places in the table of texts.
extension RemoteWriteDecoder {
    mutating func readExemplar(
        _ message: UnsafeRawBufferPointer, _ range: Range<Int>, _ symbols: [Range<Int>]? = nil
    ) throws(WireFormatError) {
        exemplars.labels.removeAll()
        var references: [Int] = []
        var value = 0.0
        var milliseconds: Int64 = 0
        var reader = ProtobufReader(message, range)
        while let field = try reader.next() {
            switch field.number {
            case 1 where symbols == nil:
                try reader.expect(field, ProtobufReader.Wire.bytes, "exemplar label")
                let label = try ProtobufReader.labelPair(message, try reader.range())
                exemplars.labels.add(name: label.name, value: label.value, in: message)
            case 1: try Self.references(&reader, field, message, into: &references)
            case 2:
                try reader.expect(field, ProtobufReader.Wire.fixed64, "exemplar value")
                value = Double(bitPattern: try reader.fixed64())
            case 3:
                try reader.expect(field, ProtobufReader.Wire.varint, "exemplar timestamp")
                milliseconds = Int64(bitPattern: try reader.varint())
            default: try reader.skip(field)
            }
        }
        sampleCount += 1
        guard sampleCount <= Self.samplesMax else {
            throw WireFormatError(.tooLarge, .byte(range.lowerBound), "more than \(Self.samplesMax) samples")
        }
        if let symbols {
            guard references.count % 2 == 0, references.allSatisfy({ $0 < symbols.count }) else {
                return note(badExemplar: .badSymbolReference)
            }
            for place in stride(from: 0, to: references.count, by: 2) {
                exemplars.labels.add(
                    name: symbols[references[place]], value: symbols[references[place + 1]], in: message)
            }
        }
        // Neither version can tell a missing time from the first of 1970.
        let time = milliseconds == 0 ? nil : SampleTime.clamped(milliseconds)
        if let problem = exemplars.finish(message, value: value, at: time) { note(badExemplar: problem) }
    }
}
