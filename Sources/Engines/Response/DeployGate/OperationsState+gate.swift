package import Basics
import SignalModel

/// How the gate enters the operations state.
extension OperationsState {
    mutating func take(_ input: GateInput) {
        gate.apply(input, at: nowMilliseconds)
        switch input {
        case .asked(let record):
            // What passes is a change like any other: pages of the service show it.
            guard record.passed else { return }
            agreements.note(record)
            take(
                ChangeInput(
                    summary: Self.summary(record), source: "gate", labels: Self.labels(record),
                    details: record.reason,
                    links: "", by: record.by, at: Timestamp(milliseconds: record.atMilliseconds)))
        case .glassBroken(let glass): tell(glass, "opened the gate", glass.by)
        case .glassRestored(let id, let by):
            guard let glass = gate.glasses.last(where: { $0.id == id }),
                glass.restoredAtMilliseconds == nowMilliseconds
            else { return }
            tell(glass, "closed the gate again", by)
        }
    }

    private static func summary(_ record: GateRecord) -> String {
        let what =
            switch record.change {
            case .normal: "deployed"
            case .criticalFix: "deployed as a critical fix"
            case .rollback: "rolled back"
            }
        return "\(record.service) \(what)" + (record.summary.isEmpty ? "" : ": \(record.summary)")
    }

    private static func labels(_ record: GateRecord) -> [String: String] {
        var labels = ["service": record.service]
        if !record.environment.isEmpty { labels["environment"] = record.environment }
        return labels
    }

    /// The service's lead hears of it, and the team's channels; nobody is woken.
    private mutating func tell(_ glass: BreakGlass, _ what: String, _ actor: String) {
        let place = glass.environment.isEmpty ? glass.service : "\(glass.service) in \(glass.environment)"
        let until = RFC3339.format(Timestamp(milliseconds: glass.expiresAtMilliseconds / 1000 * 1000))
        let subject = Subject(
            pageID: "", severity: .p3, title: "Break-glass: \(actor) \(what) for \(place)", status: .firing,
            actor: actor, url: "\(configuration.externalURL)/objectives",
            text: "Until \(until), whatever the error budget says. Reason: \(glass.reason)")
        let kind = glass.restoredBy == nil ? "broken" : "restored"
        var places = configuration.announce.filter { configuration.delivery.channel($0).opensIncidents != true }
            .map { ChannelReference(channel: $0) }
        for person in onCall([configuration.lead(ofService: glass.service)].compactMap { $0 }).people {
            if let contact = quietContact(person) {
                places.append(ChannelReference(channel: contact.channel, address: contact.address, person: person))
            }
        }
        for place in places {
            let key = "break-glass/\(glass.id)/\(kind)/\(place.channel)/\(place.address)"
            guard outbox[key] == nil else { continue }
            put(Notification(key: key, channel: place, kind: .notice, subject: subject, decidedAt: now))
        }
    }

    /// Why this cannot be, before it is journalled.
    package func refusal(of input: GateInput, at time: Timestamp) -> ResponseError? {
        switch input {
        case .asked: return nil
        case .glassBroken(let glass): return refusal(of: glass, at: max(time.milliseconds, nowMilliseconds))
        case .glassRestored(let id, _):
            guard let glass = gate.glasses.last(where: { $0.id == id }) else {
                return ResponseError(.notFound, "there is no break-glass \(quoted(id))")
            }
            return glass.isInForce(at: max(time.milliseconds, nowMilliseconds))
                ? nil : ResponseError(.conflict, "break-glass \(id) is over already")
        }
    }

    private func refusal(of glass: BreakGlass, at now: Int64) -> ResponseError? {
        let reason = glass.reason.count { !$0.isWhitespace }
        if glass.service.isEmpty || glass.service.utf8.count > GateLimits.nameBytesMax {
            return ResponseError(.invalid, "service must have from 1 to \(GateLimits.nameBytesMax) bytes")
        }
        if glass.environment.utf8.count > GateLimits.nameBytesMax {
            return ResponseError(.invalid, "environment has at most \(GateLimits.nameBytesMax) bytes")
        }
        if reason < GateLimits.reasonCharactersMin || glass.reason.count > GateLimits.reasonCharactersMax {
            return ResponseError(
                .invalid,
                "reason must have from \(GateLimits.reasonCharactersMin) to \(GateLimits.reasonCharactersMax) "
                    + "characters: it is what the lead reads")
        }
        let span = glass.expiresAtMilliseconds - now
        if span < GateLimits.glassMillisecondsMin || span > GateLimits.glassMillisecondsMax {
            return ResponseError(.invalid, "break-glass lasts from a minute to 24 hours")
        }
        let others = gate.glasses.count { $0.isInForce(at: now) }
        return others >= GateLimits.glassesInForceMax
            ? ResponseError(.conflict, "\(others) break-glasses are in force already") : nil
    }
}

package enum GateLimits {
    /// Longer names of services and environments are refused.
    package static let nameBytesMax = 200
    /// A reason of fewer letters says nothing.
    package static let reasonCharactersMin = 10
    package static let reasonCharactersMax = 1000
    /// What is deployed, in words; the rest is cut.
    package static let summaryCharactersMax = 500
    static let glassMillisecondsMin: Int64 = 60_000 - 1000
    static let glassMillisecondsMax: Int64 = 24 * 3_600_000 + 60_000
    static let glassesInForceMax = 100
}
