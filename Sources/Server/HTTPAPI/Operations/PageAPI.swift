package import Basics
import FoundationEssentials
import HTTPTypes
import Hummingbird
import Identity
import NIOCore
package import Response
import SignalModel

/// `/ops/v1/pages`: what burns, and what people do about it.
package struct PageAPI: Sendable {
    private let core: OperationsCore
    private let archive: any PageArchive
    private let clock: any WallClock

    /// An action's body is a note or a time; a larger one is refused with 413.
    private static let bodyBytesMax = 64 << 10
    /// Longer notes are refused: the place for them is a document that the note links.
    private static let noteCharactersMax = 4000
    private static let snoozeMax = Duration.seconds(7 * 86_400)

    /// Closed pages in one answer; `next` leads to more.
    private static let closedMax = 1000
    private static let closedDefault = 500

    package init(core: OperationsCore, archive: any PageArchive, clock: any WallClock) {
        self.core = core
        self.archive = archive
        self.clock = clock
    }

    package var endpoints: [Endpoint] {
        let path = "/ops/v1/pages"
        return [
            Endpoint(.get, path, .viewOperations, "Pages; status=open or closed, then search, limit, after", list),
            Endpoint(.get, path + "/:id", .viewOperations, "One page with its timeline", show),
            Endpoint(.post, path + "/:id/acknowledge", .respond, "Stops the escalation", acknowledge),
            Endpoint(.post, path + "/:id/resolve", .respond, "Closes the page", resolve),
            Endpoint(.post, path + "/:id/snooze", .respond, "Stops the escalation for a while", snooze),
            Endpoint(.post, path + "/:id/escalate", .respond, "Pages the next level at once", escalate),
            Endpoint(.post, path + "/:id/note", .respond, "Adds to the timeline", note),
            Endpoint(.get, "/ops/v1/events", .viewOperations, "A line for each change, server-sent events", events),
        ]
    }

    private func list(_ request: Request, _ context: SignalboxRequestContext) async throws -> Response {
        let form = try FormParameters(request.uri.query ?? "")
        let status = form["status"] ?? "open"
        let (configuration, now) = (core.state.configuration, clock.now())
        let pages: [Page]
        var next: PageSearch.Place?
        switch status {
        case "open": pages = core.state.open.values.sorted(by: Page.mostUrgentFirst)
        case "closed":
            let search = try Self.search(form)
            pages = try await archive.closed(core.state, search)
            if pages.count == search.limit { next = pages.last.map { PageSearch.Place($0) } }
        default: throw APIError(.badData, "status must be open or closed, not \(quoted(status))")
        }
        var json = JSONWriter()
        json.object { json in
            json.key("pages")
            json.array { json in
                for page in pages { json.page(page, configuration, at: now, withTimeline: false) }
            }
            if let next {
                json.key("next")
                json.string(next.text)
            }
        }
        return .json(json)
    }

    private static func search(_ form: FormParameters) throws -> PageSearch {
        var limit = closedDefault
        if let text = form["limit"] {
            guard let number = Int(text), 1...closedMax ~= number else {
                throw APIError(.badData, "limit must be from 1 to \(closedMax), not \(quoted(text))")
            }
            limit = number
        }
        var after: PageSearch.Place?
        if let text = form["after"] {
            guard let place = PageSearch.Place(text) else {
                throw APIError(.badData, "after must be what next said, not \(quoted(text))")
            }
            after = place
        }
        return PageSearch(form["search"] ?? "", after: after, limit: limit)
    }

    private func show(_ request: Request, _ context: SignalboxRequestContext) async throws -> Response {
        let id = try context.parameters.require("id")
        var found = core.state.page(id)
        if found == nil { found = try await archive.page(id) }
        guard let page = found else { throw APIError(.notFound, "there is no page \(id)") }
        var json = JSONWriter()
        json.page(page, core.state.configuration, at: clock.now(), withTimeline: true)
        return .json(json)
    }

    private struct Body: Decodable {
        var note: String?
        var text: String?
        var minutes: Int?
    }

    private func body(_ request: Request) async throws -> Body {
        let bytes = try await request.body.collect(upTo: Self.bodyBytesMax)
        guard bytes.readableBytes > 0 else { return Body() }
        do {
            let body = try JSONDecoder().decode(Body.self, from: Data(bytes.readableBytesView))
            for text in [body.note, body.text] where (text ?? "").count > Self.noteCharactersMax {
                throw APIError(.badData, "a note has at most \(Self.noteCharactersMax) characters")
            }
            return body
        } catch let error as APIError { throw error } catch {
            throw APIError(.badData, "the body must be JSON: \(TokenAPI.place(error))")
        }
    }

    private func act(
        _ request: Request, _ context: SignalboxRequestContext,
        _ input: (String, String, Body) throws -> OperationsInput
    ) async throws -> Response {
        let id = try context.parameters.require("id")
        let actor = context.principal?.name ?? ""
        let body = try await body(request)
        try await core.act(on: id, input(id, actor, body))
        return try await show(request, context)
    }

    private func acknowledge(_ request: Request, _ context: SignalboxRequestContext) async throws -> Response {
        try await act(request, context) { .acknowledged(page: $0, by: $1, note: $2.note ?? "") }
    }

    private func resolve(_ request: Request, _ context: SignalboxRequestContext) async throws -> Response {
        try await act(request, context) { .resolved(page: $0, by: $1, note: $2.note ?? "") }
    }

    private func escalate(_ request: Request, _ context: SignalboxRequestContext) async throws -> Response {
        try await act(request, context) { id, actor, _ in .escalated(page: id, by: actor) }
    }

    private func snooze(_ request: Request, _ context: SignalboxRequestContext) async throws -> Response {
        try await act(request, context) { id, actor, body in
            let minutes = body.minutes ?? 0
            guard minutes > 0, Duration.seconds(60 * minutes) <= Self.snoozeMax else {
                throw APIError(.badData, "minutes must be from 1 to \(Self.snoozeMax.milliseconds / 60_000)")
            }
            let until = clock.now() + .seconds(60 * minutes)
            return .snoozed(page: id, by: actor, untilMilliseconds: until.milliseconds)
        }
    }

    private func note(_ request: Request, _ context: SignalboxRequestContext) async throws -> Response {
        try await act(request, context) { id, actor, body in
            guard let text = body.text ?? body.note, !text.isEmpty else {
                throw APIError(.badData, "text is missing")
            }
            return .noted(page: id, by: actor, text: text)
        }
    }

    /// The first one says that it is connected.
    private func events(_ request: Request, _ context: SignalboxRequestContext) async throws -> Response {
        EventStream.response(from: core.changes()) { ByteBuffer(string: "event: change\ndata: \($0)\n\n") }
    }
}

extension PageArchive {
    /// Closed pages, those at hand and those kept here, the newest first.
    package func closed(_ state: OperationsState, _ search: PageSearch) async throws -> [Page] {
        func isNewer(_ left: Page, _ right: Page) -> Bool {
            (left.closedAtMilliseconds ?? 0, left.id) > (right.closedAtMilliseconds ?? 0, right.id)
        }
        let here = state.closed.filter(search.matches).sorted(by: isNewer).prefix(search.limit)
        let oldest = state.closed.first?.closedAtMilliseconds ?? 0
        if here.count == search.limit, here.last?.closedAtMilliseconds ?? 0 > oldest { return Array(here) }
        // What is here and not yet let go there is told once.
        let known = Set(here.map(\.id))
        let older = try await find(search).filter { !known.contains($0.id) }
        return Array((here + older).sorted(by: isNewer).prefix(search.limit))
    }
}

extension OperationsState {
    package func page(_ id: String) -> Page? { open[id] ?? closed.last { $0.id == id } }
}

extension Page {
    package static func mostUrgentFirst(_ left: Page, _ right: Page) -> Bool {
        (left.severity.rawValue, left.openedAtMilliseconds, left.id)
            < (right.severity.rawValue, right.openedAtMilliseconds, right.id)
    }
}
