import ArgumentParser
import Glibc
import SignalboxServer

/// Asks a running server whether a change may go out, for pipelines.
struct GateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "gate",
        abstract: "Tells whether a change of a service may go out now.",
        discussion: """
            Exit 0: yes. 10: yes, with care. 20: no. 2: it cannot be told, or the server does not answer.
            What is asked is recorded as a change that is about to go out; --dry-run records nothing.
            """)

    enum Format: String, ExpressibleByArgument, CaseIterable { case text, json }

    @Option(help: "The service that changes.") var service: String
    @Option(help: "Where it changes.") var environment = ""
    @Option(help: "normal, critical-fix or rollback.") var change: GateChange = .normal
    @Option(help: "Why it is a critical fix.") var reason: String?
    @Option(help: "What goes out, such as an image or a commit.") var summary: String?
    @Flag(help: "Only look: nothing is recorded.") var dryRun = false
    @Option(help: "text or json.") var format: Format = .text
    @OptionGroup var server: ServerOptions

    /// Also of a server that does not answer: there is nothing to decide by.
    private static let cannotTell: Int32 = 2

    func run() async throws {
        let answer: GateAnswer
        do {
            answer = try await server.connection().gate(
                service: service, environment: environment, change: change, reason: reason, summary: summary,
                dryRun: dryRun)
        } catch {
            let text = Array("Error: \(error)\n".utf8)
            _ = write(STDERR_FILENO, text, text.count)
            throw ExitCode(Self.cannotTell)
        }
        print(format == .json ? answer.json : answer.text, terminator: format == .json ? "\n" : "")
        if answer.exitCode != 0 { throw ExitCode(answer.exitCode) }
    }
}

extension GateChange: ExpressibleByArgument {}
