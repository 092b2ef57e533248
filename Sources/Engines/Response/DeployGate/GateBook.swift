/// What the gate remembers: changes that came to it, who broke the glass, which templates workloads ran with.
package struct GateBook: Additive, Sendable, Hashable {
    /// Oldest first.
    package private(set) var records: [GateRecord] = []
    /// Oldest first.
    package private(set) var glasses: [BreakGlass] = []
    /// By workload, digests of templates that ran with all their replicas, the newest last.
    private var templates: [String: [String]] = [:]

    /// Older ones are dropped.
    package static let recordsMax = 3000
    package static let glassesMax = 500
    /// Older templates of a workload are no longer known as its own; as many as Kubernetes keeps for undoing.
    private static let templatesMax = 10
    /// The templates of further workloads are not remembered: their rollbacks are changes like any other.
    private static let workloadsMax = 20_000

    package init() {}

    package func glass(for question: GateQuestion, at milliseconds: Int64) -> BreakGlass? {
        glasses.last {
            $0.isInForce(at: milliseconds) && $0.service == question.service
                && ($0.environment.isEmpty || $0.environment == question.environment)
        }
    }

    /// Whether a workload with this template goes back to what it ran with before.
    package func hasRun(_ digest: String, on workload: String) -> Bool {
        templates[workload]?.contains(digest) ?? false
    }

    package func latest(of service: String) -> GateRecord? { records.last { $0.service == service } }

    var weight: Int { records.count / 4 + glasses.count + templates.count / 4 }

    mutating func apply(_ input: GateInput, at now: Int64) {
        switch input {
        case .asked(let record):
            records.append(record)
            if records.count > Self.recordsMax { records.removeFirst(records.count - Self.recordsMax) }
            remember(record)
        case .glassBroken(let glass):
            glasses.append(glass)
            if glasses.count > Self.glassesMax { glasses.removeFirst(glasses.count - Self.glassesMax) }
        case .glassRestored(let id, let by):
            guard let index = glasses.lastIndex(where: { $0.id == id }), glasses[index].isInForce(at: now) else {
                return
            }
            glasses[index].restoredBy = by
            glasses[index].restoredAtMilliseconds = now
        }
    }

    private mutating func remember(_ record: GateRecord) {
        guard record.passed, let template = record.template, let from = template.from else { return }
        var known = templates[template.workload] ?? []
        known.removeAll { $0 == from }
        // What is rolled back from is nothing to roll back to, however well its replicas ran.
        if template.fromRan, record.change != .rollback { known.append(from) }
        if known.count > Self.templatesMax { known.removeFirst(known.count - Self.templatesMax) }
        if templates[template.workload] == nil, templates.count >= Self.workloadsMax { return }
        templates[template.workload] = known.isEmpty ? nil : known
    }
}
