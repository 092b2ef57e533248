/// Why a processor could not do its work on a document, in Elasticsearch's terms.
package struct ProcessorFailure: Error, Sendable, Hashable {
    /// As `illegal_argument_exception`.
    package var type: String
    package var reason: String
    /// Of the processor that failed, once it is known.
    package var processorType: String?
    package var processorTag: String?
    package var pipeline: String?

    package init(type: String = "illegal_argument_exception", _ reason: String) {
        self.type = type
        self.reason = reason
    }
}

/// Why a definition of a pipeline is refused.
package struct PipelineDefinitionError: Error, Sendable, Hashable, CustomStringConvertible {
    /// `parse_exception`, `illegal_argument_exception` or `script_exception`.
    package var type: String
    package var reason: String
    package var processorType: String?
    package var processorTag: String?
    package var propertyName: String?
    /// Which processor of the definition, `processors[2].on_failure[0]`; empty for the pipeline itself.
    package private(set) var path = ""

    package init(
        type: String = "parse_exception", _ reason: String, processorType: String? = nil, processorTag: String? = nil,
        propertyName: String? = nil
    ) {
        self.type = type
        self.reason = reason
        self.processorType = processorType
        self.processorTag = processorTag
        self.propertyName = propertyName
    }

    /// The same of what stands in `member` of the definition.
    func inside(_ member: String) -> PipelineDefinitionError {
        var error = self
        error.path = path.isEmpty ? member : "\(member).\(path)"
        return error
    }

    package var description: String {
        let place = [
            processorType.map { "processor \($0)" }, processorTag.map { "tag \($0)" },
            propertyName.map { "property \($0)" },
        ].compactMap { $0 }
        return place.isEmpty ? reason : "\(reason) (\(place.joined(separator: ", ")))"
    }
}
