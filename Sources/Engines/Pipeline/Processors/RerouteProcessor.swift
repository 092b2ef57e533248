internal import SignalModel

/// Sends the document to another index or data stream; no more processors of these pipelines run.
struct RerouteProcessor: Processor {
    private let destination: TextTemplate?
    private var types: [String] = []
    private var datasets: [String] = []
    private var namespaces: [String] = []

    init(_ options: inout ProcessorOptions) throws(PipelineDefinitionError) {
        destination = options.has("destination") ? try options.text("destination") : nil
        types = try options.oneOrMany("type") ?? []
        datasets = try options.oneOrMany("dataset") ?? ["{{data_stream.dataset}}"]
        namespaces = try options.oneOrMany("namespace") ?? ["{{data_stream.namespace}}"]
        guard destination == nil || options.isDefault(types, datasets, namespaces) else {
            throw options.refused("destination", "can only be set if dataset, namespace and type are not set")
        }
    }

    func run(_ document: inout IngestDocument, in set: PipelineSet) throws(ProcessorFailure) {
        if let destination {
            document.index = try destination.rendered(document)
            document.isRerouted = true
            return
        }
        // Of a data stream: type, dataset and namespace, the last two without hyphens.
        let parts = document.index.split(separator: "-", omittingEmptySubsequences: false).map(String.init)
        guard parts.count >= 3 else {
            throw ProcessorFailure(
                "invalid data stream name: [\(document.index)]; must follow naming scheme <type>-<dataset>-<namespace>"
            )
        }
        let type = try Self.first(types, document) ?? parts[0]
        let dataset = Self.clean(try Self.first(datasets, document), notIn: "-") ?? parts[1]
        let namespace =
            Self.clean(try Self.first(namespaces, document), notIn: "") ?? parts[2...].joined(separator: "-")
        document.index = "\(type)-\(dataset)-\(namespace)"
        for (name, value) in [("type", type), ("dataset", dataset), ("namespace", namespace)] {
            try document.set(try FieldPath("data_stream." + name), .string(value))
        }
        if document.find(try FieldPath("event.dataset")) != nil {
            try document.set(try FieldPath("event.dataset"), .string(dataset))
        }
        document.isRerouted = true
    }

    /// The first that is there: a constant, or a tag whose field has a value.
    private static func first(_ texts: [String], _ document: IngestDocument) throws(ProcessorFailure) -> String? {
        for text in texts {
            guard let template = try? TextTemplate(text, escapes: false) else { continue }
            let value = try template.rendered(document)
            if !value.isEmpty { return value }
        }
        return nil
    }

    /// What may not be in a name becomes an underscore; a hundred characters at most.
    private static func clean(_ text: String?, notIn more: String) -> String? {
        guard let text else { return nil }
        let forbidden = "\\/*?\"<>| ,#:" + more
        return String(text.lowercased().map { forbidden.contains($0) ? "_" : $0 }.prefix(100))
    }
}

extension ProcessorOptions {
    fileprivate func isDefault(_ types: [String], _ datasets: [String], _ namespaces: [String]) -> Bool {
        types.isEmpty && datasets == ["{{data_stream.dataset}}"] && namespaces == ["{{data_stream.namespace}}"]
    }
}
