internal import SignalModel

/// `%41` and `+` to what they stand for.
struct URLDecodeProcessor: Processor {
    private let work: TextWork

    init(_ options: inout ProcessorOptions) throws(PipelineDefinitionError) { work = try TextWork(&options) }

    func run(_ document: inout IngestDocument, in set: PipelineSet) throws(ProcessorFailure) {
        try work.run(&document) { text throws(ProcessorFailure) in .string(try Self.decoded(text)) }
    }

    private static func decoded(_ text: String) throws(ProcessorFailure) -> String {
        var bytes: [UInt8] = []
        var rest = Substring(text).utf8
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "+"): bytes.append(0x20)
            case UInt8(ascii: "%"):
                guard rest.count >= 2, let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16)
                else { throw ProcessorFailure("URLDecoder: Incomplete trailing escape (%) pattern in [\(text)]") }
                bytes.append(value)
                rest = rest.dropFirst(2)
            default: bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
