import SignalModel

/// Which of the alerts that fire each silence matches, kept while they come and go: whether an alert is silenced is a
/// look-up, and a silence that begins or ends names whom it concerns.
struct SilenceIndex: Sendable {
    /// Silences that are not expired, by one value they ask for with `=`; under nil those that ask for none.
    private var byPair: [Pair?: Set<String>] = [:]
    private var matched: [String: Set<UInt64>] = [:]
    private var silencesOf: [UInt64: [String]] = [:]
    /// The next time at which one begins or ends to count.
    private(set) var nextTurn: Int64 = .max

    private struct Pair: Sendable, Hashable {
        var name: String
        var value: String
    }

    private static func pair(of silence: Silence) -> Pair? {
        silence.matchers.first { $0.operation == .equal && !$0.value.isEmpty }.map {
            Pair(name: $0.name, value: $0.value)
        }
    }

    // MARK: Alerts

    mutating func insert(_ alert: UInt64, _ labels: [String: String], in book: SilenceBook) {
        remove(alert)
        let ids = candidates(labels).filter { book.silences[$0]?.matches(labels) ?? false }.sorted()
        guard !ids.isEmpty else { return }
        silencesOf[alert] = ids
        for id in ids { matched[id, default: []].insert(alert) }
    }

    mutating func remove(_ alert: UInt64) {
        for id in silencesOf.removeValue(forKey: alert) ?? [] { matched[id]?.remove(alert) }
    }

    // MARK: Silences

    /// `alerts` are all that fire, with their labels. Inserts into `changed` those that the silence concerns.
    mutating func insert(
        _ silence: Silence, alerts: some Sequence<(UInt64, [String: String])>, _ changed: inout Set<UInt64>
    ) {
        byPair[Self.pair(of: silence), default: []].insert(silence.id)
        var concerned: Set<UInt64> = []
        for (alert, labels) in alerts where silence.matches(labels) {
            concerned.insert(alert)
            silencesOf[alert] = ((silencesOf[alert] ?? []).filter { $0 != silence.id } + [silence.id]).sorted()
        }
        matched[silence.id] = concerned
        changed.formUnion(concerned)
    }

    mutating func remove(_ silence: Silence, _ changed: inout Set<UInt64>) {
        let pair = Self.pair(of: silence)
        byPair[pair]?.remove(silence.id)
        if byPair[pair]?.isEmpty == true { byPair[pair] = nil }
        for alert in matched.removeValue(forKey: silence.id) ?? [] {
            silencesOf[alert]?.removeAll { $0 == silence.id }
            if silencesOf[alert]?.isEmpty == true { silencesOf[alert] = nil }
            changed.insert(alert)
        }
    }

    /// Inserts into `changed` whom a silence concerns that began or ended to count after `before`, up to `now`.
    mutating func advance(from before: Int64, to now: Int64, _ book: SilenceBook, _ changed: inout Set<UInt64>) {
        var over: [Silence] = []
        for id in byPair.values.flatMap({ $0 }) {
            guard let silence = book.silences[id] else { continue }
            if silence.turningPoints.contains(where: { $0 > before && $0 <= now }) {
                changed.formUnion(matched[id] ?? [])
            }
            if silence.state(at: now) == .expired { over.append(silence) }
        }
        for silence in over { remove(silence, &changed) }
        plan(book, after: now)
    }

    mutating func plan(_ book: SilenceBook, after now: Int64) {
        nextTurn = .max
        for id in byPair.values.flatMap({ $0 }) {
            for time in book.silences[id]?.turningPoints ?? [] where time > now { nextTurn = min(nextTurn, time) }
        }
    }

    // MARK: Questions

    /// Silences that match an alert which fires, whether they count now or not.
    func silences(of alert: UInt64) -> [String] { silencesOf[alert] ?? [] }

    /// Alerts that fire and that silence `id` matches.
    func alerts(of id: String) -> Set<UInt64> { matched[id] ?? [] }

    /// Those that may match an alert of these labels.
    func candidates(_ labels: [String: String]) -> [String] {
        var ids = Array(byPair[nil] ?? [])
        if byPair.count > (byPair[nil] == nil ? 0 : 1) {
            for (name, value) in labels { ids += byPair[Pair(name: name, value: value)] ?? [] }
        }
        return ids
    }
}
