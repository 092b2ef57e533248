import Alerting
import Basics
import Response
import SignalModel

/// Runs one paging test: the state machine itself, in virtual time, with channels that deliver at once.
struct PagingTestRun {
    private let test: PagingTest
    private var state = OperationsState()
    private var now: Timestamp
    private var sent: [PagingTest.Message] = []
    /// Each a text of one line, with its place.
    private(set) var failures: [String] = []

    /// An alert of a test fires until the test ends it.
    init(_ test: PagingTest, _ configuration: PagingConfiguration) {
        self.test = test
        now = test.start
        feed(.configured(configuration))
    }

    mutating func run() {
        for step in test.steps {
            advance(to: test.start + step.at)
            perform(step)
        }
        advance(to: test.start + test.until)
        compare()
    }

    private mutating func perform(_ step: PagingTest.Step) {
        switch step.action {
        case .fire(let labels, let annotations): observe(labels, annotations, endsAt: ObservedAlert.untilTold)
        case .end(let labels): observe(labels, .empty, endsAt: now)
        case .beat(let name): feed(.beaten(name))
        case .acknowledge(let labels, let by): act(step, labels) { .acknowledged(page: $0, by: by, note: "") }
        case .resolve(let labels, let by): act(step, labels) { .resolved(page: $0, by: by, note: "") }
        case .snooze(let labels, let by, let length):
            let until = (now + length).milliseconds
            act(step, labels) { .snoozed(page: $0, by: by, untilMilliseconds: until) }
        }
    }

    private mutating func observe(_ labels: Labels, _ annotations: Labels, endsAt: Timestamp) {
        feed(
            .observed([
                AlertInput(
                    ObservedAlert(
                        labels: labels, annotations: annotations, startsAt: now, endsAt: endsAt, generatorURL: ""))
            ]))
    }

    /// On the one page that holds an alert with `labels`, or more labels.
    private mutating func act(_ step: PagingTest.Step, _ labels: Labels, _ input: (String) -> OperationsInput) {
        let pages = state.open.values.filter { page in
            page.firing.values.contains { alert in labels.pairs.allSatisfy { alert.labels[$0.name] == $0.value } }
        }
        guard pages.count == 1 else {
            failures.append(
                "\(step.place): at \(text(step.at)) \(pages.isEmpty ? "no" : "more than one") page is open with \(labels)"
            )
            return
        }
        feed(input(pages[0].id))
    }

    // MARK: The machine

    private mutating func feed(_ input: OperationsInput) {
        apply(input)
        while let entry = state.dueMessages().first {
            record(entry.notification)
            apply(.delivered(key: entry.key, result: .delivered))
        }
    }

    private mutating func apply(_ input: OperationsInput) {
        state.apply(JournalEntry(sequence: state.sequence + 1, atMilliseconds: now.milliseconds, input: input))
    }

    private mutating func advance(to target: Timestamp) {
        while let wake = [state.nextWakeUp, state.nextMessage].compactMap({ $0 }).min(), wake <= target {
            now = max(now, wake)
            feed(.clockReached)
        }
        now = target
        feed(.clockReached)
    }

    private mutating func record(_ notification: Notification) {
        guard let kind = PagingTest.Kind(notification.kind) else { return }
        let place = notification.channel
        let subject = notification.subject
        sent.append(
            PagingTest.Message(
                at: now - test.start, kind: kind, to: place.person.isEmpty ? place.channel : place.person,
                by: place.channel,
                alertname: subject.groupLabels["alertname"] ?? subject.commonLabels["alertname"] ?? ""))
    }

    // MARK: Comparing

    private mutating func compare() {
        var found = sent.filter { test.kinds.contains($0.kind) }
        for message in test.expected {
            if let place = found.firstIndex(where: message.isMet) {
                found.remove(at: place)
            } else {
                failures.append("\(message.place): expected, not there: \(text(message))")
            }
        }
        for message in found { failures.append("\(test.place): there, not expected: \(text(message))") }
    }

    private func text(_ message: PagingTest.Message) -> String {
        var text = "at \(text(message.at)) \(message.kind.rawValue) to \(message.to)"
        if !message.by.isEmpty, message.by != message.to { text += " by \(message.by)" }
        if !message.alertname.isEmpty { text += " about \(message.alertname)" }
        return text
    }

    private func text(_ duration: Duration) -> String { DurationText.text(milliseconds: duration.milliseconds) }
}

extension PagingTest.Kind {
    /// Nil for messages that are no part of a page's way.
    init?(_ kind: Notification.Kind) {
        switch kind {
        case .page: self = .page
        case .announcement: self = .announcement
        case .acknowledged: self = .acknowledged
        case .resolved: self = .resolved
        case .selfAlarm: self = .selfAlarm
        default: return nil
        }
    }
}
