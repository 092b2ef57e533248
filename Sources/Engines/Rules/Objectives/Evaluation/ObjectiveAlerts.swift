import Basics
package import SignalModel

/// The alerts of one objective: which fire, since when. What it tells is told again each minute while it fires, and
/// once when it ends, as rules do.
package struct ObjectiveAlerts: Sendable {
    struct Key: Hashable, Sendable {
        var name: String
        var severity: Severity
    }

    private(set) var firing: [Key: ObservedAlert] = [:]

    static let burn = "ErrorBudgetBurn"
    static let consumption = "ErrorBudgetConsumed"
    static let uncounted = "ObjectiveNotCounted"
    package static let names: Set<String> = [burn, consumption, uncounted]
    /// The receiver takes an alert as ended when four repeats are missing.
    private static let repeatsMissing = 4

    init() {}

    /// What was told before a restart goes on, or is ended.
    init(restoring alerts: [ObservedAlert]) {
        for alert in alerts {
            guard let severity = Severity(rawValue: alert.labels["severity"]) else { continue }
            firing[Key(name: alert.labels["alertname"], severity: severity)] = alert
        }
    }

    /// What holds at one time.
    struct Condition {
        var key: Key
        var annotations: [(name: String, value: String)]
    }

    /// Takes the conditions that hold now and yields what to tell.
    mutating func update(
        _ conditions: [Condition], of objective: Objective, at time: Timestamp, _ context: ObjectiveContext
    ) -> [ObservedAlert] {
        var told: [ObservedAlert] = []
        let end = time + .milliseconds(Minute.milliseconds * Int64(Self.repeatsMissing))
        let holding = Dictionary(conditions.map { ($0.key, $0) }) { first, _ in first }
        for (key, alert) in firing where holding[key] == nil {
            var alert = alert
            alert.endsAt = time
            told.append(alert)
            firing[key] = nil
        }
        for (key, condition) in holding {
            // Of one kind only the worst begins, which says all that the milder ones would; what is told already
            // goes on.
            let isWorst = !holding.keys.contains {
                $0.name == key.name && $0.severity.rawValue < key.severity.rawValue
            }
            guard isWorst || firing[key] != nil else { continue }
            var alert = firing[key] ?? Self.alert(key, of: objective, at: time, context)
            alert.annotations = Labels(condition.annotations)
            alert.endsAt = end
            firing[key] = alert
            told.append(alert)
        }
        return told.sorted { $0.labels < $1.labels }
    }

    /// Ends all, as when the objective is gone.
    mutating func end(at time: Timestamp) -> [ObservedAlert] {
        defer { firing = [:] }
        return firing.values.map { alert in
            var alert = alert
            alert.endsAt = time
            return alert
        }
    }

    private static func alert(
        _ key: Key, of objective: Objective, at time: Timestamp, _ context: ObjectiveContext
    ) -> ObservedAlert {
        var builder = LabelsBuilder(context.externalLabels)
        objective.labels.forEach { builder.set($0, $1) }
        builder.set("alertname", key.name)
        builder.set("objective", objective.name)
        builder.set("service", objective.service)
        builder.set("severity", key.severity.rawValue)
        builder.set("kind", "work")
        return ObservedAlert(
            labels: builder.labels(), annotations: .empty, startsAt: time, endsAt: time,
            generatorURL: context.externalURL)
    }
}

/// What alerts and series of objectives need of the configuration.
package struct ObjectiveContext: Sendable, Hashable {
    package var externalLabels: Labels
    /// Without a trailing slash.
    package var externalURL: String

    package init(externalLabels: Labels, externalURL: String) {
        self.externalLabels = externalLabels
        self.externalURL = externalURL
    }
}

extension ObjectiveJudgement {
    /// What of the objective is in trouble now.
    func conditions(_ standing: ObjectiveStanding, minutesWithoutData: Int64) -> [ObjectiveAlerts.Condition] {
        burnConditions() + consumptionConditions(standing)
            + uncountedConditions(standing, minutesWithoutData: minutesWithoutData)
    }

    private func burnConditions() -> [ObjectiveAlerts.Condition] {
        objective.burnAlerts.compactMap { alert in
            guard (0...alert.hold.milliseconds / Minute.milliseconds).allSatisfy({ isBurning(alert, minutesAgo: $0) })
            else { return nil }
            let long = burn(alert.long)
            let short = alert.short.map { burn($0) }
            let windows = ([long] + (short.map { [$0] } ?? [])).map {
                "\(Self.percent(Double($0.badCount) / Double($0.totalCount))) bad over "
                    + DurationText.text(milliseconds: $0.window.milliseconds)
            }
            return .init(
                key: .init(name: ObjectiveAlerts.burn, severity: alert.severity),
                annotations: [
                    (
                        "summary",
                        "\(objective.name) spends its error budget \(Self.rounded(long.rate)) times too fast: "
                            + windows.joined(separator: ", ")
                    ),
                    (
                        "description",
                        "Fires above \(PlainDecimal.text(alert.factor)) times; \(long.badCount) of "
                            + "\(long.totalCount) events were bad. \(objective.description)"
                    ),
                ])
        }
    }

    private func isBurning(_ alert: BurnAlert, minutesAgo: Int64) -> Bool {
        let long = burn(alert.long, minutesAgo: minutesAgo)
        guard long.rate > alert.factor, long.badCount >= UInt64(objective.minimumBadEvents) else { return false }
        return alert.short.map { burn($0, minutesAgo: minutesAgo).rate > alert.factor } ?? true
    }

    /// One for each state of the policy that has begun: past half of the budget, past three quarters, all.
    private func consumptionConditions(_ standing: ObjectiveStanding) -> [ObjectiveAlerts.Condition] {
        let steps: [(BudgetPolicyState, Severity, String)] = [
            (.caution, .p3, "deploy with care"),
            (.criticalFixesOnly, .p2, "only critical fixes may be deployed"),
            (.frozen, .p1, "deployments are frozen"),
        ]
        return steps.filter { $0.0 <= standing.policyState }.map { state, severity, meaning in
            let easing = standing.easesAt.map { " It eases at \(RFC3339.format($0)) if nothing bad happens." } ?? ""
            return .init(
                key: .init(name: ObjectiveAlerts.consumption, severity: severity),
                annotations: [
                    (
                        "summary",
                        "\(objective.name) has spent \(Self.percent(objective.policy.edge(state))) of its error budget: "
                            + (objective.policy.decides ? meaning : "reported only")
                    ),
                    (
                        "description",
                        "\(Self.percent(standing.consumed)) is spent: \(standing.badCount) of "
                            + "\(standing.totalCount) events were bad.\(easing)"
                    ),
                ])
        }
    }

    private func uncountedConditions(
        _ standing: ObjectiveStanding, minutesWithoutData: Int64
    ) -> [ObjectiveAlerts.Condition] {
        guard minutesWithoutData > CountingLimits.minutesWithoutDataMax else { return [] }
        let reason = standing.problem ?? "no samples come"
        return [
            .init(
                key: .init(name: ObjectiveAlerts.uncounted, severity: .p2),
                annotations: [("summary", "\(objective.name) cannot be counted: \(reason)")])
        ]
    }

    static func percent(_ share: Double) -> String { rounded(share * 100) + " %" }

    static func rounded(_ value: Double) -> String { PlainDecimal.text((value * 100).rounded() / 100) }
}
