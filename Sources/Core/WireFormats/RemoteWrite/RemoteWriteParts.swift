/// A message of remote write 1.0 by its series, each as the bytes it stands in: any of them one after another are a
/// message again.
package struct RemoteWriteParts: Sendable {
    private let message: [UInt8]
    /// Where each series' field begins; the last one is the message's end.
    private let starts: [Int]
    /// Samples and histograms of each series.
    private let samples: [Int]

    /// Throws for what `RemoteWriteEncoder` does not write: anything but series.
    package init(_ message: [UInt8]) throws(WireFormatError) {
        self.message = message
        let found = message.withUnsafeBytes { bytes -> Result<([Int], [Int]), WireFormatError> in
            Result { () throws(WireFormatError) in try Self.walk(bytes) }
        }
        (starts, samples) = try found.get()
    }

    package var count: Int { samples.count }

    package func bytes(_ series: Range<Int>) -> [UInt8] {
        Array(message[starts[series.lowerBound]..<starts[series.upperBound]])
    }

    package func samples(_ series: Range<Int>) -> Int { samples[series].reduce(0, +) }

    private static func walk(_ bytes: UnsafeRawBufferPointer) throws(WireFormatError) -> ([Int], [Int]) {
        var starts = [0]
        var samples: [Int] = []
        var reader = ProtobufReader(bytes)
        while let field = try reader.next() {
            guard field.number == 1 else {
                throw WireFormatError(.malformed, .whole, "a message with more than series")
            }
            try reader.expect(field, ProtobufReader.Wire.bytes, "series")
            let range = try reader.range()
            var count = 0
            var inner = ProtobufReader(bytes, range)
            while let field = try inner.next() {
                if field.number == 2 || field.number == 4 { count += 1 }
                try inner.skip(field)
            }
            starts.append(range.upperBound)
            samples.append(count)
        }
        return (starts, samples)
    }
}
