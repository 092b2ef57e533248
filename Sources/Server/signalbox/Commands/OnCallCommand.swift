import ArgumentParser
import SignalboxServer

struct OnCallCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "oncall", abstract: "Shows who is on call now, and who is next, by schedule.")

    @Option(help: "table or json.") var format: ListFormat = .table
    @OptionGroup var server: ServerOptions

    func run() async throws {
        print(format.render(try await server.connection().onCall(), cells: \.cells), terminator: "")
    }
}
