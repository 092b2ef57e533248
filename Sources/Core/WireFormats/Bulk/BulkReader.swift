import Basics
import Glibc

/// Elasticsearch's bulk requests: a line that says what is to be done, and, but for deletions, a line with the document.
///
/// Splits and reads the actions; whether a document is one is `JSONObjectCheck`'s. Actions that cannot be read make the
/// whole request bad, as they do there: from then on nobody knows which line is which.
package struct BulkReader {
    /// Actions of one request; more are refused.
    package static let itemsMax = 1_000_000
    /// An action's line; a longer one is none.
    private static let actionBytesMax = 64 << 10

    private let bytes: UnsafeRawBufferPointer
    private var cursor = 0
    private var line = 0
    private var count = 0
    private var previousLine = 0..<0
    private var previous: BulkItem?

    package init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    package mutating func next() throws(WireFormatError) -> BulkItem? {
        guard let action = nextLine(skippingEmpty: true) else { return nil }
        count += 1
        guard count <= Self.itemsMax else {
            throw WireFormatError(.tooLarge, .line(line, column: 1), "more than \(Self.itemsMax) actions")
        }
        var item = try item(action)
        item.line = line
        item.source = 0..<0
        if item.operation != .delete {
            guard let source = nextLine(skippingEmpty: false) else {
                throw WireFormatError(
                    .malformed, .line(line, column: 1), "the action has no document behind it: the request is cut off"
                )
            }
            item.source = source
        }
        return item
    }

    /// Without what ends it.
    private mutating func nextLine(skippingEmpty: Bool) -> Range<Int>? {
        while cursor < bytes.count {
            let start = cursor
            var end = bytes.count
            if let found = memchr(bytes.baseAddress! + start, 0x0a, bytes.count - start) {
                end = UnsafeRawPointer(found) - bytes.baseAddress!
            }
            cursor = min(end + 1, bytes.count)
            line += 1
            if end > start, bytes[end - 1] == 0x0d { end -= 1 }
            if end > start || !skippingEmpty { return start..<end }
        }
        return nil
    }

    private mutating func item(_ range: Range<Int>) throws(WireFormatError) -> BulkItem {
        // Fast path: the same action again.
        if let previous, range.count == previousLine.count,
            memcmp(bytes.baseAddress! + range.lowerBound, bytes.baseAddress! + previousLine.lowerBound, range.count)
                == 0
        {
            return previous
        }
        guard range.count <= Self.actionBytesMax else {
            throw WireFormatError(.malformed, .line(line, column: 1), "an action of \(range.count) bytes")
        }
        let item = try BulkAction.read(UnsafeRawBufferPointer(rebasing: bytes[range]), line: line)
        previous = item
        previousLine = range
        return item
    }
}
