/// An exception or a logged error that a service met once: an APM agent's `error`, an `exception` event of OpenTelemetry
/// (which stays an event of its span besides).
package struct ErrorOccurrence: Sendable, Hashable {
    package enum Handling: UInt8, Sendable, CaseIterable {
        case unknown, handled, unhandled
    }

    /// `TraceID.none` and 0 where it came about outside of any span.
    package var trace: TraceID
    package var span: UInt64
    /// The sender's id of the occurrence; `.none` when it gave none.
    package var id = TraceID.none
    package var timeNanoseconds: Int64
    package var resource: UInt32
    /// As `ValueError`; name 0 for none.
    package var type: UInt32 = 0
    /// The operation during which it came about; name 0 when that is not known.
    package var operation: UInt32 = 0
    /// Where, as the agent puts it; name 0 for none.
    package var culprit: UInt32 = 0
    package var handling = Handling.unknown
    /// In `bytes`.
    package var message: Range<UInt32> = 0..<0
    /// In `frames`, innermost first.
    package var frames: Range<UInt32> = 0..<0
    /// What else was said of it, in `fields`. Where there are no frames, `exception.stacktrace` may be the stack as text.
    package var fields: Range<UInt32> = 0..<0

    package init(trace: TraceID, span: UInt64, timeNanoseconds: Int64, resource: UInt32) {
        self.trace = trace
        self.span = span
        self.timeNanoseconds = timeNanoseconds
        self.resource = resource
    }
}

/// One call of a stack; name 0 and number 0 for what is not known.
package struct StackFrame: Sendable, Hashable {
    package var function: UInt32
    /// Class, package or module.
    package var module: UInt32
    package var file: UInt32
    package var line: UInt32
    package var column: UInt32
    /// Not the service's own code, by its agent's word.
    package var isLibrary: Bool

    package init(function: UInt32, module: UInt32, file: UInt32, line: UInt32, column: UInt32, isLibrary: Bool) {
        self.function = function
        self.module = module
        self.file = file
        self.line = line
        self.column = column
        self.isLibrary = isLibrary
    }
}
