package import SignalModel

/// What the state machine must know of the channels, and how much of a person's night a severity may take.
package struct DeliveryPolicy: Sendable, Hashable, Additive {
    /// By the key under `channels:`; a channel without an entry is as `Channel.init` makes it.
    package var channels: [String: Channel] = [:]
    /// P0 has none: it is never held back.
    package var quotas: [Meter: [Severity: [Quota]]] = DeliveryPolicy.standardQuotas

    package struct Channel: Sendable, Hashable, Codable {
        /// Takes over what this one refuses, or accepts and never confirms.
        package var fallback: String?
        /// Counted against quotas; nil: as many as there are.
        package var meter: Meter?
        /// A call at night to say that it is over helps nobody.
        package var tellsEnd = true
        /// Also hears of acknowledgements when it was a person's: the far end keeps a state of its own.
        package var followsPage = false
        /// Whatever is sent there becomes an incident for somebody; nil: no.
        package var opensIncidents: Bool?

        package init(fallback: String? = nil, meter: Meter? = nil, tellsEnd: Bool = true, followsPage: Bool = false) {
            self.fallback = fallback
            self.meter = meter
            self.tellsEnd = tellsEnd
            self.followsPage = followsPage
        }
    }

    package enum Meter: String, Sendable, Hashable, Codable, CaseIterable { case voice, sms }

    /// At most `count` messages of one severity to one person in a window that slides along.
    package struct Quota: Sendable, Hashable, Codable {
        package var count: Int
        package var windowMilliseconds: Int64

        package init(count: Int, windowMilliseconds: Int64) {
            self.count = count
            self.windowMilliseconds = windowMilliseconds
        }
    }

    package init() {}

    func channel(_ name: String) -> Channel { channels[name] ?? Channel() }

    /// GoAlert's figures, but for each severity apart: what is low cannot use up what is high.
    package static let standardQuotas: [Meter: [Severity: [Quota]]] = {
        func quotas(_ counts: [Int]) -> [Severity: [Quota]] {
            let windows: [Int64] = [15, 60, 180]
            let all = zip(counts, windows).map { Quota(count: $0, windowMilliseconds: $1 * 60_000) }
            return [.p1: all, .p2: all, .p3: all]
        }
        return [.voice: quotas([3, 7, 15]), .sms: quotas([5, 11, 21])]
    }()
}
