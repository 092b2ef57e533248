internal import Basics
internal import SignalModel

/// The Community ID of a flow, version 1 (github.com/corelight/community-id-spec).
struct CommunityIDProcessor: Processor {
    private let sourceIP: FieldTemplate
    private let destinationIP: FieldTemplate
    private let sourcePort: FieldTemplate
    private let destinationPort: FieldTemplate
    private let icmpType: FieldTemplate
    private let icmpCode: FieldTemplate
    private let number: FieldTemplate
    private let transport: FieldTemplate
    private let target: FieldTemplate
    private let seed: UInt16
    private let ignoresMissing: Bool

    private static let protocols: [String: UInt8] = [
        "icmp": 1, "igmp": 2, "tcp": 6, "udp": 17, "gre": 47, "ipv6-icmp": 58, "icmp6": 58, "eigrp": 88, "ospf": 89,
        "pim": 103, "sctp": 132,
    ]

    init(_ options: inout ProcessorOptions) throws(PipelineDefinitionError) {
        sourceIP = try options.field("source_ip", default: "source.ip")
        destinationIP = try options.field("destination_ip", default: "destination.ip")
        sourcePort = try options.field("source_port", default: "source.port")
        destinationPort = try options.field("destination_port", default: "destination.port")
        icmpType = try options.field("icmp_type", default: "icmp.type")
        icmpCode = try options.field("icmp_code", default: "icmp.code")
        number = try options.field("iana_number", default: "network.iana_number")
        transport = try options.field("transport", default: "network.transport")
        target = try options.field("target_field", default: "network.community_id")
        let seed = try options.int("seed", default: 0)
        guard let value = UInt16(exactly: seed) else { throw options.refused("seed", "must be between 0 and 65535") }
        self.seed = value
        ignoresMissing = try options.bool("ignore_missing", default: true)
    }

    func run(_ document: inout IngestDocument, in set: PipelineSet) throws(ProcessorFailure) {
        guard let id = try identity(document) else {
            if ignoresMissing { return }
            throw ProcessorFailure("unable to construct flow from document")
        }
        try document.set(try target.path(document), .string(id))
    }

    private func identity(_ document: IngestDocument) throws(ProcessorFailure) -> String? {
        guard let source = try address(sourceIP, document), let destination = try address(destinationIP, document),
            let kind = try self.kind(document)
        else { return nil }
        var ports: (source: UInt16, destination: UInt16)?
        var isOneWay = false
        switch kind {
        case 6, 17, 132:
            guard let from = try port(sourcePort, document), let to = try port(destinationPort, document) else {
                return nil
            }
            ports = (from, to)
        case 1, 58:
            guard let type = try port(icmpType, document) else { return nil }
            let code = try port(icmpCode, document) ?? 0
            let answers: [UInt16: UInt16] =
                kind == 1
                ? [8: 0, 0: 8, 13: 14, 14: 13, 15: 16, 16: 15, 17: 18, 18: 17, 10: 9, 9: 10]
                : [
                    128: 129, 129: 128, 133: 134, 134: 133, 135: 136, 136: 135, 130: 131, 131: 130, 144: 145,
                    145: 144,
                ]
            isOneWay = answers[type] == nil
            ports = (type, answers[type] ?? code)
        default: break
        }
        var (from, to) = (source.bytes, destination.bytes)
        let isOrdered =
            from.lexicographicallyPrecedes(to) || from == to && (ports.map { $0.source <= $0.destination } ?? true)
        if !isOneWay, !isOrdered {
            (from, to) = (to, from)
            ports = ports.map { ($0.destination, $0.source) }
        }
        var bytes = [UInt8(seed >> 8), UInt8(seed & 0xff)] + from + to + [kind, 0]
        if let ports {
            for port in [ports.source, ports.destination] { bytes += [UInt8(port >> 8), UInt8(port & 0xff)] }
        }
        return "1:" + Base64.text(SHA1.digest(bytes))
    }

    private func address(_ field: FieldTemplate, _ document: IngestDocument) throws(ProcessorFailure) -> IPAddress? {
        guard let value = document.find(try field.path(document)), value != .null else { return nil }
        guard let address = IPAddress(value.javaText) else {
            throw ProcessorFailure("'\(value.javaText)' is not an IP string literal.")
        }
        return address
    }

    private func port(_ field: FieldTemplate, _ document: IngestDocument) throws(ProcessorFailure) -> UInt16? {
        guard let value = document.find(try field.path(document)), value != .null else { return nil }
        guard let port = UInt16(value.javaText) else {
            throw ProcessorFailure("unable to parse port [\(value.javaText)]")
        }
        return port
    }

    private func kind(_ document: IngestDocument) throws(ProcessorFailure) -> UInt8? {
        if let value = document.find(try number.path(document)), value != .null, let kind = UInt8(value.javaText) {
            return kind
        }
        guard let value = document.find(try transport.path(document)), value != .null else { return nil }
        let text = value.javaText.lowercased()
        guard let kind = Self.protocols[text] ?? UInt8(text) else {
            throw ProcessorFailure("could not convert string [\(text)] to transport protocol")
        }
        return kind
    }
}
