/// Cuts a stream of syslog into messages (RFC 6587): each either behind its length and a blank, or ended by a newline or
/// a zero byte. Senders may mix both.
package struct SyslogFrames {
    /// A longer message ends the connection: its sender and we do not agree where messages begin.
    package static let messageBytesMax = 1 << 20

    package struct TooLong: Error {}

    private var pending: [UInt8] = []

    package init() {}

    /// Calls `body` with each message that is whole.
    package mutating func take(
        _ bytes: some Collection<UInt8>, _ body: (ArraySlice<UInt8>) -> Void
    ) throws(TooLong) {
        pending.append(contentsOf: bytes)
        var start = 0
        defer { pending.removeSubrange(..<start) }
        while start < pending.count {
            guard let (message, next) = try frame(at: start) else { return }
            if !message.isEmpty { body(pending[message]) }
            start = next
        }
    }

    /// What is left when the connection ends.
    package mutating func finish(_ body: (ArraySlice<UInt8>) -> Void) {
        if !pending.isEmpty, !isCounted(at: 0) { body(pending[...]) }
        pending = []
    }

    private func isCounted(at start: Int) -> Bool { pending[start] &- 0x31 < 9 }

    private func frame(at start: Int) throws(TooLong) -> (Range<Int>, next: Int)? {
        if isCounted(at: start) {
            var count = 0
            var cursor = start
            while cursor < pending.count, pending[cursor] &- 0x30 < 10 {
                count = count * 10 + Int(pending[cursor] &- 0x30)
                guard count <= Self.messageBytesMax else { throw TooLong() }
                cursor += 1
            }
            guard cursor < pending.count else { return nil }
            if pending[cursor] == 0x20 {
                let end = cursor + 1 + count
                return end <= pending.count ? (cursor + 1..<end, end) : nil
            }
        }
        guard let end = pending[start...].firstIndex(where: { $0 == 0x0a || $0 == 0 }) else {
            guard pending.count - start <= Self.messageBytesMax else { throw TooLong() }
            return nil
        }
        let isReturned = end > start && pending[end - 1] == 0x0d
        return (start..<(isReturned ? end - 1 : end), end + 1)
    }
}
