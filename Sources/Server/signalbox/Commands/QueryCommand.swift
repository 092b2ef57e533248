import ArgumentParser
import SignalboxServer

/// Asks a running server over its Prometheus API.
struct QueryCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "query", abstract: "Asks a running server.", subcommands: [Metrics.self])

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
            print(format.render(answer), terminator: "")
        }
    }
}
