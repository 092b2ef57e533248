/// Deployments that passed the gate: as much of them as a month's report is about, for as long as it is not kept.
package struct DeploymentLog: Additive, Sendable, Hashable {
    /// Oldest first, of the same places.
    private var times: [Int64] = []
    private var services: [String] = []

    /// Two months: one that goes on, and one that is not settled yet.
    private static let keptMilliseconds: Int64 = 62 * 86_400_000
    /// Older ones are dropped, and the report says from when on it has them.
    package static let countMax = 20_000

    package init() {}

    var weight: Int { times.count / 10 }

    struct Deployment: Hashable {
        var atMilliseconds: Int64
        var service: String
    }

    mutating func append(_ record: GateRecord) {
        times.append(record.atMilliseconds)
        services.append(record.service)
        let expired = times.prefix { $0 < record.atMilliseconds - Self.keptMilliseconds }.count
        let dropped = max(expired, times.count - Self.countMax)
        times.removeFirst(dropped)
        services.removeFirst(dropped)
    }

    /// From then on they are all there; nil when none had to be dropped for being too many.
    var completeSinceMilliseconds: Int64? { times.count < Self.countMax ? nil : times.first }

    /// Together with `records` of the time before this was kept.
    func deployments(from: Int64, to: Int64, _ records: [GateRecord]) -> [Deployment] {
        let first = times.first ?? .max
        let earlier = records.filter { $0.passed && $0.atMilliseconds < first }.map {
            Deployment(atMilliseconds: $0.atMilliseconds, service: $0.service)
        }
        let own = zip(times, services).map { Deployment(atMilliseconds: $0, service: $1) }
        return (earlier + own).filter { $0.atMilliseconds >= from && $0.atMilliseconds < to }
    }
}
