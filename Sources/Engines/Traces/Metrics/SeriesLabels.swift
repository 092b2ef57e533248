import SignalModel

/// The labels of a family of series but for the name and `le`, by their names.
struct SeriesLabels {
    private let before: [(String, String)]
    private let after: [(String, String)]

    init(_ labels: [(name: String, value: String)]) {
        let sorted = labels.filter { !$0.value.isEmpty }.sorted {
            $0.name.utf8.lexicographicallyPrecedes($1.name.utf8)
        }
        before = sorted.filter { $0.name.utf8.lexicographicallyPrecedes("le".utf8) }.map { ($0.name, $0.value) }
        after = sorted.filter { !$0.name.utf8.lexicographicallyPrecedes("le".utf8) }.map { ($0.name, $0.value) }
    }

    /// Begins a series.
    func write(_ name: String, bound: String? = nil, to samples: inout SampleBatch) {
        samples.beginSeries { bytes in
            Self.append(Labels.metricName, name, to: &bytes)
            for (name, value) in before { Self.append(name, value, to: &bytes) }
            if let bound { Self.append("le", bound, to: &bytes) }
            for (name, value) in after { Self.append(name, value, to: &bytes) }
        }
    }

    private static func append(_ name: String, _ value: String, to bytes: inout [UInt8]) {
        for var piece in [name, value] {
            piece.withUTF8 { PackedLabels.append(UnsafeRawBufferPointer($0), to: &bytes) }
        }
    }

    /// A bound as Prometheus writes it.
    static func text(_ bound: Double) -> String {
        bound == bound.rounded() && abs(bound) < 1e15 ? "\(Int64(bound))" : bound.description
    }
}
