package import SignalModel

/// What a query asks of `DISSECT` or `GROK`.
package struct PipeExtraction: Sendable, Hashable {
    package enum Kind: Sendable, Hashable {
        /// With what stands between values that make one column.
        case dissect(appendSeparator: String)
        case grok
    }

    package var kind: Kind
    /// Of several the first that matches counts.
    package var patterns: [String]
}

/// What takes columns out of texts. The language does not know how: pipelines have the same patterns, and whoever
/// brings both together passes it in.
package struct PipeExtractor: Sendable {
    /// Values of each column; nil when the text does not match. Throws when finding out takes too long.
    package typealias Match = @Sendable (String) throws -> [[DocumentValue]]?
    /// Throws when a pattern cannot be read.
    package typealias Maker = @Sendable (PipeExtraction) throws -> PipeExtractor

    package var columns: [String]
    package var match: Match

    package init(columns: [String], match: @escaping Match) {
        self.columns = columns
        self.match = match
    }
}

/// Appends what the texts of a column have; all of them nothing where none matches.
final class PipeExtractStage: PipeStage {
    private let input: PipeExpression
    private let extractor: PipeExtractor
    private let order: [Int]
    private let evaluation: PipeEvaluation
    private let cancellation: LogCancellation
    private let place: LogQueryError.Place

    init(
        _ input: PipeExpression, _ extractor: PipeExtractor, order: [Int], _ evaluation: PipeEvaluation,
        _ cancellation: LogCancellation, at place: LogQueryError.Place, next: PipeStage
    ) {
        self.input = input
        self.extractor = extractor
        self.order = order
        self.evaluation = evaluation
        self.cancellation = cancellation
        self.place = place
        super.init(next: next)
    }

    override func take(_ row: [PipeValue]) throws(LogQueryError) {
        // One text may take milliseconds, and a block has thousands.
        try cancellation.check()
        var found = [[PipeValue]](repeating: [], count: extractor.columns.count)
        for value in evaluation.value(input, row).values {
            guard let text = value.string, let values = try match(text) else { continue }
            for (column, some) in values.enumerated() { found[column] += some.map { PipeValue($0) } }
        }
        let all = row + found.map { $0.isEmpty ? .null : $0.count == 1 ? $0[0] : .several($0) }
        try next?.take(order.map { all[$0] })
    }

    private func match(_ text: String) throws(LogQueryError) -> [[DocumentValue]]? {
        do { return try extractor.match(text) } catch {
            throw LogQueryError(.tooLarge, "\(error), in the text \"\(text.prefix(100))\"", at: place)
        }
    }
}

extension PipeValue {
    fileprivate init(_ value: DocumentValue) {
        switch value {
        case .string(let text): self = .text(text)
        case .integer(let value): self = .long(value)
        case .double(let value): self = .double(value)
        case .bool(let value): self = .bool(value)
        case .null, .array, .object: self = .null
        }
    }
}
