/// Bytes that are no batch of spans.
package struct SpanBatchError: Error, Hashable, Sendable, CustomStringConvertible {
    package var offset: Int
    package var message: String

    package var description: String { "byte \(offset): \(message)" }
}

extension SpanBatch {
    /// What `encoded` gave. Throws where the bytes are not such, before anything points outside of its array.
    package init(encoded raw: UnsafeRawBufferPointer) throws(SpanBatchError) {
        guard raw.count >= SpanBatchFormat.headerBytes else {
            throw SpanBatchError(offset: 0, message: "\(raw.count) bytes, less than a header")
        }
        var reader = SpanBatchReader(raw)
        let version: UInt32 = reader.take()
        guard version == SpanBatchFormat.version else {
            throw SpanBatchError(
                offset: 0, message: "version \(version), this program knows \(SpanBatchFormat.version)")
        }
        let counts = (0..<10).map { _ in Int(reader.take() as UInt32) }
        let rest = raw.count - SpanBatchFormat.headerBytes
        let fixed = SpanBatchFormat.bytesCount(counts)
        guard fixed <= rest else {
            throw SpanBatchError(offset: 4, message: "parts of \(fixed) bytes where \(rest) are left")
        }
        var lengths: [Int] = []
        for _ in 0..<counts[0] { lengths.append(Int(reader.take() as UInt32)) }
        guard lengths.reduce(fixed, +) == rest else {
            throw SpanBatchError(offset: 4, message: "\(rest) bytes, which are not those of its parts")
        }
        self.init()
        for length in lengths { table.append(reader.part(length)) }
        bytes = Array(reader.part(counts[1]))
        try read(&reader, counts)
    }

    private mutating func read(_ reader: inout SpanBatchReader, _ counts: [Int]) throws(SpanBatchError) {
        let limits = SpanBatchLimits(names: counts[0] + 1, counts)
        fields.reserveCapacity(counts[2])
        for _ in 0..<counts[2] {
            let payload: UInt64 = reader.take()
            let rest: UInt64 = reader.take()
            let name = reader.check(UInt32(truncatingIfNeeded: rest), below: limits.names)
            guard rest >> 41 == 0, let kind = LogBatch.Kind(rawValue: UInt8(truncatingIfNeeded: rest >> 32)) else {
                throw reader.damage("an attribute of unknown kind")
            }
            let field = Field(name: name, kind: kind, payload: payload, isElement: rest >> 40 == 1)
            if kind == .string, field.bytesRange.upperBound > limits.bytes {
                throw reader.damage("a text that is not in its batch")
            }
            fields.append(field)
        }
        spans.reserveCapacity(counts[3])
        for _ in 0..<counts[3] { spans.append(try reader.span(limits)) }
        for _ in 0..<counts[4] { events.append(reader.event(limits)) }
        for _ in 0..<counts[5] { links.append(reader.link(limits)) }
        for _ in 0..<counts[6] { resources.append(reader.resource(limits)) }
        scopes.removeAll()
        for _ in 0..<counts[7] { scopes.append(reader.scope(limits)) }
        for _ in 0..<counts[8] { errors.append(try reader.error(limits)) }
        for _ in 0..<counts[9] { frames.append(reader.frame(limits)) }
        guard reader.isWhole else { throw reader.damage("a number that points outside of its batch") }
    }
}

struct SpanBatchLimits {
    var names, bytes, fields, events, links, resources, scopes, frames: Int

    init(names: Int, _ counts: [Int]) {
        self.names = names
        bytes = counts[1]
        fields = counts[2]
        events = counts[4]
        links = counts[5]
        resources = counts[6]
        scopes = counts[7]
        frames = counts[9]
    }
}
