import Alerting
import Basics
import SignalModel

/// What is to be told to whom, and what came of it.
extension OperationsState {
    /// P3: by mail, for information.
    mutating func mail(_ person: String, _ id: String) {
        for contact in configuration.people[person]?.contacts ?? []
        where configuration.mailChannels.contains(contact.channel) {
            let place = ChannelReference(channel: contact.channel, address: contact.address, person: person)
            send(.announcement, to: place, id)
        }
    }

    mutating func send(
        _ kind: Notification.Kind, to place: ChannelReference, _ id: String, actor: String = "", variant: String = ""
    ) {
        if kind == .page, let page = open[id], !mayWake(place, page, variant) { return }
        if kind == .page || kind == .announcement {
            open.change(id) { page in
                if !page.told.contains(place) { page.told.append(place) }
            }
        }
        guard let page = open[id] else { return }
        enqueue(kind, to: place, page, actor: actor, variant: variant)
    }

    mutating func enqueue(
        _ kind: Notification.Kind, to place: ChannelReference, _ page: Page, actor: String = "", variant: String = ""
    ) {
        // The same decision always has the same key; a page paged again after a snooze or a silence is another decision.
        let episode = kind == .page ? "/\(page.level)/\(page.episode)" : ""
        let key = "\(page.id)/\(kind.rawValue)\(episode)/\(variant)/\(place.channel)/\(place.address)"
        guard outbox[key] == nil else { return }
        put(
            Notification(key: key, channel: place, kind: kind, subject: subject(page, kind, actor), decidedAt: now),
            variant: variant)
    }

    mutating func tellOwners(_ text: String, about id: String) {
        for channel in configuration.owners {
            let key = "self/\(sequence)/\(outboxSequence)/\(channel)"
            let subject = Subject(
                pageID: id, severity: open[id]?.severity ?? .p2, title: "Signalbox: \(text)", status: .firing,
                url: url(id), text: text)
            put(
                Notification(
                    key: key, channel: ChannelReference(channel: channel), kind: .selfAlarm, subject: subject,
                    decidedAt: now))
        }
    }

    mutating func put(_ notification: Notification, variant: String = "") {
        outboxSequence += 1
        let entry = OutboxEntry(
            sequence: outboxSequence, notification: notification, variant: variant.isEmpty ? nil : variant,
            dueAtMilliseconds: nowMilliseconds)
        outbox.insert(entry, at: nowMilliseconds)
    }

    /// Takes back messages that would wake somebody for what is in hand or over.
    mutating func dropPages(of id: String) {
        for key in outbox.keys(ofPage: id) where outbox[key]?.notification.kind == .page {
            outbox.remove(key, at: nowMilliseconds)
        }
        for key in deliveries.drop(id) { outbox.remove(key, at: nowMilliseconds) }
    }

    mutating func finishDelivery(_ key: String, _ result: DeliveryResult) {
        guard var entry = outbox[key] else { return }
        if let group = entry.notification.group { return finishGroup(entry, group, result) }
        let id = entry.notification.subject.pageID
        let what = what(entry)
        switch result {
        case .delivered:
            outbox.remove(key, at: nowMilliseconds)
            heard(entry)
            note(id, .delivered, what)
            noteDrill(delivered: id)
        case .posted(let reference):
            outbox.remove(key, at: nowMilliseconds)
            heard(entry)
            remember(reference, entry)
            note(id, .delivered, what)
            noteDrill(delivered: id)
        case .accepted(let reference, let milliseconds):
            outbox.remove(key, at: nowMilliseconds)
            deliveries.await(entry, reference: reference, until: nowMilliseconds + max(0, milliseconds))
        case .retry(let reason, let retryAfter):
            if entry.attempts == 0 { note(id, .deliveryFailed, "\(what): \(reason); it will be tried again") }
            entry.backOff(at: nowMilliseconds, retryAfterMilliseconds: retryAfter)
            let age = nowMilliseconds - entry.notification.decidedAtMilliseconds
            if age > OutboxEntry.giveUpAfterMilliseconds {
                outbox.remove(key, at: nowMilliseconds)
                giveUp(entry, "undelivered for a day, last: \(reason)", what)
            } else {
                outbox.replace(entry, at: nowMilliseconds)
                // It goes on trying; somebody else begins.
                if entry.attempts == OutboxEntry.attemptsAlone {
                    takeOver(entry, because: "\(entry.attempts) attempts failed, last: \(reason)")
                }
            }
        case .permanent(let reason):
            outbox.remove(key, at: nowMilliseconds)
            deliveries.bundles[key] = nil
            giveUp(entry, reason, what)
            takeOver(entry, because: reason)
        }
    }

    private mutating func giveUp(_ entry: OutboxEntry, _ reason: String, _ what: String) {
        let id = entry.notification.subject.pageID
        note(id, .deliveryFailed, "\(what): \(reason); given up")
        switch entry.notification.kind {
        // An alarm about an alarm that cannot be delivered would never end.
        case .selfAlarm: return
        case .page: break
        default: guard deliveries.mayAlarm(ofChannel: entry.place.channel, at: nowMilliseconds) else { return }
        }
        tellOwners("\(what) failed for good: \(reason)", about: id)
    }

    /// What the far end calls the message, for the next one of this page at this place to replace it.
    private mutating func remember(_ reference: String, _ entry: OutboxEntry) {
        let place = Page.posting(entry.place)
        let wasOpen: Void? = open.change(entry.pageID) { page in
            page.posted = (page.posted ?? [:]).merging([place: reference]) { $1 }
        }
        guard wasOpen == nil, let index = closed.lastIndex(where: { $0.id == entry.pageID }) else { return }
        closed[index].posted = (closed[index].posted ?? [:]).merging([place: reference]) { $1 }
    }

    /// What the far end calls the message that `entry` replaces.
    func posted(_ entry: OutboxEntry) -> String? {
        guard configuration.delivery.channel(entry.place.channel).followsPage else { return nil }
        let page = open[entry.pageID] ?? closed.last { $0.id == entry.pageID }
        return page?.posted?[Page.posting(entry.place)]
    }

    mutating func note(_ id: String, _ kind: TimelineEntry.Kind, _ text: String) {
        if open[id] != nil {
            log(id, kind, text)
        } else if let index = closed.lastIndex(where: { $0.id == id }) {
            closed[index].log(nowMilliseconds, kind, text)
        }
    }

    private func url(_ id: String) -> String { "\(configuration.externalURL)/alerts/\(id)" }

    private func subject(_ page: Page, _ kind: Notification.Kind, _ actor: String) -> Subject {
        let isOver = kind == .resolved
        let all = isOver ? page.ended : Array(page.firing.values)
        let alerts = Self.told(isOver ? all : all.sorted { $0.fingerprint < $1.fingerprint }).map {
            AlertSnapshot(
                labels: $0.labels, annotations: $0.annotations, startsAtMilliseconds: $0.startsAtMilliseconds,
                endsAtMilliseconds: isOver ? min($0.endsAtMilliseconds, nowMilliseconds) : 0,
                generatorURL: $0.generatorURL, fingerprint: $0.fingerprint)
        }
        var subject = Subject(
            pageID: page.id, severity: page.severity, title: page.title,
            status: isOver ? .resolved : kind == .acknowledged ? .acknowledged : .firing, alerts: alerts,
            commonLabels: Self.common(all.map(\.labels)),
            commonAnnotations: Self.common(all.map(\.annotations)),
            groupLabels: page.groupLabels, level: kind == .page ? page.level : 0, actor: actor, url: url(page.id))
        if alerts.count < all.count { subject.alertsLeftOut = all.count - alerts.count }
        return subject
    }

    /// As many as a message holds: a storm's page may have a hundred thousand, and each of its messages would carry all.
    private static func told(_ alerts: [AlertBook.Alert]) -> [AlertBook.Alert] {
        guard alerts.count > AlertingLimits.notificationAlertsMax else { return alerts }
        let oldest = alerts.sorted {
            ($0.startsAtMilliseconds, $0.fingerprint) < ($1.startsAtMilliseconds, $1.fingerprint)
        }
        return oldest.prefix(AlertingLimits.notificationAlertsMax).sorted { $0.fingerprint < $1.fingerprint }
    }

    private static func common(_ all: [[String: String]]) -> [String: String] {
        guard let first = all.first else { return [:] }
        return first.filter { name, value in all.allSatisfy { $0[name] == value } }
    }
}
