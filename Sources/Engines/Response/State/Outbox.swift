package import Basics
internal import HeapModule

/// Messages decided and not yet known to be delivered, and which of them may go now.
///
/// What is told of one page at one place keeps its order (a lane); one page's failing message holds up no other
/// page's. Of each place the most urgent message is known at once, however many wait.
package struct Outbox: Sendable {
    private struct Lane: Hashable {
        var place: ChannelReference
        var page: String
    }

    private struct Ready: Comparable {
        var urgency: OutboxEntry.Urgency
        var key: String
        static func < (left: Ready, right: Ready) -> Bool { left.urgency < right.urgency }
    }

    private var entries: GradualDictionary<String, OutboxEntry> = [:]
    /// Keys in the order of their decisions. Only the first of a lane is ready or waiting.
    private var lanes: GradualDictionary<Lane, [String]> = [:]
    private var keysByPage: GradualDictionary<String, Set<String>> = [:]
    private var readyKeys: Set<String> = []
    /// By place; entries whose key is not among `readyKeys` any more are stale, but never the first.
    private var ready: [ChannelReference: Heap<Ready>] = [:]
    private var waiting = TimerQueue()

    package init() {}

    package subscript(key: String) -> OutboxEntry? { entries[key] }
    package var values: some Collection<OutboxEntry> { entries.values }
    package var keys: some Collection<String> { entries.keys }
    package var count: Int { entries.count }
    package var isEmpty: Bool { entries.isEmpty }

    func keys(ofPage id: String) -> Set<String> { keysByPage[id] ?? [] }

    /// A second message of one key is none.
    mutating func insert(_ entry: OutboxEntry, at now: Int64) {
        guard entries[entry.key] == nil else { return }
        entries[entry.key] = entry
        keysByPage[entry.pageID, default: []].insert(entry.key)
        lanes[lane(entry), default: []].append(entry.key)
        if lanes[lane(entry)]?.first == entry.key { arm(entry, now) }
    }

    @discardableResult
    mutating func remove(_ key: String, at now: Int64) -> OutboxEntry? {
        guard let entry = entries.removeValue(forKey: key) else { return nil }
        keysByPage[entry.pageID]?.remove(key)
        if keysByPage[entry.pageID]?.isEmpty == true { keysByPage[entry.pageID] = nil }
        disarm(entry)
        let lane = lane(entry)
        lanes[lane]?.removeAll { $0 == key }
        if let next = lanes[lane]?.first {
            if !readyKeys.contains(next), waiting[next] == nil, let entry = entries[next] { arm(entry, now) }
        } else {
            lanes[lane] = nil
        }
        return entry
    }

    /// Puts a message that is there back, with its number of attempts and its due time as they are now.
    mutating func replace(_ entry: OutboxEntry, at now: Int64) {
        guard let old = entries[entry.key] else { return }
        disarm(old)
        entries[entry.key] = entry
        if lanes[lane(entry)]?.first == entry.key { arm(entry, now) }
    }

    /// Time has come to `now`: what waited for it is ready.
    mutating func advance(to now: Int64) {
        for key in waiting.takeDue(at: now) {
            if let entry = entries[key] { arm(entry, now) }
        }
    }

    /// Of each place that is not in `busy` the most urgent message that may go now, the most urgent first.
    package func mostUrgent(except busy: (ChannelReference) -> Bool) -> [OutboxEntry] {
        ready.filter { !busy($0.key) }.compactMap { $0.value.min }.sorted().compactMap { entries[$0.key] }
    }

    /// When the next message is due that is not due yet.
    package var nextDueMilliseconds: Int64? { waiting.next }

    private func lane(_ entry: OutboxEntry) -> Lane { Lane(place: entry.place, page: entry.laneID) }

    private mutating func arm(_ entry: OutboxEntry, _ now: Int64) {
        guard entry.dueAtMilliseconds <= now else { return waiting.set(entry.key, at: entry.dueAtMilliseconds) }
        readyKeys.insert(entry.key)
        ready[entry.place, default: Heap()].insert(Ready(urgency: entry.urgency, key: entry.key))
    }

    private mutating func disarm(_ entry: OutboxEntry) {
        waiting.set(entry.key, at: nil)
        guard readyKeys.remove(entry.key) != nil else { return }
        while let first = ready[entry.place]?.min, !readyKeys.contains(first.key) {
            ready[entry.place]?.removeMin()
        }
        if ready[entry.place]?.isEmpty == true { ready[entry.place] = nil }
    }
}

extension Outbox: Hashable {
    package static func == (left: Self, right: Self) -> Bool { left.entries == right.entries }
    package func hash(into hasher: inout Hasher) { hasher.combine(entries) }
}

extension Outbox: Codable {
    /// What is ready is known after `advance`.
    package init(from decoder: any Decoder) throws {
        let read = try GradualDictionary<String, OutboxEntry>(from: decoder)
        for entry in read.values.sorted(by: { $0.sequence < $1.sequence }) { insert(entry, at: .min) }
    }

    package func encode(to encoder: any Encoder) throws { try entries.encode(to: encoder) }
}
