import Alerting
import Basics
import Response
import SignalModel

/// What a list of alerts is asked for: `filter`, `receiver`, and which states to leave out.
struct AlertFilter: Sendable {
    private var matchers: [Matcher] = []
    private var receiver: RegularExpression?
    private var showsActive = true
    private var showsSilenced = true
    private var showsInhibited = true
    private(set) var showsMuted = true

    struct Refusal: Error {
        var message: String
    }

    init(query: String) throws {
        let parameters = try FormParameters(query)
        matchers = try Self.matchers(parameters)
        if let text = parameters["receiver"] {
            do { receiver = try RegularExpression(text) } catch {
                throw Refusal(message: "failed to parse receiver param: \(error.reason)")
            }
        }
        showsActive = try Self.flag(parameters, "active")
        showsSilenced = try Self.flag(parameters, "silenced")
        showsInhibited = try Self.flag(parameters, "inhibited")
        showsMuted = try Self.flag(parameters, "muted")
        // Every alert here is processed before it can be seen.
        _ = try Self.flag(parameters, "unprocessed")
    }

    static func matchers(_ parameters: FormParameters) throws -> [Matcher] {
        var result: [Matcher] = []
        for text in parameters.all("filter") {
            do { result += try MatcherParser.parse(text) } catch { throw Refusal(message: error.message) }
        }
        return result
    }

    private static func flag(_ parameters: FormParameters, _ name: String) throws -> Bool {
        switch parameters[name] {
        case nil, "true", "1": return true
        case "false", "0": return false
        case let text?: throw Refusal(message: "\(name) must be true or false, not \(quoted(text))")
        }
    }

    func takes(receiver name: String) -> Bool { receiver?.matchesWhole(name) ?? true }

    func takes(_ labels: [String: String], _ suppression: Suppression) -> Bool {
        if !showsActive, !suppression.isSuppressed { return false }
        if !showsSilenced, !suppression.silencedBy.isEmpty { return false }
        if !showsInhibited, !suppression.inhibitedBy.isEmpty { return false }
        return matchers.allSatisfy { Self.holds($0, labels[$0.name]) }
    }

    /// As Alertmanager's: comparing with the empty text asks whether there is such a label.
    private static func holds(_ matcher: Matcher, _ value: String?) -> Bool {
        if matcher.value.isEmpty {
            let isNegative = matcher.operation == .notEqual || matcher.operation == .notMatches
            if isNegative == (value != nil) { return true }
        }
        return matcher.matches(value ?? "")
    }
}
