import Basics
import Ingest
import Logging
import Notifiers
import Response
import Synchronization
import TestKit
import Testing

@Suite struct NotifierSetTests {
    private func transports(_ clock: any WallClock) -> NotifierTransports {
        NotifierTransports(
            clients: HTTPClients(disk: PosixFileSystem(), environment: { _ in nil }, clock: clock), clock: clock)
    }

    private func set(
        _ channels: [String: ChannelSettings], transports: NotifierTransports, logger: Logger? = nil
    ) throws -> NotifierSet {
        try NotifierSet(
            channels: channels, externalURL: "http://signalbox.example", links: .fixture, push: .fixture,
            transports: transports,
            logger: logger ?? Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    }

    @Test("a notification goes by the channel it names, and by no other")
    func dispatch() async throws {
        let hook = try await LocalHTTPReceiver.start(.status(200))
        let slack = try await LocalHTTPReceiver.start(.status(200, body: "ok"))
        let transports = transports(SystemClock())
        let set = try set(
            [
                "hook": .webhook(WebhookSettings(url: Secret(hook.url + "/"))),
                "slack": .slack(SlackSettings(webhookURL: Secret(slack.url + "/"))),
            ], transports: transports)
        #expect(set.channelNames == ["hook", "slack"])
        #expect(await set.deliver(Notifications.make(channel: "slack")) == .delivered)
        #expect((hook.received.count, slack.received.count) == (0, 1))
        #expect(await set.deliver(Notifications.make(channel: "hook")) == .delivered)
        #expect((hook.received.count, slack.received.count) == (1, 1))
        #expect(
            await set.deliver(Notifications.make(channel: "pager")) == .permanent(reason: "there is no channel pager")
        )
        try await transports.shutdown()
        try await hook.stop()
        try await slack.stop()
    }

    @Test("channels that cannot work are refused by name before anything is sent")
    func refused() async throws {
        let transports = transports(VirtualClock())
        let error = #expect(throws: ChannelSettingsError.self) {
            try set(["slack": .slack(SlackSettings(webhookURL: "nowhere"))], transports: transports)
        }
        #expect(error?.description == "channel slack: webhook_url: needs http:// or https:// and a host")
        try await transports.shutdown()
    }

    @Test("the log tells of deliveries and never of secrets")
    func log() async throws {
        let receiver = try await LocalHTTPReceiver.start(.status(404, body: "no_service"))
        let transports = transports(SystemClock())
        let lines = LogLines()
        let logger = Logger(label: "test") { _ in lines }
        let url = receiver.url + "/services/T0000000/secretpiece"
        let set = try set(
            ["slack": .slack(SlackSettings(webhookURL: Secret(url)))], transports: transports, logger: logger)
        _ = await set.deliver(Notifications.make(channel: "slack"))
        let text = lines.text.withLock { $0 }
        #expect(text.contains("notification refused for good"))
        #expect(text.contains("no_service"))
        #expect(!text.contains("secretpiece") && !text.contains("T0000000"))
        try await transports.shutdown()
        try await receiver.stop()
    }
}

/// Keeps all that is logged.
private final class LogLines: LogHandler, Sendable {
    let text = Mutex("")
    var metadata: Logger.Metadata {
        get { [:] }
        set {}
    }
    var logLevel: Logger.Level {
        get { .trace }
        set {}
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { nil }
        set {}
    }

    func log(event: LogEvent) {
        text.withLock { $0 += "\(event.level) \(event.message) \(event.metadata ?? [:])\n" }
    }
}
