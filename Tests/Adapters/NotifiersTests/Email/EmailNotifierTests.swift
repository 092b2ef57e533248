import Basics
import Notifiers
import Response
import TestKit
import Testing

@Suite struct EmailNotifierTests {
    private static let password: Secret = "s3cretpassword"

    private func settings(_ server: LocalSMTPServer, security: EmailSettings.Security = .none) -> EmailSettings {
        EmailSettings(
            host: "127.0.0.1", port: server.port, security: security, username: "signalbox",
            password: Self.password, from: "Signalbox <signalbox@example.org>",
            to: ["ops@example.org", "lead@example.org"])
    }

    private func deliver(
        _ script: LocalSMTPServer.Script, security: EmailSettings.Security = .none,
        _ notification: Notification = Notifications.make()
    ) async throws -> (DeliveryResult, LocalSMTPServer.Record) {
        let server = try await LocalSMTPServer.start(script)
        let sender = MailSender(clock: VirtualClock())
        let notifier = try #require(
            EmailNotifier(settings(server, security: security), links: .fixture, sender: sender))
        let result = await notifier.deliver(notification)
        // "\0signalbox\0s3cretpassword" as AUTH PLAIN sends it.
        expectNoLeak(result, of: [Self.password.revealed, "AHNpZ25hbGJveABzM2NyZXRwYXNzd29yZA"])
        try await sender.shutdown()
        try await server.stop()
        return (result, server.received)
    }

    @Test("a team's mail goes to all recipients, signed in, with the message whole")
    func team() async throws {
        let (result, record) = try await deliver(
            LocalSMTPServer.Script(), Notifications.make(annotations: ["summary": ".leading dot\n.\n..two"]))
        #expect(result == .delivered)
        #expect(record.commands.first == "EHLO example.org")
        #expect(record.commands.contains { $0.hasPrefix("AUTH PLAIN") })
        #expect(record.commands.contains("MAIL FROM:<signalbox@example.org>"))
        #expect(record.commands.filter { $0.hasPrefix("RCPT") }.count == 2)
        #expect(record.message.hasPrefix("From: \"Signalbox\" <signalbox@example.org>\r\n"))
        #expect(record.message.contains("\r\n.leading dot\r\n.\r\n..two\r\n"))
        #expect(record.message.hasSuffix("--\r\n"))
    }

    @Test("a personal mail goes to that person only")
    func personal() async throws {
        let (result, record) = try await deliver(
            LocalSMTPServer.Script(), Notifications.make(address: "ann@example.org"))
        #expect(result == .delivered)
        #expect(record.commands.filter { $0.hasPrefix("RCPT") } == ["RCPT TO:<ann@example.org>"])
        #expect(record.message.contains("\r\nTo: ann@example.org\r\n"))
    }

    private static let refusals: [(String, String, Outcome)] = [
        ("MAIL", "451 later", .retry(after: nil)), ("MAIL", "550 5.7.1 no", .permanent),
        ("RCPT", "450 greylisted", .retry(after: nil)), ("RCPT", "550 5.1.1 no such user", .permanent),
        ("DATA", "421 too busy", .retry(after: nil)), ("DATA", "554 no", .permanent),
        (".", "452 disk full", .retry(after: nil)), (".", "552 too big", .permanent),
        ("AUTH", "454 auth is down", .retry(after: nil)), ("AUTH", "535 5.7.8 bad credentials", .permanent),
        // Some servers name what they were told.
        ("AUTH", "535 no user signalbox with s3cretpassword", .permanent),
    ]

    @Test("4xx is tried again and 5xx is for good, at each step, and the reason names it", arguments: refusals)
    func refusalTable(step: String, reply: String, expected: Outcome) async throws {
        var script = LocalSMTPServer.Script()
        script.replies = [step: reply]
        let (result, _) = try await deliver(script)
        #expect(Outcome(result) == expected, "\(result)")
        #expect(result.reason.contains("\(reply.prefix(3))"), "\(result)")
    }

    private static let greetings: [(String, Outcome)] = [
        ("421 not now", .retry(after: nil)), ("554 go away", .permanent),
    ]

    @Test("a server that does not greet as one gets no mail", arguments: greetings)
    func greeting(text: String, expected: Outcome) async throws {
        var script = LocalSMTPServer.Script()
        script.greeting = text
        let (result, record) = try await deliver(script)
        #expect(Outcome(result) == expected, "\(result)")
        #expect(record.message.isEmpty)
    }

    @Test("one refused recipient does not keep the mail from the others, and somebody hears of it")
    func partly() async throws {
        var script = LocalSMTPServer.Script()
        script.replies = ["RCPT TO:<lead@": "550 no such user"]
        let (result, record) = try await deliver(script)
        #expect(Outcome(result) == .permanent)
        #expect(result.reason.contains("lead@example.org") && result.reason.contains("other recipients got"))
        #expect(record.message.contains("Subject:"))
    }

    @Test("without the TLS that is asked for nothing is said, neither password nor page")
    func noStartTLS() async throws {
        let (result, record) = try await deliver(LocalSMTPServer.Script(), security: .startTLS)
        #expect(Outcome(result) == .permanent, "\(result)")
        #expect(result.reason.contains("STARTTLS"))
        #expect(!record.commands.contains { $0.hasPrefix("AUTH") || $0.hasPrefix("MAIL") })
        #expect(record.message.isEmpty)
    }

    @Test("STARTTLS that is offered and then refused is no way around it")
    func startTLSRefused() async throws {
        var script = LocalSMTPServer.Script()
        script.extensions = ["local", "STARTTLS", "AUTH PLAIN"]
        script.replies = ["STARTTLS": "454 no TLS now"]
        let (result, record) = try await deliver(script, security: .startTLS)
        #expect(Outcome(result) == .retry(after: nil), "\(result)")
        #expect(!record.commands.contains { $0.hasPrefix("AUTH") || $0.hasPrefix("MAIL") })
    }

    @Test("a server that is not there is tried again")
    func notThere() async throws {
        let server = try await LocalSMTPServer.start()
        let notifier = try #require(
            EmailNotifier(
                settings(server), links: .fixture, sender: MailSender(clock: VirtualClock())))
        try await server.stop()
        #expect(Outcome(await notifier.deliver(Notifications.make())) == .retry(after: nil))
    }

    @Test("an address that is none is refused for good and shown as what it is")
    func badAddress() async throws {
        let (result, record) = try await deliver(
            LocalSMTPServer.Script(), Notifications.make(address: "ann@example.org\r\nRCPT TO:<thief@example.org>"))
        #expect(Outcome(result) == .permanent)
        #expect(record.commands.isEmpty)
    }

    private static let bad: [(String, @Sendable (inout EmailSettings) -> Void)] = [
        ("host", { $0.host = "mail example" }), ("host", { $0.host = "mail/x" }), ("port", { $0.port = 0 }),
        (
            "security",
            {
                $0.security = .none
                $0.host = "mail.example.org"
            }
        ),
        ("from", { $0.from = "nobody" }), ("to", { $0.to = ["a@b.c", "x"] }),
        ("to", { $0.to = Array(repeating: "a@b.c", count: 51) }), ("username", { $0.password = "s3cretpassword" }),
        ("hello_name", { $0.helloName = "a b" }),
    ]

    @Test("settings that cannot work are refused by their key", arguments: bad.indices)
    func problems(index: Int) {
        var settings = EmailSettings(host: "mail.example.org", from: "a@example.org")
        #expect(settings.problems.isEmpty)
        Self.bad[index].1(&settings)
        #expect(settings.problems.count == 1)
        #expect(settings.problems.allSatisfy { $0.hasPrefix(Self.bad[index].0) && !$0.contains("s3cret") })
    }

    @Test("in the clear is allowed to loopback, or where it is said")
    func plaintext() {
        for host in ["localhost", "127.0.0.1", "::1"] {
            #expect(EmailSettings(host: host, security: .none, from: "a@b.c").problems.isEmpty)
        }
        let meant = EmailSettings(host: "relay.internal", security: .none, allowsPlaintext: true, from: "a@b.c")
        #expect(meant.problems.isEmpty)
    }
}
