internal import SignalModel

/// What became of a document processor by processor, for a verbose `simulate`.
struct SimulationTrace: Sendable {
    struct Entry: Sendable {
        enum Status: String, Sendable {
            case success, error, skipped, dropped
            case errorIgnored = "error_ignored"
        }

        var type: String
        var tag: String?
        var description: String?
        var condition: (text: String, holds: Bool)?
        var status: Status
        var failure: ProcessorFailure?
        /// After it; nil when it failed or dropped it.
        var document: DocumentObject?
    }

    private(set) var entries: [Entry] = []
    private var passed: (text: String, holds: Bool)?

    mutating func condition(_ step: ProcessorStep, _ holds: Bool) {
        passed = (step.condition?.text ?? "", holds)
        if !holds { add(step, .skipped, nil, nil) }
    }

    /// A pipeline is about to be called: its processors follow.
    mutating func entered(_ step: ProcessorStep) { add(step, .success, nil, nil) }

    mutating func succeeded(_ step: ProcessorStep, _ document: IngestDocument) {
        if step.type == "pipeline" { return }
        add(step, document.isDropped ? .dropped : .success, nil, document)
    }

    mutating func failed(_ step: ProcessorStep, _ failure: ProcessorFailure, _ document: IngestDocument) {
        // What failed within it is there already.
        if step.type == "pipeline", failure.processorType != step.type { return }
        if step.ignoresFailure {
            add(step, .errorIgnored, failure, document)
        } else {
            add(step, .error, failure, nil)
        }
    }

    private mutating func add(
        _ step: ProcessorStep, _ status: Entry.Status, _ failure: ProcessorFailure?, _ document: IngestDocument?
    ) {
        let shown = document.flatMap { $0.isDropped ? nil : SimulationReply.shown($0) }
        entries.append(
            Entry(
                type: step.type, tag: step.tag, description: step.description,
                condition: step.condition == nil ? nil : passed, status: status, failure: failure, document: shown))
        passed = nil
    }
}
