import Basics
import SignalModel

/// An error as a record of the store.
struct ErrorRecord {
    private let error: ErrorOccurrence
    private let batch: SpanBatch

    init(_ error: ErrorOccurrence, _ batch: SpanBatch) {
        self.error = error
        self.batch = batch
    }

    func append(
        to log: inout LogBatch, shared: [LogBatch.Field], attribute: (UInt32, inout LogBatch) -> UInt32
    ) {
        func add(_ name: String, _ text: String, _ log: inout LogBatch) {
            if !text.isEmpty { log.add(log.number(of: name), string: text) }
        }
        if !error.trace.isNone { add(SpanFields.trace, error.trace.hexadecimal, &log) }
        if error.span != 0 { add(SpanFields.span, SpanID(error.span).hexadecimal, &log) }
        if !error.id.isNone { add(SpanFields.errorID, error.id.hexadecimal, &log) }
        let type = batch.name(error.type)
        let message = batch.text(error.message)
        add(SpanFields.errorType, type, &log)
        add(SpanFields.errorMessage, message, &log)
        add(SpanFields.name, batch.name(error.operation), &log)
        var stack = StackText(frames: batch.frames[error.framesRange].map { StackText.Frame($0, batch) })
        for field in shared { log.add(field.name, field: field) }
        for place in error.fields {
            let field = batch.fields[Int(place)]
            let name = batch.name(field.name)
            // A text instead of frames: OpenTelemetry has no others.
            if name == "exception.stacktrace" || name == "stack_trace", field.kind == .string {
                if stack.frames.isEmpty { stack = StackText(text: batch.text(of: field)) }
                continue
            }
            log.add(attribute(field.name, &log), field: field)
        }
        let culprit = batch.name(error.culprit)
        add(SpanFields.errorCulprit, culprit.isEmpty ? stack.culprit : culprit, &log)
        add(SpanFields.errorStack, stack.text, &log)
        if error.handling != .unknown {
            log.add(log.number(of: SpanFields.errorHandled), bool: error.handling == .handled)
        }
        add(SpanFields.errorGroup, ErrorGroupKey(type: type, message: message, stack: stack).text, &log)
    }
}

extension ErrorOccurrence {
    fileprivate var framesRange: Range<Int> { Int(frames.lowerBound)..<Int(frames.upperBound) }
}
