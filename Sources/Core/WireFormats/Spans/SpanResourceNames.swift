import SignalModel

/// The labels that a token forces upon resources: they take the place of what a sender says of the same.
package struct ForcedResourceLabels: Sendable, Hashable {
    /// Attributes to be set; `environment` is OpenTelemetry's `deployment.environment.name`.
    var attributes: [Attribute]
    var environment: String?

    struct Attribute: Sendable, Hashable {
        var name: String
        var value: String
    }

    package static let none = ForcedResourceLabels([])

    package init(_ labels: [(name: String, value: String)]) {
        attributes = labels.map { label in
            Attribute(
                name: label.name == "environment" ? SpanResourceNames.environmentName : label.name, value: label.value
            )
        }
        environment = labels.first { $0.name == "environment" }?.value
    }
}

/// Numbers of the names that say who sent spans, in one batch; makes resources of fields.
struct SpanResourceNames {
    static let environmentName = "deployment.environment.name"

    private let service, version, environment, olderEnvironment: UInt32
    private let forced: ForcedResourceLabels
    private let forcedNames: [UInt32]

    init(_ batch: inout SpanBatch, _ forced: ForcedResourceLabels) {
        service = batch.number(of: "service.name")
        version = batch.number(of: "service.version")
        environment = batch.number(of: Self.environmentName)
        olderEnvironment = batch.number(of: "deployment.environment")
        self.forced = forced
        forcedNames = forced.attributes.map { batch.number(of: $0.name) }
    }

    /// The resource whose fields were added since `start`. A later one of the same name counts.
    func finish(_ batch: inout SpanBatch, since start: UInt32, nameBytesMax: Int) -> UInt32 {
        if !forcedNames.isEmpty {
            let (names, older) = (forcedNames, forced.environment == nil ? UInt32.max : olderEnvironment)
            batch.keepFields(since: start) { !names.contains($0.name) && $0.name != older }
            for (name, attribute) in zip(forcedNames, forced.attributes) { batch.add(name, string: attribute.value) }
        }
        var texts: (service: String, environment: String, older: String, version: String) = ("", "", "", "")
        for index in start..<batch.fieldsEnd {
            let field = batch.fields[Int(index)]
            guard field.kind == .string, !field.isElement else { continue }
            switch field.name {
            case service: texts.service = batch.text(of: field)
            case environment: texts.environment = batch.text(of: field)
            case olderEnvironment: texts.older = batch.text(of: field)
            case version: texts.version = batch.text(of: field)
            default: break
            }
        }
        if texts.service.isEmpty { texts.service = "unknown_service" }
        if texts.environment.isEmpty { texts.environment = texts.older }
        return batch.append(
            SpanResource(
                service: batch.number(of: SpanText.cut(texts.service, to: nameBytesMax)),
                environment: batch.number(of: SpanText.cut(texts.environment, to: nameBytesMax)),
                version: batch.number(of: SpanText.cut(texts.version, to: nameBytesMax)),
                fields: start..<batch.fieldsEnd))
    }
}
