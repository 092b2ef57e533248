internal import SignalModel

/// The options of one processor while they are read: each is taken once, and what is left over is a mistake.
struct ProcessorOptions {
    let type: String
    let resources: PipelineResources
    private(set) var tag: String?
    private var members: DocumentObject

    init(
        type: String, _ value: DocumentValue, resources: PipelineResources
    ) throws(PipelineDefinitionError) {
        self.type = type
        self.resources = resources
        guard case .object(let members) = value else {
            throw PipelineDefinitionError(
                "property isn't a map, but of type [\(value.javaClass)]", processorType: type, propertyName: type)
        }
        self.members = members
        tag = try string("tag", default: nil)
    }

    /// A mistake in `property`.
    func refused(_ property: String?, _ message: String, type: String = "parse_exception") -> PipelineDefinitionError
    {
        PipelineDefinitionError(
            type: type, property.map { "[\($0)] \(message)" } ?? message, processorType: self.type, processorTag: tag,
            propertyName: property)
    }

    mutating func take(_ name: String) -> DocumentValue? {
        guard let value = members[name] else { return nil }
        members[name] = nil
        return value == .null ? nil : value
    }

    func has(_ name: String) -> Bool { members[name] != nil }

    mutating func required(_ name: String) throws(PipelineDefinitionError) -> DocumentValue {
        guard let value = take(name) else { throw refused(name, "required property is missing") }
        return value
    }

    mutating func string(_ name: String, default other: String?) throws(PipelineDefinitionError) -> String? {
        guard let value = take(name) else { return other }
        guard case .string(let text) = value else {
            throw refused(name, "property isn't a string, but of type [\(value.javaClass)]")
        }
        return text
    }

    mutating func string(_ name: String) throws(PipelineDefinitionError) -> String {
        guard let text = try string(name, default: nil) else { throw refused(name, "required property is missing") }
        return text
    }

    /// Numbers and booleans as their texts, too.
    mutating func scalar(_ name: String, default other: String) throws(PipelineDefinitionError) -> String {
        switch take(name) {
        case nil: return other
        case .array?, .object?: throw refused(name, "property isn't a string or int")
        case let value?: return value.javaText
        }
    }

    mutating func bool(_ name: String, default other: Bool) throws(PipelineDefinitionError) -> Bool {
        switch take(name) {
        case nil: return other
        case .bool(let value)?: return value
        case .string("true")?: return true
        case .string("false")?: return false
        case let value?: throw refused(name, "property isn't a boolean, but of type [\(value.javaClass)]")
        }
    }

    mutating func int(_ name: String, default other: Int) throws(PipelineDefinitionError) -> Int {
        switch take(name) {
        case nil: return other
        case .integer(let value)?: return Int(value)
        case .string(let text)? where Int(text) != nil: return Int(text)!
        case let value?: throw refused(name, "property cannot be converted to an int [\(value.javaText)]")
        }
    }

    mutating func strings(_ name: String, default other: [String]?) throws(PipelineDefinitionError) -> [String]? {
        guard let value = take(name) else { return other }
        guard case .array(let elements) = value else {
            throw refused(name, "property isn't a list, but of type [\(value.javaClass)]")
        }
        var texts: [String] = []
        for element in elements {
            guard case .string(let text) = element else {
                throw refused(name, "property isn't a list of strings, but holds a [\(element.javaClass)]")
            }
            texts.append(text)
        }
        return texts
    }

    /// One text, or a list of them.
    mutating func oneOrMany(_ name: String) throws(PipelineDefinitionError) -> [String]? {
        if case .string(let text)? = members[name] {
            members[name] = nil
            return [text]
        }
        return try strings(name, default: nil)
    }

    mutating func object(_ name: String) throws(PipelineDefinitionError) -> DocumentObject? {
        guard let value = take(name) else { return nil }
        guard case .object(let object) = value else {
            throw refused(name, "property isn't a map, but of type [\(value.javaClass)]")
        }
        return object
    }

    /// Whether texts that tags bring in are escaped as in JSON, which `media_type` says.
    mutating func escapesTags() throws(PipelineDefinitionError) -> Bool {
        let media = try string("media_type", default: "application/json") ?? ""
        guard ["application/json", "text/plain", "application/x-www-form-urlencoded"].contains(media) else {
            throw refused("media_type", "property does not contain a supported media type [\(media)]")
        }
        return media == "application/json"
    }

    /// Of `date` and `date_index_name`: only English names are known.
    mutating func expectEnglish() throws(PipelineDefinitionError) {
        let locale = try string("locale", default: "ENGLISH") ?? ""
        let language = locale.lowercased().prefix { $0 != "-" && $0 != "_" }
        guard ["en", "english", "root", ""].contains(language) else {
            throw refused("locale", "only English is supported, not [\(locale)]")
        }
    }

    // MARK: Fields and templates

    mutating func field(_ name: String = "field") throws(PipelineDefinitionError) -> FieldTemplate {
        try template(name, try string(name))
    }

    mutating func field(_ name: String, default other: FieldTemplate) throws(PipelineDefinitionError) -> FieldTemplate
    {
        guard let text = try string(name, default: nil) else { return other }
        return try template(name, text)
    }

    mutating func field(_ name: String, default other: String) throws(PipelineDefinitionError) -> FieldTemplate {
        try template(name, try string(name, default: other) ?? other)
    }

    mutating func fieldIfGiven(_ name: String) throws(PipelineDefinitionError) -> FieldTemplate? {
        guard let text = try string(name, default: nil) else { return nil }
        return try template(name, text)
    }

    func template(_ name: String, _ text: String) throws(PipelineDefinitionError) -> FieldTemplate {
        do { return try FieldTemplate(text) } catch { throw located(error, name) }
    }

    func located(_ error: PipelineDefinitionError, _ property: String?) -> PipelineDefinitionError {
        var error = error
        error.processorType = type
        error.processorTag = tag
        error.propertyName = error.propertyName ?? property
        return error
    }

    mutating func text(_ name: String, default other: String? = nil) throws(PipelineDefinitionError) -> TextTemplate {
        guard let text = try string(name, default: other) else {
            throw refused(name, "required property is missing")
        }
        do { return try TextTemplate(text) } catch { throw located(error, name) }
    }

    mutating func pattern(_ name: String) throws(PipelineDefinitionError) -> BacktrackingExpression {
        let text = try string(name)
        do { return try BacktrackingExpression(java: text) } catch {
            throw refused(name, "Invalid regex pattern. \(error)")
        }
    }

    /// Nothing may be left.
    func expectEnd() throws(PipelineDefinitionError) {
        guard members.isEmpty else {
            let names = members.members.map(\.name).joined(separator: ", ")
            throw PipelineDefinitionError(
                "processor [\(type)] doesn't support one or more provided configuration parameters [\(names)]",
                processorType: type, processorTag: tag)
        }
    }
}
