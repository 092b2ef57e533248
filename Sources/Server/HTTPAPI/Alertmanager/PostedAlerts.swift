import Basics
import FoundationEssentials
import NIOCore
import SignalModel

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

    private struct Posted: Decodable {
        var labels: [String: String]
        var annotations: [String: String]?
        var startsAt: String?
        var endsAt: String?
        var generatorURL: String?
    }

    /// One element of the list, read or refused by itself.
    private enum Element: Decodable {
        case good(Posted)
        case bad(String)

        init(from decoder: any Decoder) throws {
            do { self = .good(try Posted(from: decoder)) } catch {
                self = .bad(TokenAPI.place(error))
            }
        }
    }

    private struct Problem: Error {
        var message: String
        init(_ message: String) { self.message = message }
    }

    init(_ body: ByteBuffer, forced: Labels, resolveTimeout: Duration, at now: Timestamp) throws {
        let elements: [Element]
        do { elements = try JSONDecoder().decode([Element].self, from: Data(body.readableBytesView)) } catch {
            problems = ["the body must be a JSON list of alerts: \(TokenAPI.place(error))"]
            problemsCount = 1
            return
        }
        guard elements.count <= Self.countMax else {
            problems = ["at most \(Self.countMax) alerts at once, not \(elements.count)"]
            problemsCount = 1
            return
        }
        for (index, element) in elements.enumerated() {
            do {
                switch element {
                case .good(let posted):
                    alerts.append(try Self.alert(posted, forced, resolveTimeout, now))
                case .bad(let reason): throw Problem(reason)
                }
            } catch let problem as Problem {
                problemsCount += 1
                if problems.count < Self.problemsMax { problems.append("alert \(index): \(problem.message)") }
            }
        }
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
    ) throws -> ObservedAlert {
        var builder = LabelsBuilder()
        for (name, value) in posted.labels where !value.isEmpty {
            if name.isEmpty { throw Problem("invalid label set: invalid name \"\"") }
            try check(name, value, valueBytesMax, "label")
            builder.set(name, value)
        }
        for pair in forced.pairs { builder.set(pair.name, pair.value) }
        let labels = builder.labels()
        if posted.labels.allSatisfy(\.value.isEmpty) { throw Problem("at least one label pair required") }
        if labels.count > labelsMax { throw Problem("at most \(labelsMax) labels, not \(labels.count)") }
        var annotations = LabelsBuilder()
        for (name, value) in posted.annotations ?? [:] {
            if name.isEmpty { throw Problem("invalid annotations: invalid name \"\"") }
            try check(name, value, annotationBytesMax, "annotation")
            annotations.set(name, value)
        }
        if (posted.annotations?.count ?? 0) > labelsMax { throw Problem("at most \(labelsMax) annotations") }
        let url = posted.generatorURL ?? ""
        if url.utf8.count > urlBytesMax { throw Problem("generatorURL is longer than \(urlBytesMax) bytes") }
        let start = try time(posted.startsAt, "startsAt")
        let end = try time(posted.endsAt, "endsAt")
        let startsAt = start ?? end ?? now
        let endsAt = end ?? now + resolveTimeout
        if endsAt < startsAt { throw Problem("start time must be before end time") }
        return ObservedAlert(
            labels: labels, annotations: annotations.labels(), startsAt: startsAt, endsAt: endsAt, generatorURL: url)
    }

    private static func check(_ name: String, _ value: String, _ bytesMax: Int, _ what: String) throws {
        if name.utf8.count > nameBytesMax { throw Problem("a \(what)'s name is longer than \(nameBytesMax) bytes") }
        if value.utf8.count > bytesMax {
            throw Problem("the \(what) \(quoted(name)) is longer than \(bytesMax) bytes")
        }
    }

    /// Nil when absent or Go's zero time.
    private static func time(_ text: String?, _ name: String) throws -> Timestamp? {
        guard let text, !text.isEmpty else { return nil }
        guard let time = RFC3339.parse(text) else { throw Problem("\(name): \(quoted(text)) is no RFC 3339 time") }
        return time.milliseconds <= -62_135_596_800_000 ? nil : time
    }
}
