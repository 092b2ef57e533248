import ArgumentParser
import SignalboxServer

struct TokenCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "token", abstract: "Makes, lists and revokes tokens of programs, on the running server.",
        subcommands: [Create.self, List.self, Revoke.self])

    struct Create: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Makes a token and prints it; it cannot be shown again.")

        enum Kind: String, ExpressibleByArgument, CaseIterable { case ingest, api }

        @Argument(help: "ingest: writes samples, with forced labels. api: calls the API with a role.") var kind: Kind
        @Option(help: "What the token is for.") var name: String
        @Option(
            name: .customLong("label"), help: ArgumentHelp("A forced label, repeatable.", valueName: "NAME=VALUE"))
        var labels: [String] = []
        @Option(help: "viewer, editor, responder or admin.") var role: String?
        @Option(help: ArgumentHelp("When it ends, RFC 3339.", valueName: "TIME")) var expires: String?
        @OptionGroup var server: ServerOptions

        func run() async throws {
            var pairs: [String: String] = [:]
            for label in labels {
                guard let equals = label.firstIndex(of: "=") else {
                    throw ValidationError("--label \(label): NAME=VALUE is expected")
                }
                pairs[String(label[..<equals])] = String(label[label.index(after: equals)...])
            }
            let wanted = WantedToken(
                kind: kind.rawValue, name: name, labels: pairs.isEmpty ? nil : pairs, role: role, expires: expires)
            print(try await server.connection().createToken(wanted))
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Lists tokens, without their secrets.")
        @Option(help: "table or json.") var format: ListFormat = .table
        @OptionGroup var server: ServerOptions

        func run() async throws {
            print(format.render(try await server.connection().tokens(), cells: \.cells), terminator: "")
        }
    }

    struct Revoke: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Revokes a token; it is refused from then on.")
        @Argument(help: ArgumentHelp("As `token list` shows it.", valueName: "ID")) var id: String
        @OptionGroup var server: ServerOptions

        func run() async throws { try await server.connection().revokeToken(id) }
    }
}
