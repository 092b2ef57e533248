import Basics
import HTTPAPI
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Logging
import NIOCore
import Notifiers
import Response
import SignalModel
import Synchronization
import TestKit
import Testing

@Suite("A call about several pages")
struct TwilioCallTests {
    private static let url = "https://box.example"
    private static let settings = TwilioSettings(
        kind: .voice, accountSID: "AC" + String(repeating: "0", count: 32), authToken: "token", from: "+1")

    /// Accepts what it is given, as a provider of calls does.
    private final class Calls: Notifier {
        let notifications = Mutex<[Notification]>([])

        func deliver(_ notification: Notification) async -> DeliveryResult {
            notifications.withLock { $0.append(notification) }
            return .accepted(reference: "CA1", confirmWithinMilliseconds: 3_600_000)
        }
    }

    /// Ada is called for one P1 in fifteen minutes; the further ones are told together.
    private static var configuration: PagingConfiguration {
        var configuration = PagingConfiguration.withCalls
        configuration.policies[.p1]?.pageAfterMilliseconds = 0
        configuration.delivery.channels["call"]?.fallback = nil
        configuration.delivery.quotas[.voice] = [.p1: [.init(count: 1, windowMilliseconds: 900_000)]]
        return configuration
    }

    @Test(
        "one key acknowledges, escalates or resolves all of them that are nobody's yet",
        arguments: [
            ("4", "2 pages. Acknowledged. Goodbye.", ["acknowledged", "acknowledged"]),
            ("5", "2 pages. The next level is paged now. Goodbye.", ["open", "open"]),
            ("6", "2 pages. Resolved. Goodbye.", []),
        ])
    func keys(digit: String, says: String, statuses: [String]) async throws {
        let calls = Calls()
        let clock = VirtualClock()
        let core = try OperationsCore(
            journal: GateJournal(), notifier: { calls }, clock: clock, blocking: { try $0() },
            blockingLong: { try $0() }, onProblem: { _ in })
        let twilio = TwilioAPI(
            settings: { $0 == "call" ? Self.settings : nil }, core: core, externalURL: Self.url,
            throttle: AddressThrottle(clock: clock), replays: ReplayGuard(clock: clock))
        let router = Router(context: SignalboxRequestContext.self)
        router.add(middleware: ErrorMiddleware(logger: Logger(label: "test")))
        for endpoint in twilio.endpoints { endpoint.register(on: router) }
        let application = Application(router: router)
        let loop = Task { await core.run() }
        try await core.perform(.configured(Self.configuration))
        for name in ["Called", "Held", "Kept", "Taken"] {
            try await core.observeDurably([
                ObservedAlert(
                    labels: Labels([(name: "alertname", value: name), (name: "severity", value: "P1")]),
                    annotations: .empty, startsAt: clock.now(), endsAt: clock.now() + .seconds(86_400),
                    generatorURL: "")
            ])
        }
        clock.advance(by: .seconds(901))
        try await core.perform(.clockReached)
        let taken = try #require(core.state.open.values.first { $0.title == "Taken" })
        try await core.act(on: taken.id, .acknowledged(page: taken.id, by: "grace", note: ""))
        func bundle() -> Notification? {
            calls.notifications.withLock {
                $0.last { $0.key.hasPrefix("bundle/") && $0.channel.person == "engineer" }
            }
        }
        for _ in 0..<5000 where bundle() == nil { try await Task.sleep(for: .milliseconds(1)) }
        let key = try #require(bundle()?.key)
        let path = TwilioCallback(key: key, page: "", person: "engineer")
            .voiceURL(Self.url, channel: "call", turn: 0).replacing(Self.url, with: "")
        try await application.test(.router) { client in
            func call(_ form: [(name: String, value: String)]) async throws -> String {
                let signature = TwilioSignature.make(url: Self.url + path, form: form, token: Self.settings.authToken)
                let body = form.map { "\($0.name)=\($0.value)" }.joined(separator: "&")
                let answer = try await client.execute(
                    uri: path, method: .post,
                    headers: [
                        .contentType: "application/x-www-form-urlencoded",
                        HTTPField.Name("X-Twilio-Signature")!: signature,
                    ], body: ByteBuffer(string: body))
                return String(buffer: answer.body)
            }
            let asked = try await call([("CallSid", "CA1")])
            #expect(asked.contains("2 pages, P 1. Held. Kept. Press 4 to acknowledge"))
            let answered = try await call([("CallSid", "CA1"), ("Digits", digit)])
            #expect(answered.contains(says))
            let again = try await call([("CallSid", "CA1"), ("Turn", "2")])
            #expect(again.contains("resolved already") == (digit != "5"))
        }
        let left = core.state.open.values.filter { ["Held", "Kept"].contains($0.title) }.map(\.status.rawValue)
        #expect(left == statuses)
        core.stop()
        await loop.value
    }
}
