extension ProtobufReader {
    /// Name and value of a `Label`; what it leaves out is empty.
    static func labelPair(
        _ message: UnsafeRawBufferPointer, _ range: Range<Int>
    ) throws(WireFormatError) -> (name: Range<Int>, value: Range<Int>) {
        var reader = ProtobufReader(message, range)
        var name = range.lowerBound..<range.lowerBound
        var value = name
        while let field = try reader.next() {
            switch field.number {
            case 1:
                try reader.expect(field, ProtobufReader.Wire.bytes, "label name")
                name = try reader.range()
            case 2:
                try reader.expect(field, ProtobufReader.Wire.bytes, "label value")
                value = try reader.range()
            default: try reader.skip(field)
            }
        }
        return (name, value)
    }
}
