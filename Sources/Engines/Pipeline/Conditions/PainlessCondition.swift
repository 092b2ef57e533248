internal import SignalModel

/// A condition of a processor, `if`, in a subset of Painless.
package struct PainlessCondition: Sendable {
    package let text: String
    private let statements: [PainlessStatement]
    private let variablesCount: Int

    /// Bytes of a script. Longer ones are refused.
    package static let bytesMax = 64 << 10

    package init(_ text: String) throws(PainlessError) {
        guard text.utf8.count <= Self.bytesMax else {
            throw PainlessError(line: 1, column: 1, message: "a script of more than \(Self.bytesMax) bytes")
        }
        self.text = text
        var parser = try PainlessParser(text)
        statements = try parser.script()
        variablesCount = parser.variablesCount
    }

    package func holds(for document: inout IngestDocument) throws(ProcessorFailure) -> Bool {
        var run = PainlessRun(document: document, variablesCount: variablesCount)
        defer { document.matching = run.matching }
        let result = try run.result(of: statements)
        if case .bool(let value) = result { return value }
        throw PainlessRun.failure("cannot cast from [\(result.javaClass)] to [boolean]")
    }
}
