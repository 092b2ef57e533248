internal import Basics
internal import SignalModel

/// Whether a flow goes into the networks that are ours, out of them, within them or past them.
struct NetworkDirectionProcessor: Processor {
    private let source: FieldTemplate
    private let destination: FieldTemplate
    private let target: FieldTemplate
    private var networks: [Network] = []
    private let networksField: FieldTemplate?
    private let ignoresMissing: Bool

    private enum Network: Sendable {
        case fixed(AddressGroup)
        case named(TextTemplate)
    }

    init(_ options: inout ProcessorOptions) throws(PipelineDefinitionError) {
        source = try options.field("source_ip", default: "source.ip")
        destination = try options.field("destination_ip", default: "destination.ip")
        target = try options.field("target_field", default: "network.direction")
        ignoresMissing = try options.bool("ignore_missing", default: true)
        networksField = try options.fieldIfGiven("internal_networks_field")
        let given = try options.strings("internal_networks", default: nil)
        guard (given == nil) != (networksField == nil) else {
            throw options.refused(
                "internal_networks", "or [internal_networks_field] must be specified, and not both")
        }
        for text in given ?? [] {
            let name: TextTemplate
            do { name = try TextTemplate(text) } catch { throw options.located(error, "internal_networks") }
            if let constant = name.constant {
                guard let group = AddressGroup(constant) else {
                    throw options.refused("internal_networks", "'\(text)' is not an IP string literal.")
                }
                networks.append(.fixed(group))
            } else {
                networks.append(.named(name))
            }
        }
    }

    func run(_ document: inout IngestDocument, in set: PipelineSet) throws(ProcessorFailure) {
        guard let from = try address(source, document), let to = try address(destination, document) else {
            if ignoresMissing { return }
            throw ProcessorFailure("unable to calculate network direction from document")
        }
        let internalNetworks = try groups(document)
        func isInternal(_ address: IPAddress) -> Bool { internalNetworks.contains { $0.contains(address) } }
        let direction =
            switch (isInternal(from), isInternal(to)) {
            case (true, true): "internal"
            case (true, false): "outbound"
            case (false, true): "inbound"
            case (false, false): "external"
            }
        try document.set(try target.path(document), .string(direction))
    }

    private func address(_ field: FieldTemplate, _ document: IngestDocument) throws(ProcessorFailure) -> IPAddress? {
        guard let value = document.find(try field.path(document)), value != .null else { return nil }
        guard let address = IPAddress(value.javaText) else {
            throw ProcessorFailure("'\(value.javaText)' is not an IP string literal.")
        }
        return address
    }

    private func groups(_ document: IngestDocument) throws(ProcessorFailure) -> [AddressGroup] {
        var groups: [AddressGroup] = []
        for network in networks {
            switch network {
            case .fixed(let group): groups.append(group)
            case .named(let name): groups.append(try Self.group(try name.rendered(document)))
            }
        }
        if let networksField {
            guard case .array(let elements) = try document.value(try networksField.path(document)) else {
                throw ProcessorFailure("the field of internal networks is no list")
            }
            for element in elements { groups.append(try Self.group(element.javaText)) }
        }
        return groups
    }

    private static func group(_ name: String) throws(ProcessorFailure) -> AddressGroup {
        guard let group = AddressGroup(name) else { throw ProcessorFailure("'\(name)' is not an IP string literal.") }
        return group
    }
}
