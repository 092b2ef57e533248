internal import SignalModel

/// What a browser says of itself, to its name, version, system and device.
struct UserAgentProcessor: Processor {
    private let field: FieldTemplate
    private let target: FieldTemplate
    private let properties: Set<String>
    private let ignoresMissing: Bool
    private let extractsDeviceType: Bool

    private static let known = ["name", "os", "device", "original", "version"]

    init(_ options: inout ProcessorOptions) throws(PipelineDefinitionError) {
        field = try options.field()
        target = try options.field("target_field", default: "user_agent")
        ignoresMissing = try options.bool("ignore_missing", default: false)
        extractsDeviceType = try options.bool("extract_device_type", default: false)
        _ = try options.bool("ecs", default: true)
        guard try options.string("regex_file", default: nil) == nil else {
            throw options.refused("regex_file", "files of patterns are not supported")
        }
        let names = try options.strings("properties", default: nil) ?? Self.known
        properties = Set(names.map { $0.lowercased() })
        if let other = properties.subtracting(Self.known).sorted().first {
            throw options.refused(
                "properties",
                "illegal property value [\(other)]. valid values are [NAME, OS, DEVICE, ORIGINAL, VERSION]")
        }
    }

    func run(_ document: inout IngestDocument, in set: PipelineSet) throws(ProcessorFailure) {
        let path = try field.path(document)
        guard let value = try value(path, document, ignoresMissing: ignoresMissing) else { return }
        if value == .null { throw ProcessorFailure("field [\(path.text)] is null, cannot parse user-agent.") }
        let text = try text(value, path)
        let agent = UserAgent(text)
        var result = DocumentObject()
        if properties.contains("original") { result["original"] = .string(text) }
        if properties.contains("name") { result["name"] = .string(agent.name) }
        if properties.contains("version"), let version = agent.version { result["version"] = .string(version) }
        if properties.contains("os"), let system = agent.system {
            var os: DocumentObject = ["name": .string(system)]
            if let version = agent.systemVersion { os["version"] = .string(version) }
            os["full"] = .string(system + (agent.systemVersion.map { " " + $0 } ?? ""))
            result["os"] = .object(os)
        }
        if properties.contains("device") {
            var device: DocumentObject = ["name": .string(agent.device)]
            if extractsDeviceType { device["type"] = .string(agent.deviceType) }
            result["device"] = .object(device)
        }
        try document.set(try target.path(document), .object(result))
    }
}
