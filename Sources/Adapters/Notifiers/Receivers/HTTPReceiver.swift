internal import Alerting
internal import Basics
internal import GoTemplates

/// A receiver of an Alertmanager file that is told by HTTP requests.
protocol HTTPReceiver: Sendable, Hashable {
    /// What is wrong with the settings, naming the key and never a secret; empty when nothing is.
    var problems: [String] { get }
    /// What answers may repeat and nobody is to see.
    var secrets: [Secret] { get }
    /// In order; each is sent once the one before it was taken.
    func requests(_ message: GroupMessage) throws(GroupMessage.Failure) -> [ReceiverRequest]
}

/// One request to a receiver's API.
struct ReceiverRequest: Sendable, Hashable {
    var method = "POST"
    var url: WebURL
    var contentType = "application/json"
    /// Besides what every request has.
    var headers: [String: String] = [:]
    var body: [UInt8]
    /// Tried again though other services would mean it for good.
    var retriedStatuses: Set<Int> = []
}

/// What a receiver is to be told of one group, and how its templates see it.
struct GroupMessage: Sendable {
    enum Failure: Error {
        case template(TemplateError)
        /// Something else that only a person can mend.
        case unfit(String)
    }

    var group: GroupNotification
    var data: TemplateValue
    /// When it was decided, which is the present for its templates.
    var time: Timestamp
    /// When it is sent.
    var now: Timestamp
    var externalURL: String

    func text(_ template: NotificationTemplate?, asHTML: Bool = false) throws(Failure) -> String {
        guard let template else { return "" }
        do throws(TemplateError) { return try template.render(data, at: time, asHTML: asHTML) } catch {
            throw .template(error)
        }
    }

    /// Each of them rendered.
    func texts(_ templates: [String: NotificationTemplate]) throws(Failure) -> [String: String] {
        var result: [String: String] = [:]
        for (name, template) in templates { result[name] = try text(template) }
        return result
    }

    /// A whole message made of templates.
    func made<Body>(
        _ make: (TemplateValue, Timestamp) throws(TemplateError) -> Body
    ) throws(Failure) -> Body {
        do throws(TemplateError) { return try make(data, time) } catch { throw .template(error) }
    }

    func request(
        to url: WebURL?, method: String = "POST", headers: [String: String] = [:], _ body: some Encodable
    ) throws(Failure) -> ReceiverRequest {
        guard let url else { throw .unfit("the URL of the request is none") }
        guard let body = try? JSONBody.encode(body) else { throw .unfit("the message cannot be written as JSON") }
        return ReceiverRequest(method: method, url: url, headers: headers, body: body)
    }
}
