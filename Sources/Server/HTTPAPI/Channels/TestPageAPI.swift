package import Basics
import FoundationEssentials
import Hummingbird
import Identity
package import Notifiers
package import Response

/// `/ops/v1/channels`: which there are, and a test page by one of them.
package struct TestPageAPI: Sendable {
    private let channels: @Sendable () -> [(name: String, kind: String)]
    private let notifier: @Sendable () -> any Notifier
    private let core: OperationsCore
    private let externalURL: String
    private let randomness: any Randomness
    private let clock: any WallClock

    /// The body names a person or an address; a larger one is refused with 413.
    private static let bodyBytesMax = 16 << 10

    package init(
        channels: @escaping @Sendable () -> [(name: String, kind: String)],
        notifier: @escaping @Sendable () -> any Notifier, core: OperationsCore, externalURL: String,
        randomness: any Randomness, clock: any WallClock
    ) {
        self.channels = channels
        self.notifier = notifier
        self.core = core
        self.externalURL = externalURL
        self.randomness = randomness
        self.clock = clock
    }

    /// Names that begin a path of their own, under which the router looks for nothing else.
    private static let namesOfPaths = ["slack", "twilio"]

    package var endpoints: [Endpoint] {
        let path = "/ops/v1/channels"
        let summary = "Sends a test page; {person} or {address} for a personal channel; tells what the far end said"
        return [
            Endpoint(.get, path, .viewOperations, "The channels, by name and kind", list),
            Endpoint(.post, path + "/:name/test", .respond, summary) { request, context in
                try await test(FormParameters.decode(pathPart: context.parameters.require("name")), request, context)
            },
        ]
            + Self.namesOfPaths.map { name in
                Endpoint(.post, path + "/\(name)/test", .respond, summary) { try await test(name, $0, $1) }
            }
    }

    private func list(_ request: Request, _ context: SignalboxRequestContext) async throws -> Response {
        var json = JSONWriter()
        json.object { json in
            json.key("channels")
            json.array { json in
                for channel in channels() {
                    json.object { json in
                        json.key("name")
                        json.string(channel.name)
                        json.key("kind")
                        json.string(channel.kind)
                    }
                }
            }
        }
        return .json(json)
    }

    private struct Body: Decodable {
        var person: String?
        var address: String?
    }

    private func test(
        _ name: String, _ request: Request, _ context: SignalboxRequestContext
    ) async throws -> Response {
        guard channels().contains(where: { $0.name == name }) else {
            throw APIError(.notFound, "there is no channel \(name)")
        }
        let place = try place(name, try await body(request))
        let notification = TestPage.notification(
            to: place, by: context.principal?.name ?? "", url: externalURL + "/alerts", number: randomness.next(),
            at: clock.now())
        return .json(Self.answer(await notifier().deliver(notification)))
    }

    private func body(_ request: Request) async throws -> Body {
        let bytes = try await request.body.collect(upTo: Self.bodyBytesMax)
        guard bytes.readableBytes > 0 else { return Body() }
        do { return try JSONDecoder().decode(Body.self, from: Data(bytes.readableBytesView)) } catch {
            throw APIError(.badData, "the body must be JSON: \(TokenAPI.place(error))")
        }
    }

    private func place(_ channel: String, _ body: Body) throws -> ChannelReference {
        guard let name = body.person else {
            return ChannelReference(channel: channel, address: body.address ?? "")
        }
        guard let person = core.state.configuration.people[name] else {
            throw APIError(.badData, "there is no person \(name) in the paging file")
        }
        let known = person.contacts.first { $0.channel == channel }?.address ?? person.addresses?[channel]
        guard let address = body.address ?? known else {
            throw APIError(.badData, "\(name) has no address for \(channel)")
        }
        return ChannelReference(channel: channel, address: address, person: name)
    }

    /// Reasons are clean of secrets by the port's contract.
    static func answer(_ result: DeliveryResult) -> JSONWriter {
        let (word, reason): (String, String) =
            switch result {
            case .delivered: ("delivered", "")
            case .posted(let reference): ("delivered", "the far end calls it \(reference)")
            case .accepted(let reference, _):
                ("accepted", "taken as \(reference); a callback says what becomes of it")
            case .retry(let reason, _): ("failed", reason)
            case .permanent(let reason): ("refused", reason)
            }
        var json = JSONWriter()
        json.object { json in
            json.key("result")
            json.string(word)
            json.key("reason")
            json.string(reason)
        }
        return json
    }
}
