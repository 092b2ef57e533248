/// Who is silenced and inhibited among the alerts that fire. Derived from them, the silences and the rules: not stored,
/// and rebuilt where a state was read.
struct SuppressionIndex: Sendable {
    var isBuilt = false
    var silences = SilenceIndex()
    var inhibitions = InhibitionIndex([])
    /// Alerts for which the answer may have changed since somebody asked.
    var changed: Set<UInt64> = []
    /// Silences are looked at up to here.
    var advancedTo: Int64 = .min

    init() {}

    init(_ configuration: RoutingConfiguration?, _ book: SilenceBook, _ alerts: AlertBook, at now: Int64) {
        isBuilt = true
        advancedTo = now
        inhibitions = InhibitionIndex(configuration?.inhibitions ?? [])
        let all = alerts.firing.map { (Fingerprint.number($0.key), $0.value.labels) }
        for (id, labels) in all { inhibitions.insert(id, labels, &changed) }
        for silence in book.silences.values where silence.state(at: now) != .expired {
            silences.insert(silence, alerts: all, &changed)
        }
        silences.plan(book, after: now)
        changed = Set(all.map(\.0))
    }
}

extension SuppressionIndex: Hashable, Codable {
    init(from decoder: any Decoder) throws {}
    func encode(to encoder: any Encoder) throws { _ = encoder.unkeyedContainer() }
    static func == (left: SuppressionIndex, right: SuppressionIndex) -> Bool { true }
    func hash(into hasher: inout Hasher) {}
}
