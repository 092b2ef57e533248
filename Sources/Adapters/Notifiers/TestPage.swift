package import Basics
package import Response
internal import SignalModel

/// A page that is none: sent to see whether a channel works.
package enum TestPage {
    /// No page has it: ids of pages begin with a digit.
    package static let id = "test"

    /// `number` tells one test from the next.
    package static func notification(
        to place: ChannelReference, by actor: String, url: String, number: UInt64, at time: Timestamp
    ) -> Notification {
        let digits = String(number, radix: 16)
        let alert = AlertSnapshot(
            labels: ["alertname": "SignalboxTestPage", "severity": Severity.p3.rawValue],
            annotations: ["summary": title], startsAtMilliseconds: time.milliseconds, endsAtMilliseconds: 0,
            generatorURL: "", fingerprint: Fingerprint.hex(["alertname": "SignalboxTestPage"]))
        return Notification(
            key: "\(id)/\(digits)/\(place.channel)/\(place.address)", channel: place, kind: .page,
            subject: Subject(
                pageID: id, severity: .p3, title: title, status: .firing, alerts: [alert],
                commonLabels: alert.labels, commonAnnotations: alert.annotations, level: 0, url: url,
                text: "\(actor) sent this to see whether it arrives. Nobody needs to do anything."),
            decidedAt: time)
    }

    private static let title = "Test page: nothing is wrong"
}
