internal import Basics
internal import SignalModel

/// Whether a flow goes into the networks that are ours, out of them, within them or past them.
struct NetworkDirectionProcessor: Processor {
    private let source: FieldTemplate
    private let destination: FieldTemplate
    private let target: FieldTemplate
    private var networks: [TextTemplate] = []
    private let networksField: FieldTemplate?
    private let ignoresMissing: Bool

    private static let named: [String: [String]] = [
        "loopback": ["127.0.0.0/8", "::1/128"], "unspecified": ["0.0.0.0/32", "::/128"],
        "private": ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fd00::/8"],
        "link_local_unicast": ["169.254.0.0/16", "fe80::/10"], "link_local_multicast": ["224.0.0.0/24", "ff02::/16"],
        "interface_local_multicast": ["ff01::/16"], "multicast": ["224.0.0.0/4", "ff00::/8"],
    ]

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
            do { networks.append(try TextTemplate(text)) } catch { throw options.located(error, "internal_networks") }
        }
    }

    func run(_ document: inout IngestDocument, in set: PipelineSet) throws(ProcessorFailure) {
        guard let from = try address(source, document), let to = try address(destination, document) else {
            if ignoresMissing { return }
            throw ProcessorFailure("unable to calculate network direction from document")
        }
        var names: [String] = []
        for network in networks { names.append(try network.rendered(document)) }
        if let networksField {
            guard case .array(let elements) = try document.value(try networksField.path(document)) else {
                throw ProcessorFailure("the field of internal networks is no list")
            }
            names = elements.map(\.javaText)
        }
        let direction =
            switch (try Self.isIn(from, names), try Self.isIn(to, names)) {
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

    private static func isIn(_ address: IPAddress, _ names: [String]) throws(ProcessorFailure) -> Bool {
        for name in names {
            if name == "public" {
                let others = named.values.flatMap { $0 }.compactMap(IPNetwork.init)
                if !others.contains(where: { address.isIn($0) }) { return true }
                continue
            }
            for text in named[name] ?? [name] {
                guard let network = IPNetwork(text) else {
                    throw ProcessorFailure("'\(text)' is not an IP string literal.")
                }
                if address.isIn(network) { return true }
            }
        }
        return false
    }
}
