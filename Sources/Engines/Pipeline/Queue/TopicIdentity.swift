/// What a document without an `_id` of its sender is called after it came by a topic: `TOPIC-PARTITION-OFFSET-TIME`.
///
/// Read twice it is the same document. The time, milliseconds since 1970, tells it from one of a topic that was removed
/// and made anew, whose offsets begin again.
package enum TopicIdentity {
    package static func text(topic: String, _ place: TopicPlace, receivedAt: Int64) -> String {
        "\(topic)-\(place.partition)-\(place.offset)-\(receivedAt / 1_000_000)"
    }

    /// The partition of a document of `topic` that is called so: what is said about it later must stand behind it.
    package static func partition(of identity: UnsafeRawBufferPointer, topic: String) -> Int32? {
        guard identity.starts(with: topic.utf8) else { return nil }
        let rest = identity.dropFirst(topic.utf8.count)
        let parts = rest.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
        guard parts.count == 4, parts[0].isEmpty, number(parts[2]) != nil, number(parts[3]) != nil else { return nil }
        return number(parts[1]).flatMap { Int32(exactly: $0) }
    }

    private static func number(_ digits: Slice<UnsafeRawBufferPointer>) -> Int64? {
        guard (1...19).contains(digits.count), digits.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }) else { return nil }
        return Int64(String(decoding: digits, as: UTF8.self))
    }
}
