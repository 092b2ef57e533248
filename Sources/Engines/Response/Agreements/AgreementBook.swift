import Alerting
package import Basics
package import SignalModel

/// What can be said for agreements.
package enum AgreementInput: Sendable, Hashable, Codable {
    /// A customer's critical question was answered. The same reference again takes the place of what was said before.
    case supportAnswered(SupportAnswer)
}

/// A customer's critical question, and when it was answered.
package struct SupportAnswer: Sendable, Hashable, Codable {
    /// What the help desk calls it.
    package var reference: String
    package var askedAtMilliseconds: Int64
    package var answeredAtMilliseconds: Int64
    package var note: String
    package var by: String

    package init(reference: String, asked: Timestamp, answered: Timestamp, note: String, by: String) {
        self.reference = reference
        askedAtMilliseconds = asked.milliseconds
        answeredAtMilliseconds = answered.milliseconds
        self.note = note
        self.by = by
    }
}

/// A P0 or P1 page: as much of it as agreements are about.
package struct AnsweredPage: Sendable, Hashable, Codable {
    package var id: String
    package var severity: Severity
    package var title: String
    package var service: String
    package var openedAtMilliseconds: Int64
    /// Nil: nobody has, or had when it closed.
    package var acknowledgedAtMilliseconds: Int64?
    /// Nil: it is open.
    package var closedAtMilliseconds: Int64?

    init(_ page: Page) {
        id = page.id
        severity = page.severity
        title = String(page.title.prefix(Self.titleCharactersMax))
        let alerts = page.ended + Array(page.firing.values)
        service = page.groupLabels["service"] ?? alerts.lazy.compactMap { $0.labels["service"] }.first ?? ""
        openedAtMilliseconds = page.openedAtMilliseconds
        acknowledgedAtMilliseconds = page.acknowledgedAtMilliseconds
        closedAtMilliseconds = page.closedAtMilliseconds
    }

    private static let titleCharactersMax = 200
}

/// What reports are made from, kept for longer than pages are.
package struct AgreementBook: Additive, Sendable, Hashable {
    /// Closed P0s and P1s, in the order in which they closed.
    package private(set) var pages: [AnsweredPage] = []
    package private(set) var support: [SupportAnswer] = []
    private(set) var deployments = DeploymentLog()

    /// Thirteen months: last year's month can be looked at beside this one.
    static let keptMilliseconds: Int64 = 400 * 86_400_000
    /// Older ones are dropped, too.
    package static let pagesMax = 10_000
    package static let supportMax = 10_000

    package init() {}

    var weight: Int { (pages.count + support.count) / 4 + deployments.weight }

    /// From then on its pages are all there; nil when none had to be dropped for being too many.
    var pagesCompleteSinceMilliseconds: Int64? {
        pages.count < Self.pagesMax ? nil : pages.first?.closedAtMilliseconds
    }

    mutating func note(_ deployment: GateRecord) { deployments.append(deployment) }

    mutating func note(_ page: Page, at now: Int64) {
        guard page.severity == .p0 || page.severity == .p1, !page.watch.isDrill else { return }
        pages.append(AnsweredPage(page))
        let expired = pages.prefix { $0.openedAtMilliseconds < now - Self.keptMilliseconds }.count
        pages.removeFirst(max(expired, pages.count - Self.pagesMax))
    }

    mutating func apply(_ input: AgreementInput, at now: Int64) {
        switch input {
        case .supportAnswered(let answer):
            support.removeAll {
                $0.reference == answer.reference || $0.askedAtMilliseconds < now - Self.keptMilliseconds
            }
            support.append(answer)
            if support.count > Self.supportMax { support.removeFirst(support.count - Self.supportMax) }
        }
    }
}

extension OperationsState {
    /// Why this cannot be, before it is journalled.
    package func refusal(of input: AgreementInput, at time: Timestamp) -> ResponseError? {
        switch input {
        case .supportAnswered(let answer):
            let now = max(time.milliseconds, nowMilliseconds)
            if !(1...200).contains(answer.reference.count) {
                return ResponseError(.invalid, "reference must have from 1 to 200 characters")
            }
            if answer.note.count > GateLimits.reasonCharactersMax {
                return ResponseError(.invalid, "note has at most \(GateLimits.reasonCharactersMax) characters")
            }
            if answer.answeredAtMilliseconds < answer.askedAtMilliseconds {
                return ResponseError(.invalid, "answered must not be before asked")
            }
            if answer.answeredAtMilliseconds > now + 60_000 {
                return ResponseError(.invalid, "answered must not be in the future")
            }
            return answer.askedAtMilliseconds < now - AgreementBook.keptMilliseconds
                ? ResponseError(.invalid, "asked is longer ago than reports are made for") : nil
        }
    }

    /// Closed and open P0s and P1s that opened in a time.
    func answeredPages(from: Int64, to: Int64) -> [AnsweredPage] {
        let alive = open.values.filter { ($0.severity == .p0 || $0.severity == .p1) && !$0.watch.isDrill }
        return (agreements.pages + alive.map { AnsweredPage($0) }).filter {
            $0.openedAtMilliseconds >= from && $0.openedAtMilliseconds < to
        }.sorted { ($0.openedAtMilliseconds, $0.id) < ($1.openedAtMilliseconds, $1.id) }
    }
}
