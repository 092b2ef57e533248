import ArgumentParser
import SignalboxServer

/// Asks a running server.
struct QueryCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "query", abstract: "Asks a running server.", subcommands: [Metrics.self, Logs.self, Traces.self])

    struct Metrics: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "metrics",
            abstract: "Evaluates PromQL: at one time, or over a range when --start is given.")

        @Argument(help: ArgumentHelp("The expression.", valueName: "QUERY")) var query: String
        @Option(help: "Start of the range: seconds since 1970 or RFC 3339.") var start: String?
        @Option(help: "End of the range, or the time of an instant query; now when left out.") var end: String?
        @Option(help: "Distance of the range's points.") var step = "1m"
        @Option(help: "table, json or csv.") var format: QueryFormat = .table
        @OptionGroup var server: ServerOptions

        func run() async throws {
            let answer = try await server.connection().query(query, start: start, end: end, step: step)
            if answer.series.isEmpty { note("no series have samples then") }
            print(format.render(answer), terminator: "")
        }
    }

    struct Logs: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "logs",
            abstract: "Finds log records: the newest in a table, or all as documents (json) or cells (csv).")

        @Argument(help: ArgumentHelp("KQL, such as 'service.name: cart and timeout'.", valueName: "QUERY"))
        var query: String
        @Option(help: "kql or lucene.") var language = "kql"
        @Option(help: "The first instant: RFC 3339, milliseconds since 1970, or as now-15m.") var start = "now-1h"
        @Option(help: "The first instant that no longer counts; now when left out.") var end: String?
        @Option(help: "Records at most.") var limit = 100
        @Option(help: "Names of fields, separated by commas.") var fields: String?
        @Option(help: "table, json or csv.") var format: QueryFormat = .table
        @OptionGroup var server: ServerOptions

        func run() async throws {
            let options = LogQueryOptions(
                query: query, language: language, start: start, end: end, limit: limit, fields: fields, format: format
            )
            let text = try await server.connection().logs(options)
            if text.isEmpty { note("no records from \(start) on; --start goes further back, as now-7d") }
            print(text, terminator: "")
        }
    }

    struct Traces: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "traces",
            abstract: "Finds traces: the latest in a table, or as JSON; with --trace the spans of one as a tree.")

        @Argument(help: ArgumentHelp("KQL, such as 'service.name: cart and span.status: error'.", valueName: "QUERY"))
        var query = ""
        @Option(help: "kql, lucene or traceql.") var language = "kql"
        @Option(help: "The id of a trace to show.") var trace: String?
        @Option(help: "The first instant: RFC 3339, milliseconds since 1970, or as now-15m.") var start = "now-1h"
        @Option(help: "The first instant that no longer counts; now when left out.") var end: String?
        @Option(name: .customLong("min-duration"), help: "Of a span, as 100ms.") var minDuration: String?
        @Option(help: "Traces at most.") var limit = 20
        @Option(help: "table or json.") var format: ListFormat = .table
        @OptionGroup var server: ServerOptions

        func run() async throws {
            let options = TraceQueryOptions(
                query: query, language: language, trace: trace, start: start, end: end, minDuration: minDuration,
                limit: limit, format: format)
            let text = try await server.connection().traces(options)
            if text.isEmpty { note("no traces from \(start) on; --start goes further back, as now-7d") }
            print(text, terminator: "")
        }
    }
}
