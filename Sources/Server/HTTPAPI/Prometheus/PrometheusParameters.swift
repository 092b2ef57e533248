import Basics
import Hummingbird
import PromQL
import SignalModel

/// The parameters of one request to the Prometheus dialect, from the query string and a form body.
struct PrometheusParameters {
    var form: FormParameters

    /// A form body larger than this is answered 413.
    private static let bodyBytesMax = 4 << 20

    static func read(_ request: Request) async throws -> PrometheusParameters {
        var form = try FormParameters(request.uri.query ?? "")
        if request.method == .post {
            let type = request.headers[.contentType] ?? ""
            if type.hasPrefix("application/x-www-form-urlencoded") {
                let body = try await request.body.collect(upTo: bodyBytesMax)
                form.append(try FormParameters(String(buffer: body)))
            }
        }
        return PrometheusParameters(form: form)
    }

    func required(_ name: String) throws -> String {
        guard let value = form[name], !value.isEmpty else {
            throw APIError(.badData, "invalid parameter \(quoted(name)): parameter is required and must not be empty")
        }
        return value
    }

    /// Float seconds or RFC 3339; `absent` when the parameter is missing.
    func time(_ name: String, absent: Timestamp) throws -> Timestamp {
        guard let text = form[name], !text.isEmpty else { return absent }
        return try Self.time(text, name: name)
    }

    func requiredTime(_ name: String) throws -> Timestamp { try Self.time(form[name] ?? "", name: name) }

    private static func time(_ text: String, name: String) throws -> Timestamp {
        if let seconds = Double(text), seconds.isFinite, abs(seconds) < 9e15 {
            // Further out nothing is stored, and the engine's sums would overflow.
            return min(max(Timestamp(seconds: seconds), .distantPast), .distantFuture)
        }
        if let time = RFC3339.parse(text) { return time }
        switch text {
        // Go's extreme times, which clients send for "from the beginning" and "to the end".
        case "-292273086-05-16T16:47:06Z": return .distantPast
        case "292277025-08-18T07:12:54.999999999Z": return .distantFuture
        default:
            throw APIError(
                .badData, "invalid parameter \(quoted(name)): cannot parse \(quoted(text)) to a valid timestamp")
        }
    }

    /// Float seconds or a Prometheus duration; nil when missing.
    func duration(_ name: String) throws -> Duration? {
        guard let text = form[name], !text.isEmpty else { return nil }
        if let seconds = Double(text) {
            guard seconds.isFinite, abs(seconds) < 9.2e9 else {
                throw APIError(
                    .badData,
                    "invalid parameter \(quoted(name)): cannot parse \(quoted(text)) to a valid duration. "
                        + "It overflows int64")
            }
            return .milliseconds(Int64((seconds * 1000).rounded()))
        }
        do { return try PromQLParser.parseDuration(text) } catch {
            throw APIError(
                .badData, "invalid parameter \(quoted(name)): cannot parse \(quoted(text)) to a valid duration")
        }
    }

    /// Zero means no limit.
    func limit(_ name: String = "limit") throws -> Int {
        guard let text = form[name], !text.isEmpty else { return 0 }
        guard let value = Int(text), value >= 0 else {
            throw APIError(.badData, "invalid parameter \(quoted(name)): \(quoted(text)) is not a number from 0 up")
        }
        return value
    }

    /// The matchers of every `match[]`, one list a selector.
    func selectors() throws -> [[Matcher]] {
        do { return try PromQLParser.parseSelectors(form.all("match[]")) } catch {
            throw APIError(.badData, "invalid parameter \"match[]\": \(error)")
        }
    }
}
