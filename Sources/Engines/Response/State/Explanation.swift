package import Alerting
package import Basics
package import SignalModel

/// What would happen, and when, if an alert of some labels began to fire now.
package struct Explanation: Sendable, Hashable {
    package struct RouteLine: Sendable, Hashable {
        package var route: String
        package var receiver: String
        package var integrations: [String]
        package var groupKey: String
        /// Of its group that fires already; zero: it would open one.
        package var membersCount: Int
        /// When the receiver would hear of it; nil while something keeps it silent.
        package var tellsAtMilliseconds: Int64?
        /// From then on, while it fires and nothing changes.
        package var repeatsEveryMilliseconds: Int64
        package var mutedBy: [String]
        package var reason: String
    }

    package struct Step: Sendable, Hashable {
        package var atMilliseconds: Int64
        package var text: String
    }

    package var labels: [String: String]
    package var atMilliseconds: Int64
    package var severity: Severity
    /// The label `severity` was none of P0 to P3.
    package var isSeverityAssumed: Bool
    package var suppression: Suppression
    /// Silences that match and do not count: pending, or not approved for P0; and why.
    package var idleSilences: [String: String]
    package var routes: [RouteLine]
    /// The page it would join; nil: it would open one.
    package var page: String?
    /// What the severity's policy does, in order; empty while it is suppressed.
    package var steps: [Step]
}

extension OperationsState {
    package func explanation(of labels: [String: String], at time: Timestamp) -> Explanation {
        let named = labels["severity"].flatMap(Severity.init(rawValue:))
        let severity = named ?? .p2
        let suppression = routing.suppression(of: labels, at: time)
        var result = Explanation(
            labels: labels, atMilliseconds: time.milliseconds, severity: severity, isSeverityAssumed: named == nil,
            suppression: suppression, idleSilences: idleSilences(labels, severity, at: time.milliseconds), routes: [],
            page: open.id(ofGroup: pageGroup(labels, severity).key), steps: [])
        for route in routing.configuration?.tree.match(labels) ?? [] {
            result.routes.append(line(route, labels, severity, suppression, at: time.milliseconds))
        }
        if !suppression.isSuppressed { result.steps = steps(severity, page: result.page, at: time.milliseconds) }
        return result
    }

    private func idleSilences(
        _ labels: [String: String], _ severity: Severity, at now: Int64
    ) -> [String: String] {
        var result: [String: String] = [:]
        for silence in routing.silences.silences.values
        where silence.state(at: now) != .expired && silence.matches(labels)
            && !silence.counts(forP0: severity == .p0, at: now)
        {
            result[silence.id] =
                silence.state(at: now) == .pending
                ? "begins \(RFC3339.format(Timestamp(milliseconds: silence.startsAtMilliseconds)))"
                : "counts for P0 only once a second person approves it"
        }
        return result
    }

    private func line(
        _ route: Route, _ labels: [String: String], _ severity: Severity, _ suppression: Suppression, at now: Int64
    ) -> Explanation.RouteLine {
        let group = routing.dispatcher.group(of: labels, in: route)
        let firing = group?.members.values.filter { $0.ended == nil }.count ?? 0
        let muted = routing.configuration?.mutes(route, at: now) ?? []
        var tells: Int64?
        let reason: String
        if suppression.isSuppressed {
            reason = "suppressed: looked at again at each tick"
        } else if !muted.isEmpty {
            reason = "the route is muted now: looked at again at each tick"
        } else if severity == .p0 {
            (tells, reason) = (now, "a P0 waits for no group")
        } else if let group, group.hasFlushed {
            (tells, reason) = (group.tickAtMilliseconds, "its group was told before: at the next group_interval")
        } else if let group {
            (tells, reason) = (group.tickAtMilliseconds, "with its group, which waits for group_wait")
        } else {
            (tells, reason) = (now + route.groupWaitMilliseconds, "a new group, after group_wait")
        }
        let interval = max(route.groupIntervalMilliseconds, 1)
        // Looked at only at ticks, and then more than repeat_interval must have passed.
        let ticks = route.repeatIntervalMilliseconds / interval + 1
        return Explanation.RouteLine(
            route: route.key, receiver: route.receiver,
            integrations: routing.configuration?.receivers[route.receiver]?.integrations.map(\.id) ?? [],
            groupKey: routing.dispatcher.groupKey(of: labels, in: route), membersCount: firing,
            tellsAtMilliseconds: tells, repeatsEveryMilliseconds: ticks * interval, mutedBy: muted, reason: reason)
    }

    private func steps(_ severity: Severity, page: String?, at now: Int64) -> [Explanation.Step] {
        if let page, let open = open[page] {
            let next = open.nextLevelAtMilliseconds
            return [
                Explanation.Step(
                    atMilliseconds: next ?? now,
                    text: "joins page \(page), \(open.status.rawValue)"
                        + (next == nil
                            ? "; nobody more is paged" : "; level \(open.level + 1) is paged unless acknowledged"))
            ]
        }
        let policy = configuration.policy(severity)
        var steps: [Explanation.Step] = []
        func add(_ after: Int64, _ text: String) {
            steps.append(Explanation.Step(atMilliseconds: now + after, text: text))
        }
        if policy.announces, !configuration.announce.isEmpty {
            add(0, "announced in \(configuration.announce.joined(separator: ", "))")
        }
        if policy.mailsOnly {
            let people = onCall(configuration.levels.first?.people ?? [], at: now).text
            add(0, "mail to \(people.isEmpty ? "nobody" : people); nobody is paged")
        }
        if var after = policy.pageAfterMilliseconds {
            for (index, level) in configuration.levels.enumerated() {
                var people = level.people
                if index == 1, severity == .p0, let secondary = configuration.secondary, !people.contains(secondary) {
                    people.append(secondary)
                }
                add(after, "level \(index + 1), unless acknowledged: \(onCall(people, at: now + after).text)")
                after += max(level.waitMilliseconds ?? policy.levelWaitMilliseconds, 1000)
            }
        }
        if let after = policy.leadAfterMilliseconds, let lead = configuration.lead {
            add(after, "unless resolved, acknowledged or not: \(onCall([lead], at: now + after).text)")
        }
        return steps.enumerated().sorted {
            ($0.element.atMilliseconds, $0.offset) < ($1.element.atMilliseconds, $1.offset)
        }.map(\.element)
    }
}
