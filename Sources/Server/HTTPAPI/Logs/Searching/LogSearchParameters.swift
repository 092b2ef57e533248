import Basics
import Hummingbird
import Logs
import SignalModel

/// The parameters that all of `/ops/v1/logs` share, from the query string and a form body.
struct LogSearchParameters {
    let form: FormParameters
    let filter: LogFilter
    let indices: [String]

    /// A form body larger than this is answered 413.
    private static let bodyBytesMax = 2 << 20

    private static let common = ["query", "language", "from", "to", "time_zone", "index"]

    /// What all have in common, and names of an endpoint's own. Others are refused: who writes `start` for `from` would
    /// be shown records of all time.
    static func read(_ request: Request, _ search: LogSearch, _ own: [String]) async throws -> LogSearchParameters {
        var form = try FormParameters(request.uri.query ?? "")
        if request.method == .post {
            form.append(try FormParameters(String(buffer: try await request.body.collect(upTo: bodyBytesMax))))
        }
        let names = common + own
        if let unknown = form.entries.map(\.name).first(where: { !names.contains($0) }) {
            throw APIError(
                .badData, "there is no parameter \(quoted(unknown)): there are \(names.joined(separator: ", "))")
        }
        var context = search.context
        if let name = form["time_zone"] { context.zone = try context.zone(named: name) }
        let name = form["language"] ?? LogQueryText.Language.kql.rawValue
        guard let language = LogQueryText.Language(rawValue: name) else {
            throw APIError(.badData, "language must be kql or lucene, not \(quoted(name))")
        }
        var parts = [try LogQueryText.filter(form["query"] ?? "", language, context)]
        if let text = form["from"] {
            let time = try context.instant(text, roundingUp: false)
            parts.append(
                .test(
                    .named("@timestamp"),
                    .range(lower: .init(.time(nanoseconds: time), isInclusive: true), upper: nil)))
        }
        if let text = form["to"] {
            let time = try context.instant(text, roundingUp: false)
            parts.append(
                .test(
                    .named("@timestamp"),
                    .range(lower: nil, upper: .init(.time(nanoseconds: time), isInclusive: false))))
        }
        let indices = (form["index"] ?? "").split(separator: ",").map(String.init)
        return LogSearchParameters(form: form, filter: .and(parts), indices: indices)
    }

    /// Names separated by commas; nil when the parameter is missing.
    func names(_ name: String) -> [String]? {
        form[name].map { $0.split(separator: ",").map(String.init) }
    }

    /// A place as `rows` gives it.
    static func cursor(_ text: String) throws -> LogCursor {
        let parts = text.split(separator: ":")
        guard parts.count == 2, let time = Int64(parts[0]), let sequence = UInt64(parts[1]) else {
            throw APIError(.badData, "a place is given as \"cursor\" of a row, not as \(quoted(text))")
        }
        return LogCursor(timestampNanoseconds: time, sequence: sequence)
    }
}
