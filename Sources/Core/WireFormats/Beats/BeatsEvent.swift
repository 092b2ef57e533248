internal import Glibc

/// A document as Beats put it into Kafka: where it is to go stands under `@metadata`, which is no part of it.
///
/// Filebeat, Metricbeat and their kin write `beat`, `type` and `version` there always; `raw_index`, `pipeline`, `_id`
/// and `op_type` where their configuration or an input asks for them. (beats/libbeat/outputs/codec/json)
package struct BeatsEvent: Sendable, Equatable {
    /// Nil when the event says none, and comes from no Beat.
    package var index: String?
    package var identity: String?
    package var pipeline: String?
    /// Takes the place of the document with its identity; else the one that is there stays.
    package var replaces = false
    /// What is left of the document, where something was taken out of it.
    package var source: [UInt8]?

    package init() {}

    /// `value` is an object by `JSONObjectCheck`. Of an object without `@metadata` all is nil.
    package static func read(_ value: UnsafeRawBufferPointer) throws(WireFormatError) -> BeatsEvent {
        var event = BeatsEvent()
        guard let member = try metadataMember(value) else { return event }
        let metadata = try JSONValue(parsing: Array(value[member.value]))
        guard case .object = metadata else { return event }
        func text(_ name: String) -> String? {
            metadata[name]?.scalarText.flatMap { $0.isEmpty ? nil : $0 }
        }
        event.index = text("raw_index")
        if event.index == nil, let beat = text("beat") {
            event.index = text("version").map { "\(beat)-\($0)" } ?? beat
        }
        event.identity = text("_id")
        event.pipeline = text("pipeline")
        event.replaces = text("op_type") == "index"
        var source = Array(value[..<member.whole.lowerBound])
        source.append(contentsOf: value[member.whole.upperBound...])
        event.source = source
        return event
    }

    /// Where the member stands, one of the commas beside it included, and where its value does.
    private static func metadataMember(
        _ value: UnsafeRawBufferPointer
    ) throws(WireFormatError) -> (whole: Range<Int>, value: Range<Int>)? {
        guard mentionsMetadata(value) else { return nil }
        var scanner = JSONScanner(Array(value))
        guard try scanner.peek() == .object else { return nil }
        scanner.open()
        var isFirst = true
        var isLeading = true
        while true {
            // At the comma before the member, or at the member when it is the first.
            let start = scanner.cursor
            guard try scanner.hasNext(&isFirst, until: "}") else { return nil }
            let name = scanner.cursor
            let isMetadata = try scanner.key().elementsEqual("@metadata".utf8)
            _ = try scanner.peek()
            let valueStart = scanner.cursor
            try scanner.skip()
            let end = scanner.cursor
            if isMetadata {
                guard isLeading else { return (start..<end, valueStart..<end) }
                // The first of several takes the comma behind it along.
                var isFirst = false
                let hasMore = try scanner.hasNext(&isFirst, until: "}")
                return (name..<(hasMore ? scanner.cursor : end), valueStart..<end)
            }
            isLeading = false
        }
    }

    private static func mentionsMetadata(_ value: UnsafeRawBufferPointer) -> Bool {
        let name: StaticString = "@metadata\""
        var cursor = 0
        while let base = value.baseAddress, value.count - cursor >= name.utf8CodeUnitCount,
            let found = memchr(base + cursor, Int32(name.utf8Start[0]), value.count - cursor)
        {
            let start = found - UnsafeMutableRawPointer(mutating: base)
            guard value.count - start >= name.utf8CodeUnitCount else { return false }
            if memcmp(found, name.utf8Start, name.utf8CodeUnitCount) == 0 { return true }
            cursor = start + 1
        }
        return false
    }
}
