import Basics
package import SignalModel

/// How schedules enter paging.
extension OperationsState {
    /// A level's entry that stands for whoever is on call.
    package static let schedulePrefix = "schedule:"

    /// Who a level's entries stand for.
    package struct PeopleFound {
        /// Each once.
        package var people: [String] = []
        /// Schedules that have nobody.
        var empty: [String] = []
        var texts: [String] = []
        package var text: String { texts.joined(separator: ", ") }
    }

    /// Right now, or at another time as the schedules stand.
    package func onCall(_ entries: [String], at milliseconds: Int64? = nil) -> PeopleFound {
        var found = PeopleFound()
        for entry in entries {
            guard entry.hasPrefix(Self.schedulePrefix) else {
                if !found.people.contains(entry) {
                    found.people.append(entry)
                    found.texts.append(entry)
                }
                continue
            }
            let schedule = String(entry.dropFirst(Self.schedulePrefix.count))
            guard let person = onCall.who(schedule, at: milliseconds ?? nowMilliseconds) else {
                found.empty.append(schedule)
                found.texts.append("nobody is on call for \(schedule)")
                continue
            }
            if found.people.contains(person) { continue }
            found.people.append(person)
            found.texts.append("\(person) (on call for \(schedule))")
        }
        return found
    }

    mutating func tellOwners(ofNobodyIn schedules: [String], about id: String) {
        for schedule in schedules {
            let title = open[id]?.title ?? ""
            tellOwners("nobody is on call for \(schedule), which page \(title) is for", about: id)
        }
    }

    /// Both people hear of it: by mail who has mail, else by the first way that neither rings nor opens an incident.
    mutating func tell(_ handOver: HandOver) {
        let transfer = handOver.transfer
        let from = transfer.outgoing.isEmpty ? "nobody" : name(transfer.outgoing)
        let title = "On call for \(handOver.schedule): \(name(transfer.incoming)) takes over from \(from)"
        let notes = onCall.schedules[handOver.schedule]?.notes.suffix(Self.notesTold).map { "\($0.by): \($0.text)" }
        let text =
            "Pass on what is under way: open pages, changes, what to watch. Mark it as done under On call."
            + (notes ?? []).map { "\n\($0)" }.joined()
        let subject = Subject(
            pageID: "", severity: .p3, title: title, status: .firing, url: "\(configuration.externalURL)/oncall",
            text: text)
        for person in [transfer.outgoing, transfer.incoming] {
            guard let contact = quietContact(person) else { continue }
            let place = ChannelReference(channel: contact.channel, address: contact.address, person: person)
            let key = "hand-over/\(handOver.schedule)/\(transfer.id)/\(person)/\(place.channel)/\(place.address)"
            guard outbox[key] == nil else { continue }
            put(Notification(key: key, channel: place, kind: .handOver, subject: subject, decidedAt: now))
        }
    }

    func quietContact(_ person: String) -> PagingConfiguration.Contact? {
        let contacts = configuration.people[person]?.contacts ?? []
        return contacts.first { configuration.mailChannels.contains($0.channel) }
            ?? contacts.first { contact in
                let channel = configuration.delivery.channel(contact.channel)
                return channel.meter == nil && !channel.followsPage
            }
    }

    /// The newest hand-over notes go with the message.
    private static let notesTold = 3

    private func name(_ person: String) -> String { configuration.people[person]?.name ?? person }

    /// Why this cannot be, before it is journalled.
    package func refusal(of input: OnCallInput) -> ResponseError? {
        switch input {
        case .planned, .calendarRevoked: nil
        case .overridden(let overrides): overrides.lazy.compactMap { self.refusal(of: $0) }.first
        case .overrideRemoved(let schedule, let id, _):
            refusal(ofSchedule: schedule)
                ?? refusal(
                    unless: onCall.schedules[schedule]?.overrides.contains { override in
                        (override.id == id || override.swap == id) && override.throughMilliseconds > nowMilliseconds
                    }, "there is no override \(id) that is under way or to come")
        case .noted(let schedule, _, let text):
            refusal(ofSchedule: schedule) ?? refusal(ofText: text)
        case .transferDone(let schedule, let id, _, let notes):
            refusal(ofSchedule: schedule)
                ?? refusal(
                    unless: onCall.schedules[schedule]?.transfers.contains { $0.id == id },
                    "there is no knowledge transfer \(id)")
                ?? (notes.count > OnCallBook.textCharactersMax ? refusal(ofText: notes) : nil)
        case .calendarMade(let calendar):
            calendar.schedule.flatMap { self.refusal(ofSchedule: $0) }
                ?? calendar.person.flatMap { self.refusal(ofPerson: $0) }
                ?? (onCall.calendars.count >= OnCallBook.calendarsMax
                    ? ResponseError(.conflict, "there are \(OnCallBook.calendarsMax) calendars already") : nil)
        }
    }

    private func refusal(of override: OnCallOverride) -> ResponseError? {
        if let refusal = refusal(ofSchedule: override.schedule) ?? refusal(ofPerson: override.person) {
            return refusal
        }
        if override.throughMilliseconds <= max(override.fromMilliseconds, nowMilliseconds) {
            return ResponseError(.invalid, "an override must end after it begins, and in the future")
        }
        if override.throughMilliseconds - override.fromMilliseconds > OnCallLedger.keptMilliseconds {
            return ResponseError(.invalid, "an override lasts two years at most")
        }
        if override.why.count > OnCallBook.textCharactersMax { return refusal(ofText: override.why) }
        let count = onCall.schedules[override.schedule]?.overrides.count ?? 0
        return count >= OnCallLedger.overridesMax
            ? ResponseError(.conflict, "\(override.schedule) has \(count) overrides already") : nil
    }

    private func refusal(ofSchedule name: String) -> ResponseError? {
        guard let ledger = onCall.schedules[name] else {
            return ResponseError(.notFound, "there is no schedule \(quoted(name))")
        }
        return ledger.isRetired ? ResponseError(.conflict, "schedule \(name) is no longer in the paging file") : nil
    }

    private func refusal(ofPerson name: String) -> ResponseError? {
        refusal(unless: configuration.people[name] != nil, "there is no person \(quoted(name)) in the paging file")
    }

    private func refusal(ofText text: String) -> ResponseError? {
        if text.isEmpty { return ResponseError(.invalid, "the text is empty") }
        return text.count > OnCallBook.textCharactersMax
            ? ResponseError(.invalid, "a text has at most \(OnCallBook.textCharactersMax) characters") : nil
    }

    private func refusal(unless holds: Bool?, _ message: String) -> ResponseError? {
        holds == true ? nil : ResponseError(.notFound, message)
    }
}
