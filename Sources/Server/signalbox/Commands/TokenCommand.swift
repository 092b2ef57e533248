import ArgumentParser
import SignalboxServer

struct TokenCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "token", abstract: "Makes, lists and revokes tokens of programs, on the running server.",
        subcommands: [Create.self, Limit.self, List.self, Revoke.self])

    /// What an ingest token may send.
    struct Limits: ParsableArguments {
        @Option(help: "Samples a second; beyond it the sender must wait.") var samplesPerSecond: Int?
        @Option(help: "Series sent within some minutes; beyond it new ones are left out.") var activeSeriesMax: Int?
        @Option(help: "Labels of one series; one with more is left out.") var labelsPerSeriesMax: Int?
        @Option(help: "Bytes of one label value; a series with a longer one is left out.") var labelValueBytesMax:
            Int?

        /// By their names in the API.
        var named: [String: Int] {
            [
                "samples_per_second": samplesPerSecond, "active_series_max": activeSeriesMax,
                "labels_per_series_max": labelsPerSeriesMax, "label_value_bytes_max": labelValueBytesMax,
            ].compactMapValues(\.self)
        }
    }

    struct Create: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Makes a token and prints it; it cannot be shown again.")

        enum Kind: String, ExpressibleByArgument, CaseIterable { case ingest, events, browser, api }

        @Argument(
            help: ArgumentHelp(
                "ingest: sends samples, logs and spans, with forced labels. events: sends events, with forced labels;"
                    + " a routing key for PagerDuty's clients. browser: stands in pages, sends what browsers measure."
                    + " api: calls the API with a role."))
        var kind: Kind
        @Option(help: "What the token is for.") var name: String
        @Option(
            name: .customLong("label"), help: ArgumentHelp("A forced label, repeatable.", valueName: "NAME=VALUE"))
        var labels: [String] = []
        @Option(help: "viewer, editor, responder or admin.") var role: String?
        @Option(help: ArgumentHelp("When it ends, RFC 3339.", valueName: "TIME")) var expires: String?
        @OptionGroup var limits: Limits
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
                kind: kind.rawValue, name: name, labels: pairs.isEmpty ? nil : pairs, role: role, expires: expires,
                limits: limits.named.isEmpty ? nil : limits.named)
            print(try await server.connection().createToken(wanted))
        }
    }

    struct Limit: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Sets all limits of an ingest token; those not given are lifted.")
        @Argument(help: ArgumentHelp("As `token list` shows it.", valueName: "ID")) var id: String
        @OptionGroup var limits: Limits
        @OptionGroup var server: ServerOptions

        func run() async throws { try await server.connection().limitToken(id, to: limits.named) }
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
