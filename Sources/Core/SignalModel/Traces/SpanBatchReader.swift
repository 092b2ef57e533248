/// Takes a batch's parts from bytes whose count was checked. What points outside is set to nothing and remembered.
struct SpanBatchReader {
    private let raw: UnsafeRawBufferPointer
    private var offset = 0
    /// That everything pointed inside so far.
    private(set) var isWhole = true

    init(_ raw: UnsafeRawBufferPointer) { self.raw = raw }

    func damage(_ message: String) -> SpanBatchError { SpanBatchError(offset: offset, message: message) }

    @inline(__always)
    mutating func take<Number: FixedWidthInteger>() -> Number {
        defer { offset += MemoryLayout<Number>.size }
        return Number(littleEndian: raw.loadUnaligned(fromByteOffset: offset, as: Number.self))
    }

    mutating func part(_ count: Int) -> UnsafeRawBufferPointer {
        defer { offset += count }
        return UnsafeRawBufferPointer(rebasing: raw[offset..<offset + count])
    }

    @inline(__always)
    mutating func check(_ number: UInt32, below limit: Int) -> UInt32 {
        if number < limit { return number }
        isWhole = false
        return 0
    }

    @inline(__always)
    private mutating func number(below limit: Int) -> UInt32 { check(take(), below: limit) }

    @inline(__always)
    private mutating func range(in limit: Int) -> Range<UInt32> {
        let start: UInt32 = take()
        let end: UInt32 = take()
        guard start <= end, end <= limit else {
            isWhole = false
            return 0..<0
        }
        return start..<end
    }

    private mutating func trace() -> TraceID { TraceID(high: take(), low: take()) }

    mutating func span(_ limits: SpanBatchLimits) throws(SpanBatchError) -> Span {
        var span = Span(trace: trace(), id: take(), startNanoseconds: 0, name: 0, resource: 0)
        span.parent = take()
        span.startNanoseconds = take()
        span.durationNanoseconds = take()
        span.weight = Double(bitPattern: take())
        span.name = number(below: limits.names)
        span.resource = number(below: limits.resources)
        span.scope = number(below: limits.scopes)
        let small: UInt32 = take()
        guard let kind = Span.Kind(rawValue: UInt8(truncatingIfNeeded: small)),
            let status = Span.Status(rawValue: UInt8(truncatingIfNeeded: small >> 8)),
            small >> 16 <= UInt32(Span.Flags.known)
        else { throw damage("a span of unknown kind, status or flags") }
        span.kind = kind
        span.status = status
        span.flags = Span.Flags(rawValue: UInt8(small >> 16))
        span.fields = range(in: limits.fields)
        span.events = range(in: limits.events)
        span.links = range(in: limits.links)
        span.statusMessage = range(in: limits.bytes)
        span.traceState = range(in: limits.bytes)
        return span
    }

    mutating func event(_ limits: SpanBatchLimits) -> SpanEvent {
        SpanEvent(
            timeNanoseconds: take(), name: number(below: limits.names), fields: range(in: limits.fields))
    }

    mutating func link(_ limits: SpanBatchLimits) -> SpanLink {
        SpanLink(
            trace: trace(), span: take(), fields: range(in: limits.fields), traceState: range(in: limits.bytes))
    }

    mutating func resource(_ limits: SpanBatchLimits) -> SpanResource {
        SpanResource(
            service: number(below: limits.names), environment: number(below: limits.names),
            version: number(below: limits.names), fields: range(in: limits.fields))
    }

    mutating func scope(_ limits: SpanBatchLimits) -> SpanScope {
        SpanScope(
            name: number(below: limits.names), version: number(below: limits.names),
            fields: range(in: limits.fields))
    }

    mutating func error(_ limits: SpanBatchLimits) throws(SpanBatchError) -> ErrorOccurrence {
        var error = ErrorOccurrence(trace: trace(), span: take(), timeNanoseconds: 0, resource: 0)
        error.id = trace()
        error.timeNanoseconds = take()
        error.resource = number(below: limits.resources)
        error.type = number(below: limits.names)
        error.operation = number(below: limits.names)
        error.culprit = number(below: limits.names)
        guard let handling = ErrorOccurrence.Handling(rawValue: UInt8(truncatingIfNeeded: take() as UInt32)) else {
            throw damage("an error of unknown handling")
        }
        error.handling = handling
        error.message = range(in: limits.bytes)
        error.frames = range(in: limits.frames)
        error.fields = range(in: limits.fields)
        return error
    }

    mutating func frame(_ limits: SpanBatchLimits) -> StackFrame {
        StackFrame(
            function: number(below: limits.names), module: number(below: limits.names),
            file: number(below: limits.names), line: take(), column: take(), isLibrary: take() as UInt32 != 0)
    }
}
