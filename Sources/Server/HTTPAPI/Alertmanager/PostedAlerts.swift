import Basics
import NIOCore
import SignalModel
import WireFormats

/// The body of `POST /alerts`: what is good of it, and what is wrong with the rest.
struct PostedAlerts: Sendable {
    private(set) var alerts: [ObservedAlert] = []
    private var problems: [String] = []
    private var problemsCount = 0

    /// Alerts in one body; more are refused, all of them.
    static let countMax = 20_000
    /// Of one alert, forced labels included.
    static let labelsMax = 128
    static let nameBytesMax = 1024
    static let valueBytesMax = 8192
    /// Texts for people are longer than labels.
    static let annotationBytesMax = 64 << 10
    static let urlBytesMax = 8192
    /// More problems are counted, not listed.
    private static let problemsMax = 20

    /// One element of the list as it was read.
    private struct Posted {
        var labels: [(name: String, value: String)]?
        var annotations: [(name: String, value: String)] = []
        var startsAt: String?
        var endsAt: String?
        var generatorURL = ""
        /// The first of its parts that is not what it must be.
        var wrong: String?
    }

    private struct Problem: Error {
        var message: String
        init(_ message: String) { self.message = message }
    }

    init(_ body: ByteBuffer, forced: Labels, resolveTimeout: Duration, at now: Timestamp) {
        var count = 0
        do {
            var scanner = JSONScanner(Array(body.readableBytesView))
            try scanner.array { (scanner) throws(WireFormatError) in
                count += 1
                guard count <= Self.countMax else { return try scanner.skip() }
                let posted = try Self.posted(&scanner)
                do throws(Problem) {
                    alerts.append(try Self.alert(posted, forced, resolveTimeout, now))
                } catch {
                    problemsCount += 1
                    if problems.count < Self.problemsMax { problems.append("alert \(count - 1): \(error.message)") }
                }
            }
            try scanner.expectEnd()
            if count <= Self.countMax { return }
            problems = ["at most \(Self.countMax) alerts at once, not \(count)"]
        } catch {
            problems = ["the body must be a JSON list of alerts: \(error)"]
        }
        alerts = []
        problemsCount = 1
    }

    private static func posted(_ scanner: inout JSONScanner) throws(WireFormatError) -> Posted {
        var posted = Posted()
        guard try scanner.peek() == .object else {
            posted.wrong = "must be an object"
            try scanner.skip()
            return posted
        }
        try scanner.object { (scanner, key) throws(WireFormatError) in
            switch key {
            case "labels": posted.labels = try texts(&scanner, key, &posted.wrong)
            case "annotations":
                if try !scanner.null() { posted.annotations = try texts(&scanner, key, &posted.wrong) }
            case "startsAt": posted.startsAt = try text(&scanner, key, &posted.wrong)
            case "endsAt": posted.endsAt = try text(&scanner, key, &posted.wrong)
            case "generatorURL": posted.generatorURL = try text(&scanner, key, &posted.wrong) ?? ""
            default: try scanner.skip()
            }
        }
        return posted
    }

    private static func texts(
        _ scanner: inout JSONScanner, _ place: String, _ wrong: inout String?
    ) throws(WireFormatError) -> [(name: String, value: String)] {
        var texts: [(name: String, value: String)] = []
        guard try scanner.peek() == .object else {
            wrong = wrong ?? "\(place) has another type"
            try scanner.skip()
            return []
        }
        try scanner.object { (scanner, name) throws(WireFormatError) in
            if try scanner.peek() == .text { return texts.append((name, try scanner.string())) }
            wrong = wrong ?? "\(place).\(name) has another type"
            try scanner.skip()
        }
        return texts
    }

    /// Nil for null.
    private static func text(
        _ scanner: inout JSONScanner, _ place: String, _ wrong: inout String?
    ) throws(WireFormatError) -> String? {
        if try scanner.null() { return nil }
        if try scanner.peek() == .text { return try scanner.string() }
        wrong = wrong ?? "\(place) has another type"
        try scanner.skip()
        return nil
    }

    /// As Alertmanager joins them; nil when nothing is wrong.
    var problem: String? {
        guard problemsCount > 0 else { return nil }
        let more = problemsCount - problems.count
        return (problemsCount > 1 ? "\(problemsCount) errors: " : "") + problems.joined(separator: "; ")
            + (more > 0 ? "; and \(more) more" : "")
    }

    private static func alert(
        _ posted: Posted, _ forced: Labels, _ resolveTimeout: Duration, _ now: Timestamp
    ) throws(Problem) -> ObservedAlert {
        if let wrong = posted.wrong { throw Problem(wrong) }
        guard let postedLabels = posted.labels else { throw Problem("labels is missing") }
        // Before they are sorted out: that takes the square of their number.
        if postedLabels.count > labelsMax { throw Problem("at most \(labelsMax) labels, not \(postedLabels.count)") }
        if posted.annotations.count > labelsMax { throw Problem("at most \(labelsMax) annotations") }
        var builder = LabelsBuilder()
        for (name, value) in postedLabels where !value.isEmpty {
            if name.isEmpty { throw Problem("invalid label set: invalid name \"\"") }
            try check(name, value, valueBytesMax, "label")
            builder.set(name, value)
        }
        for pair in forced.pairs { builder.set(pair.name, pair.value) }
        let labels = builder.labels()
        if postedLabels.allSatisfy(\.value.isEmpty) { throw Problem("at least one label pair required") }
        if labels.count > labelsMax { throw Problem("at most \(labelsMax) labels, not \(labels.count)") }
        var annotations = LabelsBuilder()
        for (name, value) in posted.annotations {
            if name.isEmpty { throw Problem("invalid annotations: invalid name \"\"") }
            try check(name, value, annotationBytesMax, "annotation")
            annotations.set(name, value)
        }
        let url = posted.generatorURL
        if url.utf8.count > urlBytesMax { throw Problem("generatorURL is longer than \(urlBytesMax) bytes") }
        let start = try time(posted.startsAt, "startsAt")
        let end = try time(posted.endsAt, "endsAt")
        let startsAt = start ?? end ?? now
        let endsAt = end ?? now + resolveTimeout
        if endsAt < startsAt { throw Problem("start time must be before end time") }
        return ObservedAlert(
            labels: labels, annotations: annotations.labels(), startsAt: startsAt, endsAt: endsAt, generatorURL: url)
    }

    private static func check(_ name: String, _ value: String, _ bytesMax: Int, _ what: String) throws(Problem) {
        if name.utf8.count > nameBytesMax { throw Problem("a \(what)'s name is longer than \(nameBytesMax) bytes") }
        if value.utf8.count > bytesMax {
            throw Problem("the \(what) \(quoted(name)) is longer than \(bytesMax) bytes")
        }
    }

    /// Nil when absent or Go's zero time.
    private static func time(_ text: String?, _ name: String) throws(Problem) -> Timestamp? {
        guard let text, !text.isEmpty else { return nil }
        guard let time = RFC3339.parse(text) else { throw Problem("\(name): \(quoted(text)) is no RFC 3339 time") }
        return time.milliseconds <= -62_135_596_800_000 ? nil : time
    }
}
