internal import SignalModel

extension ProcessorStep {
    /// Runs `steps` in turn, until one fails for good or the document is done.
    static func run(
        _ steps: [ProcessorStep], _ document: inout IngestDocument, in set: PipelineSet
    ) throws(ProcessorFailure) {
        for step in steps {
            try step.run(&document, in: set)
            if document.isDone || document.isTerminated { return }
        }
    }

    /// What fails is ignored, or handled, or thrown with the step's name on it. Ignoring comes first, as in
    /// Elasticsearch.
    func run(_ document: inout IngestDocument, in set: PipelineSet) throws(ProcessorFailure) {
        do throws(ProcessorFailure) {
            document.stepsLeft -= 1
            guard document.stepsLeft >= 0 else {
                throw ProcessorFailure(
                    type: "step_budget_exception",
                    "the document took more than \(StepBudget.stepsMax) steps of processors")
            }
            if let condition {
                let holds = try condition.holds(for: &document)
                document.trace?.condition(self, holds)
                if !holds { return }
            }
            if type == "pipeline" { document.trace?.entered(self) }
            try body.run(&document, in: set)
            document.note { $0.succeeded(self, $1) }
        } catch {
            let failure = named(error, document)
            document.note { $0.failed(self, failure, $1) }
            // No more steps is for good.
            if document.stepsLeft < 0 { throw failure }
            if ignoresFailure { return }
            guard !onFailure.isEmpty else { throw failure }
            try Self.handle(failure, onFailure, &document, in: set)
        }
    }

    /// Runs handlers, which see in `_ingest` what failed.
    static func handle(
        _ failure: ProcessorFailure, _ handlers: [ProcessorStep], _ document: inout IngestDocument,
        in set: PipelineSet
    ) throws(ProcessorFailure) {
        document.ingest["on_failure_message"] = .string(failure.reason)
        document.ingest["on_failure_processor_type"] = failure.processorType.map { .string($0) } ?? .null
        document.ingest["on_failure_processor_tag"] = failure.processorTag.map { .string($0) } ?? .null
        document.ingest["on_failure_pipeline"] = failure.pipeline.map { .string($0) }
        defer {
            for name in ["message", "processor_type", "processor_tag", "pipeline"] {
                document.ingest["on_failure_" + name] = nil
            }
        }
        try run(handlers, &document, in: set)
    }

    /// The innermost processor that failed is the one that is named.
    private func named(_ failure: ProcessorFailure, _ document: IngestDocument) -> ProcessorFailure {
        guard failure.processorType == nil else { return failure }
        var failure = failure
        failure.processorType = type
        failure.processorTag = tag
        failure.pipeline = document.pipelines.last
        return failure
    }
}

extension IngestDocument {
    /// No processor of any pipeline runs any more.
    var isDone: Bool { isDropped || isRerouted }

    /// Adds to the trace, where there is one.
    fileprivate mutating func note(_ body: (inout SimulationTrace, IngestDocument) -> Void) {
        guard var trace else { return }
        self.trace = nil
        body(&trace, self)
        self.trace = trace
    }
}
