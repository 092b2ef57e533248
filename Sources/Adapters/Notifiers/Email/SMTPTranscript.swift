/// What the server answered to which command: enough to say who refused what, and never what was authenticated with.
package struct SMTPTranscript: Sendable, Hashable {
    package struct Reply: Sendable, Hashable {
        /// The command's verb, `RCPT` with its argument; `connect` for the greeting.
        package var command: String
        package var code: Int
        /// The reply's lines, joined.
        package var text: String

        package var isRefusal: Bool { code >= 400 }
    }

    package private(set) var replies: [Reply] = []
    private var command = "connect"
    private var pendingLines: [String] = []

    /// Replies kept; a dialogue of ours has far fewer, and a server that talks on is not listened to.
    private static let repliesMax = 200
    private static let lineCharactersMax = 512
    private static let verbs: Set<String> = ["EHLO", "HELO", "STARTTLS", "AUTH", "MAIL", "DATA", "QUIT"]

    package init() {}

    package mutating func sent(_ data: String) {
        for line in Self.lines(data) {
            let verb = line.prefix { $0 != " " }.uppercased()
            if verb == "RCPT" {
                command = String(line.prefix(Self.lineCharactersMax))
            } else if Self.verbs.contains(verb) {
                command = verb
            } else if line == "." {
                command = "end of DATA"
            } else if command != "end of DATA", command != "DATA" {
                // A credential, answering a challenge. Its text goes nowhere.
                command = "AUTH"
            }
        }
    }

    package mutating func received(_ data: String) {
        for line in Self.lines(data) {
            guard replies.count < Self.repliesMax, pendingLines.count < Self.repliesMax,
                let code = Int(line.prefix(3)), (200..<600).contains(code)
            else { continue }
            pendingLines.append(String(line.dropFirst(4).prefix(Self.lineCharactersMax)))
            guard line.dropFirst(3).first != "-" else { continue }
            replies.append(Reply(command: command, code: code, text: pendingLines.joined(separator: " ")))
            pendingLines = []
            // The reply to DATA is asked for once more: the final one judges the whole message.
            if command == "DATA", code == 354 { command = "end of DATA" }
        }
    }

    private static func lines(_ data: String) -> [Substring] {
        data.split { $0 == "\r\n" || $0 == "\n" || $0 == "\r" }
    }
}
