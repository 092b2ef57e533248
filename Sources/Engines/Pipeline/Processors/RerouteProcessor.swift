internal import SignalModel

/// Sends the document to another index or data stream; no more processors of these pipelines run.
struct RerouteProcessor: Processor {
    private let destination: TextTemplate?
    private let types: [DataStreamPart]
    private let datasets: [DataStreamPart]
    private let namespaces: [DataStreamPart]

    init(_ options: inout ProcessorOptions) throws(PipelineDefinitionError) {
        destination = options.has("destination") ? try options.text("destination") : nil
        types = try DataStreamPart.parts("type", &options)
        datasets = try DataStreamPart.parts("dataset", &options)
        namespaces = try DataStreamPart.parts("namespace", &options)
        guard destination == nil || types.isEmpty && datasets.isEmpty && namespaces.isEmpty else {
            throw options.refused("destination", "can only be set if dataset, namespace and type are not set")
        }
    }

    func run(_ document: inout IngestDocument, in set: PipelineSet) throws(ProcessorFailure) {
        if let destination {
            document.index = try destination.rendered(document)
            document.isRerouted = true
            return
        }
        // Of a data stream: type, dataset and namespace, the first two without hyphens.
        let names = document.index.split(separator: "-", maxSplits: 2, omittingEmptySubsequences: false)
        guard names.count == 3 else {
            throw ProcessorFailure(
                "invalid data stream name: [\(document.index)]; must follow naming scheme <type>-<dataset>-<namespace>"
            )
        }
        let type = DataStreamPart.first(of: types, in: document) ?? String(names[0])
        let dataset =
            DataStreamPart.first(of: datasets.isEmpty ? [.dataset] : datasets, in: document) ?? String(names[1])
        let namespace =
            DataStreamPart.first(of: namespaces.isEmpty ? [.namespace] : namespaces, in: document) ?? String(names[2])
        document.index = "\(type)-\(dataset)-\(namespace)"
        document.isRerouted = true
        try document.set(Self.typeField, .string(type))
        try document.set(DataStreamPart.datasetField, .string(dataset))
        try document.set(DataStreamPart.namespaceField, .string(namespace))
        if document.find(Self.eventDatasetField) != nil { try document.set(Self.eventDatasetField, .string(dataset)) }
    }

    private static let typeField = FieldPath(members: "data_stream", "type")
    private static let eventDatasetField = FieldPath(members: "event", "dataset")
}
