internal import SignalModel

/// A processor with what every processor may have: a condition, a tag, what to do when it fails.
struct ProcessorStep: Sendable {
    let type: String
    let tag: String?
    let description: String?
    let condition: PainlessCondition?
    let ignoresFailure: Bool
    let onFailure: [ProcessorStep]
    let body: any Processor

    /// From `{"set": {…}}`.
    init(_ definition: DocumentValue, resources: PipelineResources) throws(PipelineDefinitionError) {
        guard case .object(let object) = definition, let member = object.members.first, object.count == 1 else {
            throw PipelineDefinitionError(
                "a processor is a map with one member, its type", propertyName: "processors")
        }
        guard let kind = ProcessorRegistry.types[member.name] else {
            let reason = RefusedProcessors.reasons[member.name].map { ": \($0)" } ?? ""
            throw PipelineDefinitionError(
                "No processor type exists with name [\(member.name)]\(reason)", processorType: member.name,
                processorTag: Self.tag(of: member.value))
        }
        var options = try ProcessorOptions(type: member.name, member.value, resources: resources)
        type = member.name
        tag = options.tag
        description = try options.string("description", default: nil)
        ignoresFailure = try options.bool("ignore_failure", default: false)
        condition = try Self.condition(&options)
        if let handlers = options.take("on_failure") {
            do {
                onFailure = try Self.steps(handlers, resources: resources, of: "on_failure")
            } catch {
                throw error.processorType == nil ? options.located(error, "on_failure") : error
            }
            if onFailure.isEmpty { throw options.refused("on_failure", "processors list cannot be empty") }
        } else {
            onFailure = []
        }
        body = try kind.init(&options)
        try options.expectEnd()
    }

    private static func tag(of value: DocumentValue) -> String? {
        guard case .object(let object) = value, case .string(let tag)? = object["tag"] else { return nil }
        return tag
    }

    private static func condition(_ options: inout ProcessorOptions) throws(PipelineDefinitionError)
        -> PainlessCondition?
    {
        var source: String
        switch options.take("if") {
        case nil: return nil
        case .string(let text)?: source = text
        case .object(let script)?:
            guard case .string(let text)? = script["source"],
                script.members.allSatisfy({ ["source", "lang"].contains($0.name) }),
                script["lang"] == nil || script["lang"] == .string("painless")
            else { throw options.refused("if", "only [source] in [painless] is supported") }
            source = text
        case let value?: throw options.refused("if", "property isn't a string, but of type [\(value.javaClass)]")
        }
        source = source.isEmpty ? "false" : source
        do { return try PainlessCondition(source) } catch {
            throw options.refused("if", "\(error)", type: "script_exception")
        }
    }

    static func steps(
        _ definition: DocumentValue, resources: PipelineResources, of property: String
    ) throws(PipelineDefinitionError) -> [ProcessorStep] {
        guard case .array(let elements) = definition else {
            throw PipelineDefinitionError(
                "[\(property)] property isn't a list, but of type [\(definition.javaClass)]", propertyName: property)
        }
        var steps: [ProcessorStep] = []
        for (index, element) in elements.enumerated() {
            do throws(PipelineDefinitionError) {
                steps.append(try ProcessorStep(element, resources: resources))
            } catch { throw error.inside("\(property)[\(index)]") }
        }
        return steps
    }
}
