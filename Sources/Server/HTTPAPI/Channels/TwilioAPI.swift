package import Basics
import HTTPTypes
import Hummingbird
import NIOCore
package import Notifiers
package import Response
import SignalModel

/// What Twilio calls: what to say and which key was pressed, what became of a message, SMS that people send. Each
/// request is signed with the account's token; without that, or a second time, it is answered 403 and does nothing.
package struct TwilioAPI: Sendable {
    package typealias Settings = @Sendable (_ channel: String) -> TwilioSettings?

    private let settings: Settings
    private let core: OperationsCore
    private let externalURL: String
    private let throttle: AddressThrottle
    private let replays: ReplayGuard

    /// Twilio's forms are some hundred bytes; a larger one is refused with 413.
    private static let bodyBytesMax = 64 << 10
    /// Turns of one call: then it hangs up, and the escalation goes on.
    private static let turnsMax = 6

    package init(
        settings: @escaping Settings, core: OperationsCore, externalURL: String, throttle: AddressThrottle,
        replays: ReplayGuard
    ) {
        self.settings = settings
        self.core = core
        self.externalURL = externalURL
        self.throttle = throttle
        self.replays = replays
    }

    package var endpoints: [Endpoint] {
        let path = TwilioCallback.path
        return [
            Endpoint(.post, path + "voice/:name", nil, "What a call says; signed by Twilio", voice),
            Endpoint(.post, path + "status/:name", nil, "What became of a call or an SMS; signed by Twilio", status),
            Endpoint(.post, path + "sms/:name", nil, "An SMS that a person sent; signed by Twilio", message),
        ]
    }

    private struct Call {
        var channel: String
        var settings: TwilioSettings
        var query: FormParameters
        var form: FormParameters
        var signature: String
    }

    /// The request, once it is proven to be Twilio's.
    private func verified(_ request: Request, _ context: SignalboxRequestContext) async throws -> Call {
        let channel = FormParameters.decode(pathPart: try context.parameters.require("name"))
        let body = try await request.body.collect(upTo: Self.bodyBytesMax)
        let form = try FormParameters(String(buffer: body))
        let signature = HTTPField.Name("X-Twilio-Signature").flatMap { request.headers[$0] } ?? ""
        // As Twilio called it: proxies may have changed the host and the scheme on the way.
        let url = externalURL + (request.head.path ?? "")
        guard let settings = settings(channel),
            TwilioSignature.isValid(signature, url: url, form: form.entries, token: settings.authToken)
        else {
            try throttle.admit(context.remoteAddress)
            throw APIError(.forbidden, "the signature is not Twilio's")
        }
        return Call(
            channel: channel, settings: settings, query: try FormParameters(request.uri.query ?? ""), form: form,
            signature: signature)
    }

    /// Refuses a copy of what was answered before.
    private func once(_ call: Call) throws {
        guard replays.take(call.signature) else { throw APIError(.forbidden, "this request was answered before") }
    }

    private func callback(_ call: Call) throws -> TwilioCallback {
        guard let callback = call.query["m"].flatMap(TwilioCallback.init) else {
            throw APIError(.badData, "m is missing or none of ours")
        }
        return callback
    }

    // MARK: Voice

    private func voice(_ request: Request, _ context: SignalboxRequestContext) async throws -> Response {
        let call = try await verified(request, context)
        let callback = try callback(call)
        let turn = call.query["n"].flatMap { Int($0) } ?? 0
        let digits = call.form["Digits"] ?? ""
        if !digits.isEmpty { try once(call) }
        if let status = TwilioStatus(call: "completed", answeredBy: call.form["AnsweredBy"] ?? ""),
            status.status == .failed
        {
            try await core.perform(
                .confirmed(key: callback.key, status: .failed, order: status.order, detail: status.detail))
            return .xml(TwiML.say(Self.spoken(callback, core.state) ?? "This is Signalbox."))
        }
        guard let text = Self.spoken(callback, core.state) else {
            return .xml(TwiML.say("This is Signalbox. The page is resolved already. Goodbye."))
        }
        if let answer = try await act(digits, callback) { return .xml(TwiML.say(answer)) }
        guard turn < Self.turnsMax else { return .xml(TwiML.say("Goodbye.")) }
        let keys = "Press 4 to acknowledge, 5 to escalate, 6 to resolve, star to repeat."
        let next = callback.voiceURL(externalURL, channel: call.channel, turn: turn + 1)
        return .xml(TwiML.ask("\(text) \(keys)", next: next))
    }

    /// What a key did, in words; nil for none and for one that only asks to hear it again.
    private func act(_ digits: String, _ callback: TwilioCallback) async throws -> String? {
        let person = callback.person
        let input: (String) -> OperationsInput
        let answer: String
        switch digits {
        case "4": (input, answer) = ({ .acknowledged(page: $0, by: person, note: "by phone") }, "Acknowledged")
        case "5": (input, answer) = ({ .escalated(page: $0, by: person) }, "The next level is paged now")
        case "6": (input, answer) = ({ .resolved(page: $0, by: person, note: "by phone") }, "Resolved")
        default: return nil
        }
        guard callback.page != TestPage.id else { return "Thank you. Goodbye." }
        let pages = Self.pages(callback, core.state)
        for page in pages { try await core.act(on: page.id, input(page.id)) }
        return pages.count > 1 ? "\(pages.count) pages. \(answer). Goodbye." : "\(answer). Goodbye."
    }

    /// What a call is about: one page, or those that a quota had kept back. Resolved ones are left out.
    private static func pages(_ callback: TwilioCallback, _ state: OperationsState) -> [Page] {
        guard callback.page.isEmpty else { return state.open[callback.page].map { [$0] } ?? [] }
        return state.pages(ofBundle: callback.key)
    }

    /// Nil when there is nothing to wake anybody for any more.
    private static func spoken(_ callback: TwilioCallback, _ state: OperationsState) -> String? {
        if callback.page == TestPage.id { return "This is Signalbox with a test page. Nothing is wrong." }
        let pages = pages(callback, state)
        guard let first = pages.first else { return nil }
        let severity = first.severity.rawValue.map { String($0) }.joined(separator: " ")
        if pages.count == 1 { return "This is Signalbox. \(severity). \(first.title.prefix(titleCharactersMax))." }
        let titles = pages.prefix(spokenTitlesMax).map { "\($0.title.prefix(titleCharactersMax))." }
        let rest = pages.count - titles.count
        return "This is Signalbox. \(pages.count) pages, \(severity). \(titles.joined(separator: " "))"
            + (rest > 0 ? " And \(rest) more." : "")
    }

    /// More are better read than heard.
    private static let spokenTitlesMax = 4
    /// A longer title is no more understood on a phone.
    private static let titleCharactersMax = 200

    // MARK: Status

    private func status(_ request: Request, _ context: SignalboxRequestContext) async throws -> Response {
        let call = try await verified(request, context)
        try once(call)
        let callback = try callback(call)
        let said =
            if let status = call.form["MessageStatus"] ?? call.form["SmsStatus"] {
                TwilioStatus(message: status, errorCode: call.form["ErrorCode"] ?? "")
            } else {
                TwilioStatus(
                    call: call.form["CallStatus"] ?? "", answeredBy: call.form["AnsweredBy"] ?? "")
            }
        guard let said else { throw APIError(.badData, "the status is none that Twilio has") }
        if said.status != .underWay || core.state.deliveries.awaited(callback.key) != nil {
            try await core.perform(
                .confirmed(key: callback.key, status: said.status, order: said.order, detail: said.detail))
        }
        return Response(status: .noContent)
    }

    // MARK: SMS from people

    private func message(_ request: Request, _ context: SignalboxRequestContext) async throws -> Response {
        let call = try await verified(request, context)
        try once(call)
        let number = call.form["From"] ?? ""
        // A stranger's number learns nothing and costs nothing.
        guard let person = Self.person(number, call.channel, core.state.configuration) else {
            return .xml(TwiML.nothing)
        }
        switch SMSReply(call.form["Body"] ?? "") {
        case .stop, .start:
            // The carrier confirms it to the person by itself.
            let isStopped = SMSReply(call.form["Body"] ?? "") == .stop
            try await core.perform(.numberStopped(number: number, isStopped: isStopped))
            return .xml(TwiML.nothing)
        case .act(let action, let code): return .xml(TwiML.message(try await act(action, code, person)))
        case .acknowledgeAll: return .xml(TwiML.message(try await acknowledgeAll(person)))
        case .unknown:
            return .xml(TwiML.message("Reply with the page's number and a, e or c; aa acknowledges all."))
        }
    }

    private func act(_ action: SMSReply.Action, _ code: String, _ person: String) async throws -> String {
        let told = core.state.open.values.first { page in
            SMSReply.code(ofPage: page.id) == code && page.told.contains { $0.person == person }
        }
        guard let page = told else { return "There is no open page \(code) that you were told of." }
        switch action {
        case .acknowledge:
            try await core.act(on: page.id, .acknowledged(page: page.id, by: person, note: "by SMS"))
            return "Acknowledged: \(page.title.prefix(Self.titleCharactersMax))"
        case .escalate:
            try await core.act(on: page.id, .escalated(page: page.id, by: person))
            return "Escalated: \(page.title.prefix(Self.titleCharactersMax))"
        case .resolve:
            try await core.act(on: page.id, .resolved(page: page.id, by: person, note: "by SMS"))
            return "Resolved: \(page.title.prefix(Self.titleCharactersMax))"
        }
    }

    private func acknowledgeAll(_ person: String) async throws -> String {
        let pages = core.state.open.values.filter { page in
            page.status == .open && page.told.contains { $0.person == person }
        }.sorted { $0.id < $1.id }
        for page in pages {
            try await core.act(on: page.id, .acknowledged(page: page.id, by: person, note: "by SMS"))
        }
        return "Acknowledged: \(pages.count)"
    }

    /// Whose number it is in this channel.
    private static func person(
        _ number: String, _ channel: String, _ configuration: PagingConfiguration
    ) -> String? {
        guard TwilioSettings.isNumber(number) else { return nil }
        return configuration.people.filter { _, person in
            person.addresses?[channel] == number
                || person.contacts.contains { $0.channel == channel && $0.address == number }
        }.keys.sorted().first
    }
}

extension Response {
    static func xml(_ text: String) -> Response {
        Response(
            status: .ok, headers: [.contentType: "text/xml; charset=utf-8"],
            body: .init(byteBuffer: ByteBuffer(string: text)))
    }
}
