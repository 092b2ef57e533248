internal import SignalModel

/// `1.5kb` to a number of bytes.
struct BytesProcessor: Processor {
    private let work: TextWork

    private static let units: KeyValuePairs<String, Double> = [
        "pb": 1_125_899_906_842_624, "tb": 1_099_511_627_776, "gb": 1_073_741_824, "mb": 1_048_576, "kb": 1024,
        "p": 1_125_899_906_842_624, "t": 1_099_511_627_776, "g": 1_073_741_824, "m": 1_048_576, "k": 1024, "b": 1,
    ]

    init(_ options: inout ProcessorOptions) throws(PipelineDefinitionError) { work = try TextWork(&options) }

    func run(_ document: inout IngestDocument, in set: PipelineSet) throws(ProcessorFailure) {
        try work.run(&document) { text throws(ProcessorFailure) in .integer(try Self.bytes(text)) }
    }

    private static func bytes(_ text: String) throws(ProcessorFailure) -> Int64 {
        let lower = text.trimmed.lowercased()
        for (unit, factor) in units where lower.hasSuffix(unit) {
            guard let number = ConvertProcessor.double(String(lower.dropLast(unit.count))),
                let value = Int64(exactly: (number * factor).rounded(.down)), value >= 0
            else { break }
            return value
        }
        if lower == "0" || lower == "-1" { return Int64(lower) ?? 0 }
        throw ProcessorFailure(
            type: "parse_exception",
            "failed to parse setting [Ingest Field] with value [\(text)] as a size in bytes: unit is missing or unrecognized"
        )
    }
}
