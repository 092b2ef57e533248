import Basics
import SignalModel

/// What happens to a message after a provider has taken it, or has not: confirmation, the channel that takes over,
/// quotas, contacts whose turn comes later.
extension OperationsState {
    /// A person's contacts that a severity uses; all of them where their own rules leave none: too loud is found out.
    private func contacts(_ person: PagingConfiguration.Person, _ severity: Severity) -> [PagingConfiguration.Contact]
    {
        let meant = person.contacts.filter { $0.severities?.contains(severity) ?? true }
        return meant.isEmpty ? person.contacts : meant
    }

    /// By a person's contacts, each when its time comes.
    mutating func tell(_ person: String, _ kind: Notification.Kind, _ id: String, variant: String = "") {
        guard let known = configuration.people[person], !known.contacts.isEmpty, let page = open[id] else {
            if open[id] != nil { tellOwners("\(person) has no way to be reached", about: id) }
            return
        }
        for contact in contacts(known, page.severity) {
            let place = ChannelReference(channel: contact.channel, address: contact.address, person: person)
            guard let after = contact.afterMilliseconds, after > 0 else {
                send(kind, to: place, id, variant: variant)
                continue
            }
            let key = "\(id)/\(page.level)/\(variant)/\(person)/\(place.channel)/\(place.address)"
            deliveries.postpone(
                Deliveries.Later(page: id, place: place, variant: variant), key: key, until: nowMilliseconds + after)
        }
    }

    mutating func runDeliveryTimers() {
        for key in deliveries.confirmBy.takeDue(at: nowMilliseconds) {
            guard let awaited = deliveries.stopAwaiting(key) else { continue }
            deliveries.bundles[key] = nil
            let what = what(awaited.entry)
            let reason = "accepted as \(awaited.reference) and never confirmed"
            note(awaited.entry.pageID, .deliveryFailed, "\(what): \(reason)")
            if !takeOver(awaited.entry, because: reason) {
                tellOwners("\(what) was \(reason)", about: awaited.entry.pageID)
            }
        }
        for key in deliveries.laterAt.takeDue(at: nowMilliseconds) {
            guard let later = deliveries.takeLater(key), let page = open[later.page] else { continue }
            // Another channel may have taken over for this very one meanwhile.
            if !isTold(page, later.place) { send(.page, to: later.place, later.page, variant: later.variant) }
        }
        for key in deliveries.heldUntil.takeDue(at: nowMilliseconds) {
            if let held = deliveries.held.removeValue(forKey: key) { release(held) }
        }
    }

    /// A provider says what became of a message. What is late, doubled or about what is over changes nothing.
    mutating func confirm(_ key: String, _ status: ConfirmationStatus, order: Int64, detail: String) {
        let waiting = deliveries.awaited(key)
        guard let entry = waiting?.entry ?? outbox[key], order > waiting?.order ?? -1 else { return }
        let what = what(entry)
        switch status {
        case .underWay: deliveries.heard(key, order: order)
        case .delivered:
            deliveries.stopAwaiting(key)
            outbox.remove(key, at: nowMilliseconds)
            heard(entry)
            note(entry.pageID, .delivered, detail.isEmpty ? what : "\(what): \(detail)")
            noteDrill(delivered: entry.pageID)
        case .failed:
            deliveries.stopAwaiting(key)
            deliveries.bundles[key] = nil
            outbox.remove(key, at: nowMilliseconds)
            note(entry.pageID, .deliveryFailed, "\(what): \(detail)")
            if !takeOver(entry, because: detail) { tellOwners("\(what) failed: \(detail)", about: entry.pageID) }
        }
    }

    /// The same page by the channel that stands behind the one that fails. False where there is none.
    @discardableResult
    mutating func takeOver(_ entry: OutboxEntry, because reason: String) -> Bool {
        let kind = entry.notification.kind
        guard kind == .page || kind == .announcement, let page = open[entry.pageID] else { return false }
        return takeOver(kind, entry.place, page, entry.variant ?? "", because: reason)
    }

    private mutating func takeOver(
        _ kind: Notification.Kind, _ place: ChannelReference, _ page: Page, _ variant: String, because reason: String
    ) -> Bool {
        guard let name = configuration.delivery.channel(place.channel).fallback else { return false }
        // What only informs rings nobody's phone.
        guard kind == .page || configuration.delivery.channel(name).meter == nil else { return false }
        var other = ChannelReference(channel: name, person: place.person)
        if !place.person.isEmpty {
            let known = configuration.people[place.person]
            let contact = known?.contacts.first { $0.channel == name }
            guard let address = known?.addresses?[name] ?? contact?.address else { return false }
            other.address = address
        }
        let who = place.person.isEmpty ? place.channel : "\(place.person) by \(place.channel)"
        guard kind != .page || !isTold(page, other) else {
            log(page.id, .fellBack, "\(who): \(reason); \(name) tells it already")
            return true
        }
        log(page.id, .fellBack, "\(who): \(reason); \(name) takes over")
        let instead = "instead-of-\(place.channel)"
        send(kind, to: other, page.id, variant: variant.isEmpty ? instead : "\(variant)+\(instead)")
        return true
    }

    /// Whether a place has the page on this level, or is about to: once is enough.
    private func isTold(_ page: Page, _ place: ChannelReference) -> Bool {
        if page.heard?.contains(Page.hearing(page, place)) == true { return true }
        func isSame(_ entry: OutboxEntry) -> Bool {
            entry.notification.kind == .page && entry.place == place && entry.notification.subject.level == page.level
        }
        return outbox.keys(ofPage: page.id).contains { outbox[$0].map(isSame) ?? false }
            || (deliveries.awaited[page.id] ?? [:]).values.contains { isSame($0.entry) }
    }

    /// Remembers that a person was told, so that no other channel need take over.
    mutating func heard(_ entry: OutboxEntry) {
        deliveries.bundles[entry.key] = nil
        guard entry.notification.kind == .page else { return }
        open.change(entry.pageID) { page in
            page.heard = (page.heard ?? []).union([Page.hearing(page, entry.place)])
        }
    }

    func what(_ entry: OutboxEntry) -> String {
        let place = [entry.place.person, entry.place.channel].filter { !$0.isEmpty }.joined(separator: " by ")
        return "\(entry.notification.kind.rawValue) to \(place)"
    }

    // MARK: Quotas

    private func account(_ place: ChannelReference, _ meter: DeliveryPolicy.Meter, _ severity: Severity) -> String {
        "\(place.person.isEmpty ? place.address : place.person)/\(meter.rawValue)/\(severity.rawValue)"
    }

    /// Whether a page may go to a place now. Otherwise it goes another way, or waits to be told with others.
    mutating func mayWake(_ place: ChannelReference, _ page: Page, _ variant: String) -> Bool {
        guard let meter = configuration.delivery.channel(place.channel).meter else { return true }
        if meter == .sms, deliveries.stoppedNumbers.contains(place.address) {
            let reason = "the number has sent STOP"
            log(page.id, .deliveryFailed, "page to \(place.person) by \(place.channel): \(reason)")
            if !takeOver(.page, place, page, variant, because: reason) {
                tellOwners("\(place.person) is not reached by \(place.channel): \(reason)", about: page.id)
            }
            return false
        }
        guard let quotas = configuration.delivery.quotas[meter]?[page.severity], !quotas.isEmpty else { return true }
        let account = account(place, meter, page.severity)
        let free = deliveries.mayCount(account, quotas, at: nowMilliseconds)
        if free <= nowMilliseconds {
            deliveries.count(account, quotas, at: nowMilliseconds)
            return true
        }
        let reason = "the quota of \(meter.rawValue) for \(page.severity.rawValue) is used up"
        if takeOver(.page, place, page, variant, because: reason) { return false }
        log(page.id, .heldBack, "page to \(place.person) by \(place.channel): \(reason); told later, with others")
        let key = "\(account)/\(place.channel)/\(place.address)"
        var held = deliveries.held[key] ?? Deliveries.Held(place: place, severity: page.severity)
        if !held.pages.contains(page.id) { held.pages.append(page.id) }
        deliveries.held[key] = held
        if free < .max, deliveries.heldUntil[key] == nil { deliveries.heldUntil.set(key, at: free) }
        return false
    }

    /// What a quota kept back is told in one message, which counts as one.
    private mutating func release(_ held: Deliveries.Held) {
        let pages = held.pages.compactMap { open[$0] }
        guard let first = pages.first else { return }
        guard pages.count > 1 else { return send(.page, to: held.place, first.id) }
        guard let meter = configuration.delivery.channel(held.place.channel).meter else {
            for page in pages { send(.page, to: held.place, page.id) }
            return
        }
        let quotas = configuration.delivery.quotas[meter]?[held.severity] ?? []
        deliveries.count(account(held.place, meter, held.severity), quotas, at: nowMilliseconds)
        let key = "bundle/\(sequence)/\(held.place.channel)/\(held.place.person)/\(held.place.address)"
        deliveries.bundles[key] = pages.map(\.id)
        for page in pages {
            open.change(page.id) { page in
                if !page.told.contains(held.place) { page.told.append(held.place) }
            }
            log(page.id, .paged, "\(held.place.person) by \(held.place.channel), with \(pages.count - 1) others")
        }
        put(
            Notification(
                key: key, channel: held.place, kind: .page, subject: bundle(pages, held.severity), decidedAt: now))
    }

    private func bundle(_ pages: [Page], _ severity: Severity) -> Subject {
        let titles = pages.prefix(Self.bundleTitlesMax).map(\.title).joined(separator: "\n")
        let rest = pages.count - min(pages.count, Self.bundleTitlesMax)
        return Subject(
            pageID: "", severity: severity, title: "\(pages.count) pages wait for you", status: .firing, level: 0,
            url: "\(configuration.externalURL)/alerts", text: rest > 0 ? "\(titles)\nand \(rest) more" : titles)
    }

    private static let bundleTitlesMax = 20

    /// Those that a message tells of together and that are nobody's yet.
    package func pages(ofBundle key: String) -> [Page] { (deliveries.bundles[key] ?? []).compactMap { open[$0] } }
}
