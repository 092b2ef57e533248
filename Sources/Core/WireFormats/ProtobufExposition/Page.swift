import Basics
import SignalModel

extension ProtobufExpositionParser {
    /// A message, and behind it room for the texts that the format leaves to its reader: names with suffixes, bounds.
    struct Page {
        enum Suffix: String {
            case none = ""
            case count = "_count"
            case sum = "_sum"
            case bucket = "_bucket"
        }

        static let fixedTexts = Array("__name__lequantile".utf8)
        private static let suffixBytesMax = 7
        static let scratchBytes =
            fixedTexts.count + BoundText.bytesMax + SeriesLimits.valueBytesMax + suffixBytesMax

        let bytes: UnsafeMutableRawBufferPointer
        /// Of the message.
        let count: Int
        /// Of samples that bring none.
        let time: Timestamp
        private var nameCount = 0

        init(bytes: UnsafeMutableRawBufferPointer, count: Int, time: Timestamp) {
            self.bytes = bytes
            self.count = count
            self.time = time
        }

        var readable: UnsafeRawBufferPointer { UnsafeRawBufferPointer(bytes) }
        /// `__name__`
        var metricName: Range<Int> { count..<count + 8 }
        var bucketLabel: Range<Int> { count + 8..<count + 10 }
        var quantileLabel: Range<Int> { count + 10..<count + 18 }
        private var nameStart: Int { count + Self.fixedTexts.count + BoundText.bytesMax }

        /// The family's name, not longer than `SeriesLimits.valueBytesMax`.
        mutating func setName(_ name: Range<Int>) {
            for (offset, place) in name.enumerated() { bytes[nameStart + offset] = bytes[place] }
            nameCount = name.count
        }

        /// Good until the next one is asked for.
        func name(_ suffix: Suffix) -> Range<Int> {
            var end = nameStart + nameCount
            for byte in suffix.rawValue.utf8 {
                bytes[end] = byte
                end += 1
            }
            return nameStart..<end
        }

        /// Room for one bound.
        var boundRange: Range<Int> { count + 18..<count + 18 + BoundText.bytesMax }

        func problem(_ range: Range<Int>, _ name: Range<Int>, _ text: String) -> WireFormatError {
            let metric = quoted(MetadataText.bounded(readable, name.prefix(200)))
            return WireFormatError(.malformed, .byte(range.lowerBound), "metric \(metric): \(text)")
        }

        func problem(_ range: Range<Int>, _ text: String) -> WireFormatError {
            problem(range, nameStart..<nameStart + nameCount, text)
        }
    }
}

extension ProtobufReader {
    mutating func text(_ field: Field, _ what: StaticString) throws(WireFormatError) -> Range<Int> {
        try expect(field, Wire.bytes, what)
        return try range()
    }

    mutating func double(_ field: Field, _ what: StaticString) throws(WireFormatError) -> Double {
        try expect(field, Wire.fixed64, what)
        return Double(bitPattern: try fixed64())
    }

    mutating func count(_ field: Field, _ what: StaticString) throws(WireFormatError) -> UInt64 {
        try expect(field, Wire.varint, what)
        return try varint()
    }
}
