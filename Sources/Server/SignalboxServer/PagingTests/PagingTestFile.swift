import Basics
import Response
import SignalModel

/// Tests of a paging file: what happens when, and who must be told of it when, by which channel.
struct PagingTestFile: Sendable {
    var configuration: PagingConfiguration
    var tests: [PagingTest]
}

struct PagingTest: Sendable {
    var name: String
    /// What the times of the test count from.
    var start: Timestamp
    var steps: [Step]
    var expected: [Message]
    /// Only messages of these kinds are compared.
    var kinds: Set<Kind>
    /// Nothing that comes later is looked at.
    var until: Duration
    /// File, line and column.
    var place: String

    enum Kind: String, Sendable, CaseIterable, Hashable {
        case page, announcement, acknowledged, resolved
        case selfAlarm = "self_alarm"
    }

    struct Step: Sendable {
        var at: Duration
        var action: Action
        var place: String
    }

    enum Action: Sendable {
        case fire(labels: Labels, annotations: Labels)
        case end(Labels)
        /// Of a person, on the one page that has an alert with these labels.
        case acknowledge(Labels, by: String)
        case resolve(Labels, by: String)
        case snooze(Labels, by: String, Duration)
        case beat(String)
    }

    struct Message: Sendable, Hashable {
        var at: Duration
        var kind: Kind
        /// A person, or a channel that has one destination.
        var to: String
        /// The channel of a person.
        var by: String
        /// Of the alerts told of; empty: any.
        var alertname: String
        /// File, line and column; empty for what was sent.
        var place = ""

        func isMet(by sent: Message) -> Bool {
            at == sent.at && kind == sent.kind && to == sent.to && (by.isEmpty || by == sent.by)
                && (alertname.isEmpty || alertname == sent.alertname)
        }
    }
}
