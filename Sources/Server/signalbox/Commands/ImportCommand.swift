import ArgumentParser
import Glibc
import SignalboxServer

/// Reads what another system exported and writes pieces of a paging file.
struct ImportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract:
            "Turns an export of PagerDuty, Opsgenie, Grafana OnCall or Alertmanager into pieces of a paging file.",
        discussion: "What came along and what did not is told on standard error.")

    @Argument(help: "pagerduty, opsgenie, oncall or alertmanager.") var source: PagingImport.Source
    @Argument(
        help: ArgumentHelp("The export: JSON as the API answers it; of Alertmanager its YAML.", valueName: "FILE"))
    var file: String
    @Option(help: ArgumentHelp("Writes the pieces there instead of to standard output.", valueName: "FILE"))
    var output: String?

    func run() throws {
        do {
            let (yaml, report) = try PagingImport.run(source, file)
            if let output { try PagingImport.write(yaml, to: output) } else { print(yaml, terminator: "") }
            report.withCString { _ = write(2, $0, strlen($0)) }
        } catch { fail(error) }
    }
}

extension PagingImport.Source: ExpressibleByArgument {}
