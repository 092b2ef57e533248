internal import Alerting
package import Basics
package import GoTemplates

/// `sns_configs`: a topic, an endpoint or a telephone number of Amazon SNS. The texts are templates.
package struct SNSReceiver: Sendable, Hashable {
    package enum Target: Sendable, Hashable {
        case topic(NotificationTemplate)
        case endpoint(NotificationTemplate)
        case telephone(NotificationTemplate)
    }

    package var url: String
    package var region: String
    package var accessKey: String
    package var secretKey: Secret
    package var target: Target
    package var subject: NotificationTemplate
    package var text: NotificationTemplate
    package var attributes: [String: NotificationTemplate]

    package init(
        url: String, region: String, accessKey: String, secretKey: Secret, target: Target,
        subject: NotificationTemplate, text: NotificationTemplate, attributes: [String: NotificationTemplate]
    ) {
        self.url = url
        self.region = region
        self.accessKey = accessKey
        self.secretKey = secretKey
        self.target = target
        self.subject = subject
        self.text = text
        self.attributes = attributes
    }
}

extension SNSReceiver: HTTPReceiver {
    /// SNS refuses more (docs.aws.amazon.com, "Publish").
    private static let topicBytesMax = 256 << 10
    private static let telephoneBytesMax = 1600
    private static let subjectMax = 100

    var problems: [String] { WebURL.problems(url, key: "api_url") }
    var secrets: [Secret] { [secretKey] }

    func requests(_ message: GroupMessage) throws(GroupMessage.Failure) -> [ReceiverRequest] {
        guard let place = WebURL(url) else { throw .unfit("the URL of the request is none") }
        var pairs = [("Action", "Publish"), ("Version", "2010-03-31")]
        var bytesMax = Self.topicBytesMax
        switch target {
        case .topic(let topic):
            let topic = try message.text(topic)
            pairs.append(("TopicArn", topic))
            if topic.hasSuffix(".fifo") {
                pairs.append(("MessageDeduplicationId", message.group.incidentKey))
                pairs.append(("MessageGroupId", message.group.incidentKey))
            }
        case .endpoint(let endpoint): pairs.append(("TargetArn", try message.text(endpoint)))
        case .telephone(let number):
            pairs.append(("PhoneNumber", try message.text(number)))
            bytesMax = Self.telephoneBytesMax
        }
        let text = try message.text(text)
        let subject = ReceiverText.cut(try message.text(subject), scalarsMax: Self.subjectMax)
        if !subject.isEmpty { pairs.append(("Subject", subject)) }
        pairs.append(("Message", ReceiverText.cut(text, bytesMax: bytesMax, mark: "")))
        var attributes = try message.texts(attributes).filter { !$0.value.isEmpty }
        if text.utf8.count > bytesMax { attributes["truncated"] = "true" }
        for (index, attribute) in attributes.sorted(by: { $0.key < $1.key }).enumerated() {
            let name = "MessageAttributes.entry.\(index + 1)"
            pairs += [("\(name).Name", attribute.key), ("\(name).Value.DataType", "String")]
            pairs.append(("\(name).Value.StringValue", attribute.value))
        }
        let body = Array(FormBody.encode(pairs.map { (name: $0.0, value: $0.1) }).utf8)
        let contentType = "application/x-www-form-urlencoded; charset=utf-8"
        let signature = AWSSignature(
            region: region, service: "sns", accessKey: accessKey, secretKey: secretKey, time: message.now)
        let headers = signature.headers(
            method: "POST", host: place.authority, path: place.path, contentType: contentType, body: body)
        return [ReceiverRequest(url: place, contentType: contentType, headers: headers, body: body)]
    }
}

extension WebURL {
    /// Without the query; at least a slash.
    var path: String {
        let path = pathAndQuery.prefix { $0 != "?" && $0 != "#" }
        return path.isEmpty ? "/" : String(path)
    }
}
