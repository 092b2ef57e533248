import ArgumentParser
import SignalboxServer

struct UserCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "user", abstract: "Adds, lists and changes the people who may sign in, on the running server.",
        subcommands: [Create.self, List.self, Role.self, Password.self, Remove.self])

    /// How a password comes in: never as an argument, which every process of the machine can read.
    struct PasswordOption: ParsableArguments {
        @Flag(name: .customLong("password-stdin"), help: "Reads the password from standard input's first line.")
        var fromStandardInput = false

        func password() throws -> String? {
            guard fromStandardInput else { return nil }
            guard let line = readLine(), !line.isEmpty else {
                throw ValidationError("--password-stdin: standard input has no line")
            }
            return line
        }
    }

    struct Create: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Adds a person; prints the generated password, which cannot be shown again.")
        @Argument(help: "How the person signs in.") var name: String
        @Option(help: "viewer, editor, responder or admin.") var role: String
        @OptionGroup var password: PasswordOption
        @OptionGroup var server: ServerOptions

        func run() async throws {
            let given = try password.password()
            if let made = try await server.connection().createUser(name, role: role, password: given) { print(made) }
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Lists the people who may sign in.")
        @Option(help: "table or json.") var format: ListFormat = .table
        @OptionGroup var server: ServerOptions

        func run() async throws {
            let users = try await server.connection().users()
            print(format.render(users) { [$0.name, $0.role, $0.created] }, terminator: "")
        }
    }

    struct Role: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Changes what a person may do, from now on.")
        @Argument var name: String
        @Argument(help: "viewer, editor, responder or admin.") var role: String
        @OptionGroup var server: ServerOptions

        func run() async throws { try await server.connection().setRole(of: name, to: role) }
    }

    struct Password: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Replaces a password, prints the generated one, and ends the person's sessions.")
        @Argument var name: String
        @OptionGroup var password: PasswordOption
        @OptionGroup var server: ServerOptions

        func run() async throws {
            let given = try password.password()
            if let made = try await server.connection().resetPassword(of: name, to: given) { print(made) }
        }
    }

    struct Remove: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Removes a person and their sessions.")
        @Argument var name: String
        @OptionGroup var server: ServerOptions

        func run() async throws { try await server.connection().removeUser(name) }
    }
}
