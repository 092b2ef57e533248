extension SpanBatch {
    /// Its bytes as they lie in a queue; docs/formats/span-batch.md tells them.
    package func encoded() -> [UInt8] {
        let count = SpanBatchFormat.bytesCount(of: self)
        return [UInt8](unsafeUninitializedCapacity: count) { buffer, written in
            var writer = SpanBatchWriter(UnsafeMutableRawBufferPointer(buffer))
            write(to: &writer)
            written = writer.offset
        }
    }

    private func write(to writer: inout SpanBatchWriter) {
        writer.put(UInt32(SpanBatchFormat.version))
        for count in SpanBatchFormat.counts(of: self) { writer.put(UInt32(count)) }
        for number in 1..<max(1, names.count) { table.withBytes(of: number) { writer.put(UInt32($0.count)) } }
        for number in 1..<max(1, names.count) { table.withBytes(of: number) { writer.put($0) } }
        bytes.withUnsafeBytes { writer.put($0) }
        for field in fields {
            writer.put(field.payload)
            writer.put(
                UInt64(field.name) | UInt64(field.kind.rawValue) << 32 | (field.isElement ? UInt64(1) << 40 : 0))
        }
        for span in spans { write(span, to: &writer) }
        for event in events {
            writer.put(event.timeNanoseconds)
            writer.put(event.name)
            writer.put(event.fields)
        }
        for link in links {
            writer.put(link.trace)
            writer.put(link.span)
            writer.put(link.fields)
            writer.put(link.traceState)
        }
        for resource in resources {
            writer.put(resource.service)
            writer.put(resource.environment)
            writer.put(resource.version)
            writer.put(resource.fields)
        }
        for scope in scopes {
            writer.put(scope.name)
            writer.put(scope.version)
            writer.put(scope.fields)
        }
        for error in errors { write(error, to: &writer) }
        for frame in frames {
            writer.put(frame.function)
            writer.put(frame.module)
            writer.put(frame.file)
            writer.put(frame.line)
            writer.put(frame.column)
            writer.put(UInt32(frame.isLibrary ? 1 : 0))
        }
    }

    private func write(_ span: Span, to writer: inout SpanBatchWriter) {
        writer.put(span.trace)
        writer.put(span.id)
        writer.put(span.parent)
        writer.put(span.startNanoseconds)
        writer.put(span.durationNanoseconds)
        writer.put(span.weight.bitPattern)
        writer.put(span.name)
        writer.put(span.resource)
        writer.put(span.scope)
        writer.put(
            UInt32(span.kind.rawValue) | UInt32(span.status.rawValue) << 8 | UInt32(span.flags.rawValue) << 16)
        writer.put(span.fields)
        writer.put(span.events)
        writer.put(span.links)
        writer.put(span.statusMessage)
        writer.put(span.traceState)
    }

    private func write(_ error: ErrorOccurrence, to writer: inout SpanBatchWriter) {
        writer.put(error.trace)
        writer.put(error.span)
        writer.put(error.id)
        writer.put(error.timeNanoseconds)
        writer.put(error.resource)
        writer.put(error.type)
        writer.put(error.operation)
        writer.put(error.culprit)
        writer.put(UInt32(error.handling.rawValue))
        writer.put(error.message)
        writer.put(error.frames)
        writer.put(error.fields)
    }
}

enum SpanBatchFormat {
    static let version = 1
    static let headerBytes = 4 + 10 * 4
    static let fieldBytes = 16
    static let spanBytes = 112
    static let eventBytes = 20
    static let linkBytes = 40
    static let resourceBytes = 20
    static let scopeBytes = 16
    static let errorBytes = 92
    static let frameBytes = 24

    /// In the order in which the parts follow one another; names without the first, which is empty.
    static func counts(of batch: SpanBatch) -> [Int] {
        [
            batch.names.count - 1, batch.bytes.count, batch.fields.count, batch.spans.count, batch.events.count,
            batch.links.count, batch.resources.count, batch.scopes.count, batch.errors.count, batch.frames.count,
        ]
    }

    static func bytesCount(of batch: SpanBatch) -> Int {
        headerBytes + batch.table.bytesCount + bytesCount(counts(of: batch))
    }

    /// Of everything behind the header but the names' own bytes.
    static func bytesCount(_ counts: [Int]) -> Int {
        let sizes = [
            4, 1, fieldBytes, spanBytes, eventBytes, linkBytes, resourceBytes, scopeBytes, errorBytes, frameBytes,
        ]
        return zip(counts, sizes).reduce(0) { $0 + $1.0 * $1.1 }
    }
}

/// Little-endian numbers, one after another, into room that was reckoned before.
struct SpanBatchWriter {
    private let buffer: UnsafeMutableRawBufferPointer
    private(set) var offset = 0

    init(_ buffer: UnsafeMutableRawBufferPointer) { self.buffer = buffer }

    @inline(__always)
    mutating func put<Number: FixedWidthInteger>(_ number: Number) {
        buffer.storeBytes(of: number.littleEndian, toByteOffset: offset, as: Number.self)
        offset += MemoryLayout<Number>.size
    }

    @inline(__always)
    mutating func put(_ range: Range<UInt32>) {
        put(range.lowerBound)
        put(range.upperBound)
    }

    @inline(__always)
    mutating func put(_ id: TraceID) {
        put(id.high)
        put(id.low)
    }

    mutating func put(_ part: UnsafeRawBufferPointer) {
        guard part.count > 0 else { return }
        UnsafeMutableRawBufferPointer(rebasing: buffer[offset..<offset + part.count]).copyMemory(from: part)
        offset += part.count
    }
}
