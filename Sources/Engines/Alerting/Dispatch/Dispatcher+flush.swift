import Basics
import SignalModel

/// What alerts a group may tell of, as the dispatcher's owner knows it.
struct FlushContext {
    var configuration: RoutingConfiguration
    /// Alerts that fire.
    var alerts: AlertBook
    /// Silenced or inhibited now.
    var isSuppressed: (_ alert: UInt64, _ labels: [String: String]) -> Bool
    var now: Int64
}

extension Dispatcher {
    mutating func run(_ context: FlushContext, _ effects: inout DispatchEffects) {
        log.sweep(at: context.now)
        for id in timers.takeDue(at: context.now) {
            guard var group = groups.removeValue(forKey: id), !group.members.isEmpty else { continue }
            look(&group, context, &effects)
            groups[id] = group
        }
    }

    private mutating func look(
        _ group: inout AlertGroup, _ context: FlushContext, _ effects: inout DispatchEffects
    ) {
        let route = context.configuration.tree.routes[group.route]
        if !group.underWay.isEmpty {
            if context.now < group.deadlineMilliseconds {
                group.owesTick = true
                return setTimer(&group, group.deadlineMilliseconds)
            }
            giveUp(&group, &effects)
        }
        // Ticks keep their pace, but after a long sleep they do not come in a burst.
        let late = context.now - group.tickAtMilliseconds
        let interval = max(route.groupIntervalMilliseconds, 1)
        let from = late > 0 && late < interval && !group.owesTick ? group.tickAtMilliseconds : context.now
        group.tickAtMilliseconds = tick(from + interval, after: interval)
        group.owesTick = false
        group.hasFlushed = true
        flush(&group, route, context, &effects)
        if group.underWay.isEmpty { return finish(&group, at: context.now) }
        setTimer(&group, group.tickAtMilliseconds)
    }

    private mutating func giveUp(_ group: inout AlertGroup, _ effects: inout DispatchEffects) {
        for key in group.underWay.sorted() {
            inFlight[key] = nil
            effects.dropped.append(key)
        }
        group.underWay = []
        group.closing = []
    }

    private mutating func flush(
        _ group: inout AlertGroup, _ route: Route, _ context: FlushContext, _ effects: inout DispatchEffects
    ) {
        group.hasFailed = false
        group.deadlineMilliseconds =
            context.now + max(route.groupIntervalMilliseconds, Self.flushMinMilliseconds)
        group.closing = group.members.compactMap { id, member in
            member.ended == nil ? nil : AlertGroup.Closing(fingerprint: id, version: member.version)
        }
        guard context.configuration.mutes(route, at: context.now).isEmpty else { return }
        var firing: Set<UInt64> = []
        var resolved: Set<UInt64> = []
        for (id, member) in group.members {
            guard let labels = member.ended?.labels ?? context.alerts.firing[Fingerprint.text(id)]?.labels,
                !context.isSuppressed(id, labels)
            else { continue }
            if member.ended == nil { firing.insert(id) } else { resolved.insert(id) }
        }
        if firing.isEmpty, resolved.isEmpty { return }
        flushes += 1
        var known: [GroupNotification.Alert]?
        for integration in context.configuration.receivers[route.receiver]?.integrations ?? [] {
            let logKey = NotificationLog.key(
                group: group.key, receiver: route.receiver, integration: integration.id)
            guard
                let reason = log[logKey].reason(
                    firing: firing, resolved: resolved, sendsResolved: integration.sendsResolved,
                    repeatMilliseconds: route.repeatIntervalMilliseconds, at: context.now)
            else { continue }
            if firing.isEmpty, !integration.sendsResolved {
                log.log(
                    logKey, firing: firing, resolved: resolved,
                    repeatMilliseconds: route.repeatIntervalMilliseconds, at: context.now)
                continue
            }
            let all = known ?? Self.content(group, firing, resolved, context)
            known = all
            let key = "group/\(flushes)/\(route.receiver)/\(integration.id)"
            effects.notifications.append(
                Self.notification(
                    key, group, route.receiver, integration, reason,
                    integration.sendsResolved ? all : all.filter { $0.endedAtMilliseconds == nil }, log[logKey]))
            group.underWay.insert(key)
            inFlight[key] = InFlight(
                group: group.id, logKey: logKey, firing: firing, resolved: resolved,
                repeatMilliseconds: route.repeatIntervalMilliseconds)
        }
    }

    private static func content(
        _ group: AlertGroup, _ firing: Set<UInt64>, _ resolved: Set<UInt64>, _ context: FlushContext
    ) -> [GroupNotification.Alert] {
        var all: [GroupNotification.Alert] = []
        for (id, member) in group.members {
            if let ended = member.ended, resolved.contains(id) {
                let end = min(ended.endsAtMilliseconds, context.now)
                all.append(GroupNotification.Alert(alert: ended, endedAtMilliseconds: end))
            } else if firing.contains(id), let alert = context.alerts.firing[Fingerprint.text(id)] {
                all.append(GroupNotification.Alert(alert: alert, endedAtMilliseconds: nil))
            }
        }
        return all
    }

    private static func notification(
        _ key: String, _ group: AlertGroup, _ receiver: String, _ integration: Receiver.Integration,
        _ reason: NotificationReason, _ alerts: [GroupNotification.Alert], _ before: NotificationLog.Entry?
    ) -> GroupNotification {
        let kept = told(of: alerts, before).sorted(by: GroupNotification.Alert.inOrder)
        return GroupNotification(
            key: key, groupID: group.id, groupKey: group.key, receiver: receiver, integration: integration,
            reason: reason, groupLabels: group.labels, commonLabels: common(alerts.map(\.alert.labels)),
            commonAnnotations: common(alerts.map(\.alert.annotations)), alerts: kept,
            truncatedCount: alerts.count - kept.count)
    }

    /// All, or as many as one message holds: what the receiver does not know yet comes before what it does.
    private static func told(
        of alerts: [GroupNotification.Alert], _ before: NotificationLog.Entry?
    ) -> [GroupNotification.Alert] {
        let most = AlertingLimits.notificationAlertsMax
        guard alerts.count > most else { return alerts }
        func isKnown(_ alert: GroupNotification.Alert) -> Bool {
            let id = Fingerprint.number(alert.alert.fingerprint)
            return (alert.endedAtMilliseconds == nil ? before?.firing : before?.resolved)?.contains(id) ?? false
        }
        let sorted = alerts.sorted { $0.alert.fingerprint < $1.alert.fingerprint }
        let news = sorted.lazy.filter { !isKnown($0) }.prefix(most)
        return Array(news) + Array(sorted.lazy.filter(isKnown).prefix(most - news.count))
    }

    private static func common(_ all: [[String: String]]) -> [String: String] {
        guard var result = all.first else { return [:] }
        for other in all.dropFirst() where !result.isEmpty { result = result.filter { other[$0.key] == $0.value } }
        return result
    }

    // MARK: What became of a notification

    /// `isDelivered` false: it will not be, whatever is tried.
    mutating func finish(_ key: String, isDelivered: Bool, at now: Int64) {
        guard let flight = inFlight.removeValue(forKey: key) else { return }
        if isDelivered {
            log.log(
                flight.logKey, firing: flight.firing, resolved: flight.resolved,
                repeatMilliseconds: flight.repeatMilliseconds, at: now)
        }
        guard var group = groups.removeValue(forKey: flight.group) else { return }
        group.underWay.remove(key)
        if !isDelivered { group.hasFailed = true }
        if group.underWay.isEmpty { finish(&group, at: now) }
        groups[group.id] = group
    }

    private mutating func finish(_ group: inout AlertGroup, at now: Int64) {
        if !group.hasFailed {
            for closing in group.closing where group.members[closing.fingerprint]?.version == closing.version {
                group.members[closing.fingerprint] = nil
            }
        }
        group.closing = []
        if group.owesTick {
            setTimer(&group, now)
        } else if group.members.isEmpty {
            setTimer(&group, min(group.tickAtMilliseconds, now + Self.emptyGroupMilliseconds))
        } else {
            setTimer(&group, group.tickAtMilliseconds)
        }
    }
}

extension RoutingConfiguration {
    /// Names of time intervals that mute `route`; empty when it speaks.
    package func mutes(_ route: Route, at now: Int64) -> [String] {
        let time = Timestamp(milliseconds: now)
        func holds(_ name: String) -> Bool { intervals[name]?.contains { $0.contains(time) } ?? false }
        if !route.activeTimeIntervals.isEmpty, !route.activeTimeIntervals.contains(where: holds) {
            return route.activeTimeIntervals
        }
        return route.muteTimeIntervals.filter(holds)
    }
}
