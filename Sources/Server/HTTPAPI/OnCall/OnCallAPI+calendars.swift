import Basics
import FoundationEssentials
import HTTPTypes
import Hummingbird
import Identity
import NIOCore
import Response
import SignalModel

/// Feeds for calendar programs, each behind a secret address of its own.
extension OnCallAPI {
    static let calendarPath = path + "/calendar/"
    private static let secretPrefix = "sbx_calendar_"
    private static let suffix = ".ics"
    private static let nameCharactersMax = 200
    /// A feed shows so much of the past.
    private static let pastMilliseconds: Int64 = 30 * 86_400_000

    var calendarEndpoints: [Endpoint] {
        [
            Endpoint(.get, Self.path + "/calendars", .respond, "Calendar feeds, without their secrets", calendars),
            Endpoint(
                .post, Self.path + "/calendars", .respond, "Makes a calendar feed and shows its secret address once",
                makeCalendar),
            Endpoint(
                .delete, Self.path + "/calendars/:id", .respond, "Revokes a calendar feed at once", revokeCalendar),
            Endpoint(
                .get, Self.calendarPath + ":token", nil,
                "Shifts as iCalendar; the address is the secret, ends with .ics and reads nothing else", feed),
        ]
    }

    private func calendars(_ request: Request, _ context: SignalboxRequestContext) async throws -> Response {
        let calendars = core.state.onCall.calendars
        var json = JSONWriter()
        json.object { json in
            json.key("calendars")
            json.array { json in for calendar in calendars { json.object { json in json.calendar(calendar) } } }
        }
        return .json(json)
    }

    private struct WantedCalendar: Decodable {
        var name: String
        var schedule: String?
        var person: String?
    }

    private func makeCalendar(_ request: Request, _ context: SignalboxRequestContext) async throws -> Response {
        let wanted = try await body(WantedCalendar.self, request)
        guard !wanted.name.isEmpty, wanted.name.count <= Self.nameCharactersMax else {
            throw APIError(.badData, "name must have from 1 to \(Self.nameCharactersMax) characters")
        }
        let secret = TokenSecret.make(prefix: Self.secretPrefix, randomness: randomness)
        let calendar = OnCallCalendar(
            id: makeID(), name: wanted.name, schedule: wanted.schedule, person: wanted.person,
            digest: Self.digest(secret), by: context.principal?.name ?? "", atMilliseconds: nowMilliseconds)
        try await perform(.calendarMade(calendar))
        var json = JSONWriter()
        json.object { json in
            json.calendar(calendar)
            json.key("url")
            json.string(externalURL + Self.calendarPath + secret + Self.suffix)
        }
        return .json(json, status: .created)
    }

    private func revokeCalendar(_ request: Request, _ context: SignalboxRequestContext) async throws -> Response {
        let id = try context.parameters.require("id")
        guard core.state.onCall.calendars.contains(where: { $0.id == id }) else {
            throw APIError(.notFound, "there is no calendar \(quoted(id))")
        }
        try await perform(.calendarRevoked(id: id, by: context.principal?.name ?? ""))
        return Response(status: .noContent)
    }

    private func feed(_ request: Request, _ context: SignalboxRequestContext) async throws -> Response {
        let token = try context.parameters.require("token")
        let state = core.state
        let digest = Self.digest(token.hasSuffix(Self.suffix) ? String(token.dropLast(Self.suffix.count)) : token)
        guard let calendar = state.onCall.calendars.first(where: { $0.digest == digest }) else {
            throw APIError(.notFound, "there is no such calendar")
        }
        let bytes = Array(text(of: calendar, state).utf8)
        let tag = "\"\(String(bytes.withUnsafeBytes { XXHash64.of($0) }, radix: 16))\""
        let headers: HTTPFields = [
            .contentType: "text/calendar; charset=utf-8", .eTag: tag, .cacheControl: "private, no-cache",
        ]
        let known = request.headers[.ifNoneMatch] ?? ""
        if known.split(separator: ",").contains(where: { $0.drop { $0 == " " || $0 == "W" || $0 == "/" } == tag }) {
            return Response(status: .notModified, headers: headers)
        }
        return Response(status: .ok, headers: headers, body: .init(byteBuffer: ByteBuffer(bytes: bytes)))
    }

    private func text(of calendar: OnCallCalendar, _ state: OperationsState) -> String {
        let host = externalURL.split(separator: "/").dropFirst().first.map(String.init) ?? "signalbox"
        var feed = CalendarFeed(name: calendar.name)
        let from = nowMilliseconds - Self.pastMilliseconds
        for (name, ledger) in state.onCall.schedules.sorted(by: { $0.key < $1.key })
        where calendar.schedule.map({ $0 == name }) ?? true {
            // From the whole ledger: cut to now, a shift's beginning and with it its UID would change all the time.
            let all = ledger.final(from: from - OnCallLedger.keptMilliseconds, through: .max / 4)
            for shift in all
            where shift.throughMilliseconds > from && calendar.person.map({ $0 == shift.person }) ?? true {
                feed.add(
                    uid: "\(name)-\(shift.fromMilliseconds)-\(shift.person)@\(host)",
                    stamp: ledger.changedAtMilliseconds, from: shift.fromMilliseconds,
                    through: shift.throughMilliseconds,
                    summary: "On call: \(state.configuration.people[shift.person]?.name ?? shift.person) (\(name))",
                    description: shift.override == nil ? shift.layer : Self.why(shift, ledger))
            }
        }
        return feed.text
    }

    private static func why(_ shift: Shift, _ ledger: OnCallLedger) -> String {
        guard let override = ledger.overrides.first(where: { $0.id == shift.override }) else { return "" }
        return "Override by \(override.by)" + (override.why.isEmpty ? "" : ": \(override.why)")
    }

    private static func digest(_ secret: String) -> String {
        SecretDigest(of: secret).bytes.map { byte in
            let digits = String(byte, radix: 16)
            return digits.count == 1 ? "0" + digits : digits
        }.joined()
    }
}
