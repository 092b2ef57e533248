import ArgumentParser
import SignalboxServer

/// Asks a running server what would happen to an alert.
struct ExplainCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain",
        abstract: "Tells what would happen to an alert of these labels: who hears of it, when and why.")

    enum Format: String, ExpressibleByArgument, CaseIterable { case table, json }

    @Argument(help: ArgumentHelp("The alert's labels, such as alertname=Down severity=P1.", valueName: "NAME=VALUE"))
    var labels: [String]
    @Option(help: "table or json.") var format: Format = .table
    @OptionGroup var server: ServerOptions

    func run() async throws {
        var wanted: [String: String] = [:]
        for text in labels {
            guard let equals = text.firstIndex(of: "="), equals > text.startIndex else {
                throw ValidationError("\(text) is no NAME=VALUE")
            }
            wanted[String(text[..<equals])] = String(text[text.index(after: equals)...])
        }
        let (json, explained) = try await server.connection().explain(wanted)
        print(format == .json ? json : explained.text, terminator: format == .json ? "\n" : "")
    }
}
