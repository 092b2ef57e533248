package import Alerting
package import Basics
import SignalModel

extension AlertRouting: Additive {}
extension TimerQueue: Additive {}

/// What is silenced or inhibited wakes nobody; what is so no longer does.
extension OperationsState {
    /// A silence that lasts less is over before anybody could use the reminder.
    private static let remindedSilenceMillisecondsMin: Int64 = 30 * 60_000
    /// So long before a silence ends, whoever made it is told what would burn then.
    static let reminderBeforeMilliseconds: Int64 = 15 * 60_000

    mutating func silence(_ draft: SilenceDraft, newID: String) {
        let replaced = draft.id
        guard let id = routing.silence(draft, newID: newID, alerts, at: now) else { return }
        if !replaced.isEmpty, replaced != id { silenceReminders.set(replaced, at: nil) }
        planReminder(id)
    }

    mutating func expireSilence(_ id: String) {
        routing.expireSilence(id, alerts, at: now)
        silenceReminders.set(id, at: nil)
    }

    mutating func approveSilence(_ id: String, by person: String) {
        routing.approveSilence(id, by: person, alerts, at: now)
    }

    /// Pages follow what is heard. After every change of alerts, silences and inhibition.
    mutating func followSuppression() {
        for fingerprint in routing.takeSuppressionChanges() {
            guard let alert = alerts.firing[fingerprint] else { continue }
            let suppression = routing.suppression(of: alert, at: now)
            if let id = open.id(ofAlert: fingerprint) {
                mark(fingerprint, suppression, in: id)
            } else if !suppression.isSuppressed, reopenAtMilliseconds[fingerprint] == nil {
                add(alert)
            }
        }
    }

    private mutating func mark(_ fingerprint: String, _ suppression: Suppression, in id: String) {
        guard suppression.isSuppressed != open[id]?.suppressed.contains(fingerprint) else { return }
        followQuiet(id, why: reason(suppression)) { table in
            table.change(id) { page in
                if suppression.isSuppressed {
                    page.suppressed.insert(fingerprint)
                } else {
                    page.suppressed.remove(fingerprint)
                }
            }
        }
    }

    /// Holds back or resumes a page when `body` changes whether any of its alerts is to be heard.
    mutating func followQuiet(_ id: String, why: String = "", _ body: (inout PageTable) -> Void) {
        let wasQuiet = open[id]?.isQuiet
        body(&open)
        guard let page = open[id], page.isQuiet != wasQuiet, !page.firing.isEmpty else { return }
        let (now, policy) = (nowMilliseconds, configuration.policy(page.severity))
        if page.isQuiet {
            open.change(id) { $0.quieten(now, why.isEmpty ? "what still fires is silenced or inhibited" : why) }
            dropPages(of: id)
        } else {
            open.change(id) { $0.resume(now, policy) }
        }
    }

    private func reason(_ suppression: Suppression) -> String {
        if let id = suppression.silencedBy.first, let silence = routing.silences.silences[id] {
            let until = RFC3339.format(Timestamp(milliseconds: silence.endsAtMilliseconds))
            return "silenced by \(silence.createdBy) until \(until): \(silence.comment)"
        }
        if let source = suppression.inhibitedBy.first {
            return "inhibited by \(alerts.firing[source]?.labels["alertname"] ?? source)"
        }
        return ""
    }

    // MARK: Reminders

    private mutating func planReminder(_ id: String) {
        guard let silence = routing.silences.silences[id],
            silence.endsAtMilliseconds - max(silence.startsAtMilliseconds, nowMilliseconds)
                >= Self.remindedSilenceMillisecondsMin
        else { return silenceReminders.set(id, at: nil) }
        silenceReminders.set(id, at: silence.endsAtMilliseconds - Self.reminderBeforeMilliseconds)
    }

    mutating func remindOfSilences() {
        for id in silenceReminders.takeDue(at: nowMilliseconds) {
            guard let silence = routing.silences.silences[id], silence.state(at: nowMilliseconds) == .active else {
                continue
            }
            let count = alerts.firing.values.count { silence.matches($0.labels) }
            if count > 0 { remind(silence, count) }
        }
    }

    private mutating func remind(_ silence: Silence, _ count: Int) {
        let alerts = count == 1 ? "1 alert" : "\(count) alerts"
        let until = RFC3339.format(Timestamp(milliseconds: silence.endsAtMilliseconds))
        let text = "the silence \(quoted(silence.comment)) ends at \(until) and \(alerts) under it still fire"
        let subject = Subject(
            pageID: "", severity: .p3, title: "Signalbox: \(text)", status: .firing,
            url: "\(configuration.externalURL)/silences/\(silence.id)", text: text)
        // A reminder rings nobody's phone.
        let own = (configuration.people[silence.createdBy]?.contacts ?? [])
            .filter { configuration.delivery.channel($0.channel).meter == nil }
            .map { ChannelReference(channel: $0.channel, address: $0.address, person: silence.createdBy) }
        for place in own.isEmpty ? configuration.announce.map({ ChannelReference(channel: $0) }) : own {
            put(
                Notification(
                    key: "silence/\(silence.id)/\(silence.endsAtMilliseconds)/\(place.channel)/\(place.address)",
                    channel: place, kind: .selfAlarm, subject: subject, decidedAt: now))
        }
    }
}

extension Page {
    /// Alerts fire and none of them is to be heard.
    var isQuiet: Bool { !firing.isEmpty && suppressed.count >= firing.count }

    mutating func quieten(_ now: Int64, _ why: String) {
        leadAtMilliseconds = nil
        if status != .acknowledged {
            status = .silenced
            nextLevelAtMilliseconds = nil
            snoozedUntilMilliseconds = nil
        }
        log(now, .silenced, why)
    }

    /// As if it had begun now: who was told before the silence may have gone home.
    mutating func resume(_ now: Int64, _ policy: SeverityPolicy) {
        leadAtMilliseconds = policy.leadAfterMilliseconds.map { now + $0 }
        if status == .silenced {
            status = .open
            acknowledgedBy = nil
            level = 0
            episode += 1
            nextLevelAtMilliseconds = policy.pageAfterMilliseconds.map { now + $0 }
        }
        log(now, .silenceEnded, "the silence is over and it still fires")
    }
}
