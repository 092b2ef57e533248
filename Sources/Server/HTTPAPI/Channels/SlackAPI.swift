package import Basics
import HTTPTypes
import Hummingbird
import NIOCore
package import Notifiers
package import Response

/// What Slack sends when somebody presses a button of a page's message. Signed with the app's secret; without that, too
/// old or a second time it is answered 403 and does nothing. Answered within Slack's three seconds.
package struct SlackAPI: Sendable {
    package typealias Settings = @Sendable (_ channel: String) -> SlackAppSettings?

    private let settings: Settings
    private let core: OperationsCore
    private let whisper: SlackWhisper
    private let throttle: AddressThrottle
    private let replays: ReplayGuard
    private let clock: any WallClock

    package static let path = "/ops/v1/channels/slack/"
    /// A payload repeats the message it belongs to; a larger one is refused with 413.
    private static let bodyBytesMax = 512 << 10

    package init(
        settings: @escaping Settings, core: OperationsCore, whisper: SlackWhisper, throttle: AddressThrottle,
        replays: ReplayGuard, clock: any WallClock
    ) {
        self.settings = settings
        self.core = core
        self.whisper = whisper
        self.throttle = throttle
        self.replays = replays
        self.clock = clock
    }

    package var endpoints: [Endpoint] {
        [
            Endpoint(
                .post, Self.path + "interactions/:name", nil, "A button was pressed in Slack; signed by Slack", press)
        ]
    }

    private func press(_ request: Request, _ context: SignalboxRequestContext) async throws -> Response {
        let channel = FormParameters.decode(pathPart: try context.parameters.require("name"))
        let body = try await request.body.collect(upTo: Self.bodyBytesMax)
        func header(_ name: String) -> String { HTTPField.Name(name).flatMap { request.headers[$0] } ?? "" }
        let signature = header("X-Slack-Signature")
        guard let settings = settings(channel),
            SlackSignature.isValid(
                signature, timestamp: header("X-Slack-Request-Timestamp"), body: Array(body.readableBytesView),
                secret: settings.signingSecret, now: clock.now())
        else {
            try throttle.admit(context.remoteAddress)
            throw APIError(.forbidden, "the signature is not Slack's, or too old")
        }
        guard replays.take(signature) else { throw APIError(.forbidden, "this request was answered before") }
        let form = try FormParameters(String(buffer: body))
        // Links among the buttons are told too; they need no answer.
        guard let pressed = form["payload"].flatMap(SlackInteraction.init(payload:)) else {
            return Response(status: .ok)
        }
        if let refusal = try await act(pressed, channel) {
            await whisper.say(refusal, to: pressed.responseURL, settings)
        }
        return Response(status: .ok)
    }

    /// Why nothing was done; nil when it was.
    private func act(_ pressed: SlackInteraction, _ channel: String) async throws -> String? {
        let people = core.state.configuration.people.filter { _, person in
            person.addresses?[channel] == pressed.user
                || person.contacts.contains { $0.channel == channel && $0.address == pressed.user }
        }
        guard let person = people.keys.sorted().first else {
            return
                "Signalbox does not know you: your member id \(pressed.user) is nobody's `slack:` in the paging file."
        }
        guard pressed.page != TestPage.id else { return "The test worked." }
        do { try await core.act(on: pressed.page, input(pressed, person)) } catch let error as ResponseError {
            return "Nothing was done: \(error.message)."
        }
        return nil
    }

    private func input(_ pressed: SlackInteraction, _ person: String) -> OperationsInput {
        switch pressed.action {
        case .acknowledge: .acknowledged(page: pressed.page, by: person, note: "in Slack")
        case .resolve: .resolved(page: pressed.page, by: person, note: "in Slack")
        case .snooze:
            .snoozed(
                page: pressed.page, by: person,
                untilMilliseconds: (clock.now() + .seconds(60 * SlackAction.snoozeMinutes)).milliseconds)
        }
    }
}
