package import Logs
package import SignalModel

/// A span as the store gives it back.
package struct StoredSpan: Sendable, Hashable {
    package struct Attribute: Sendable, Hashable {
        package var name: String
        package var values: [FieldValue]
        package var isArray: Bool

        package init(name: String, values: [FieldValue], isArray: Bool = false) {
            self.name = name
            self.values = values
            self.isArray = isArray
        }
    }

    package struct Event: Sendable, Hashable {
        package var timeNanoseconds: Int64
        package var name: String
        package var attributes: [Attribute]
    }

    package struct Link: Sendable, Hashable {
        package var trace: TraceID
        package var span: UInt64
        package var traceState: String
        package var attributes: [Attribute]
    }

    package var trace: TraceID
    package var id: UInt64
    /// 0 for none.
    package var parent: UInt64
    package var name: String
    package var kind: Span.Kind
    package var status: Span.Status
    package var statusMessage: String
    package var service: String
    package var environment: String
    package var version: String
    /// As sent.
    package var startNanoseconds: Int64
    package var durationNanoseconds: Int64
    package var weight: Double
    package var flags: Span.Flags
    package var traceState: String
    package var scopeName: String
    package var scopeVersion: String
    package var scopeAttributes: [Attribute]
    package var attributes: [Attribute]
    /// All of the resource's but its service's name, environment and version.
    package var resource: [Attribute]
    package var events: [Event]
    package var links: [Link]
    /// Where it stands in the order of arrival.
    package var sequence: UInt64

    package init(trace: TraceID, id: UInt64, startNanoseconds: Int64, durationNanoseconds: Int64) {
        self.trace = trace
        self.id = id
        self.startNanoseconds = startNanoseconds
        self.durationNanoseconds = durationNanoseconds
        parent = 0
        name = ""
        kind = .unspecified
        status = .unset
        statusMessage = ""
        service = ""
        environment = ""
        version = ""
        weight = 1
        flags = []
        traceState = ""
        scopeName = ""
        scopeVersion = ""
        scopeAttributes = []
        attributes = []
        resource = []
        events = []
        links = []
        sequence = 0
    }

    /// The process it ran in, as far as that is known: clocks are skewed between these.
    package var process: String {
        let names = ["service.instance.id", "host.name", "k8s.pod.name", "host.ip", "net.host.ip"]
        for name in names {
            if let value = resource.first(where: { $0.name == name })?.values.first {
                return service + "\u{0}" + value.text
            }
        }
        return service
    }

    static func value(_ value: DocumentValue) -> FieldValue? {
        switch value {
        case .null: .null
        case .bool(let value): .bool(value)
        case .integer(let value): .integer(value)
        case .double(let value): .double(value)
        case .string(let value): .string(value)
        case .array, .object: nil
        }
    }
}

extension StoredSpan {
    /// Nil for a row without the ids of a span.
    package init?(_ row: LogRow) {
        self.init(
            trace: .none, id: 0, startNanoseconds: row.place.timestampNanoseconds, durationNanoseconds: 0)
        sequence = row.place.sequence
        for field in row.fields { take(field) }
        guard !trace.isNone, id != 0 else { return nil }
    }

    private mutating func take(_ field: LogRow.Field) {
        guard let value = field.values.first else { return }
        switch field.name {
        case SpanFields.trace: trace = TraceID(hexadecimal: Array(value.text.utf8)) ?? .none
        case SpanFields.span: id = SpanID(hexadecimal: Array(value.text.utf8))?.number ?? 0
        case SpanFields.parent: parent = SpanID(hexadecimal: Array(value.text.utf8))?.number ?? 0
        case SpanFields.name: name = value.text
        case SpanFields.kind: kind = Span.Kind(text: value.text)
        case SpanFields.duration: if case .integer(let nanoseconds) = value { durationNanoseconds = nanoseconds }
        case SpanFields.status: status = Span.Status(text: value.text)
        case SpanFields.statusMessage: statusMessage = value.text
        case SpanFields.weight: if case .double(let weight) = value { self.weight = weight }
        case SpanFields.shared: flags.insert(.shared)
        case SpanFields.remoteParent: flags.insert(.remoteParent)
        case SpanFields.transaction: flags.insert(.transaction)
        case SpanFields.traceState: traceState = value.text
        case SpanFields.service: service = value.text
        case SpanFields.environment: environment = value.text
        case SpanFields.version: version = value.text
        case SpanFields.scopeName: scopeName = value.text
        case SpanFields.scopeVersion: scopeVersion = value.text
        case SpanFields.events: events = SpanDetails.events(value.text, start: startNanoseconds)
        case SpanFields.links: links = SpanDetails.links(value.text)
        default: takeAttribute(field)
        }
    }

    private mutating func takeAttribute(_ field: LogRow.Field) {
        func attribute(_ prefix: String) -> Attribute {
            Attribute(
                name: String(field.name.dropFirst(prefix.count)), values: field.values, isArray: field.isArray)
        }
        if field.name.hasPrefix(SpanFields.attributePrefix) {
            attributes.append(attribute(SpanFields.attributePrefix))
        } else if field.name.hasPrefix(SpanFields.resourcePrefix) {
            resource.append(attribute(SpanFields.resourcePrefix))
        } else if field.name.hasPrefix(SpanFields.scopePrefix) {
            scopeAttributes.append(attribute(SpanFields.scopePrefix))
        }
    }
}
