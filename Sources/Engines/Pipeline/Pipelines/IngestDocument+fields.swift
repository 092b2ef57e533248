internal import SignalModel

/// Fields by their paths, with Elasticsearch's errors.
extension IngestDocument {
    // MARK: Reading

    /// Nil when there is nothing; a null is something.
    func find(_ path: FieldPath) -> DocumentValue? {
        var value: DocumentValue?
        switch path.root {
        case .metadata(let name): return metadata(name)
        case .source: value = path.parts.first.flatMap { source[$0] }
        case .ingest: value = path.parts.first.flatMap { ingest[$0] }
        }
        for part in path.parts.dropFirst() {
            switch value {
            case .object(let object): value = object[part]
            case .array(let elements):
                guard let index = Int(part), elements.indices.contains(index) else { return nil }
                value = elements[index]
            default: return nil
            }
        }
        return value
    }

    private func metadata(_ name: String) -> DocumentValue? {
        switch name {
        case "_index": .string(index)
        case "_id": identity.map { .string($0) }
        default: otherMetadata[name]
        }
    }

    /// Throws what is missing of the path.
    func value(_ path: FieldPath) throws(ProcessorFailure) -> DocumentValue {
        guard path.parts.count > 0 else {
            if let value = find(path) { return value }
            throw Self.missing(path.text, path)
        }
        var value = DocumentValue.object(path.root == .ingest ? ingest : source)
        for part in path.parts {
            switch value {
            case .object(let object):
                guard let next = object[part] else { throw Self.missing(part, path) }
                value = next
            case .array(let elements): value = elements[try Self.place(part, elements.count, path)]
            case .null: throw ProcessorFailure("cannot resolve [\(part)] from null as part of path [\(path.text)]")
            default:
                throw ProcessorFailure(
                    "cannot resolve [\(part)] from object of type [\(value.javaClass)] as part of path [\(path.text)]"
                )
            }
        }
        return value
    }

    private static func missing(_ part: String, _ path: FieldPath) -> ProcessorFailure {
        ProcessorFailure("field [\(part)] not present as part of path [\(path.text)]")
    }

    private static func place(_ part: String, _ count: Int, _ path: FieldPath) throws(ProcessorFailure) -> Int {
        guard let place = Int(part) else {
            throw ProcessorFailure(
                "[\(part)] is not an integer, cannot be used as an index as part of path [\(path.text)]")
        }
        guard place >= 0, place < count else {
            throw ProcessorFailure(
                "[\(part)] is out of bounds for array with length [\(count)] as part of path [\(path.text)]")
        }
        return place
    }

    // MARK: Writing

    mutating func set(_ path: FieldPath, _ value: DocumentValue) throws(ProcessorFailure) {
        switch path.root {
        case .metadata(let name):
            switch (name, value) {
            case ("_index", .string(let text)): index = text
            case ("_id", .string(let text)): identity = text
            case ("_id", .null): identity = nil
            case ("_index", _), ("_id", _):
                throw ProcessorFailure("\(name) must be null or a String but was [\(value.javaText)]")
            default: otherMetadata[name] = value
            }
        case .source:
            try Self.change(&source, path) {
                $0 = value
            } absent: {
                value
            }
        case .ingest:
            try Self.change(&ingest, path) {
                $0 = value
            } absent: {
                value
            }
        }
    }

    /// Adds elements at its end; what is there and is no array becomes the first.
    mutating func append(
        _ path: FieldPath, _ values: [DocumentValue], allowsDuplicates: Bool
    ) throws(ProcessorFailure) {
        func appended(_ old: DocumentValue?) -> DocumentValue {
            var elements: [DocumentValue]
            switch old {
            case .array(let present)?: elements = present
            case .null?, nil: elements = []
            case let other?: elements = [other]
            }
            // A value that is there, and one value that is already it, stays what it is.
            if !allowsDuplicates, let old, !old.isArray, values.allSatisfy({ $0 == old }) { return old }
            for value in values where allowsDuplicates || !elements.contains(value) { elements.append(value) }
            return .array(elements)
        }
        if path.root == .ingest {
            try Self.change(&ingest, path) {
                $0 = appended($0)
            } absent: {
                appended(nil)
            }
        } else if path.root == .source {
            try Self.change(&source, path) {
                $0 = appended($0)
            } absent: {
                appended(nil)
            }
        } else {
            try set(path, appended(find(path)))
        }
    }

    mutating func remove(_ path: FieldPath) throws(ProcessorFailure) {
        switch path.root {
        case .metadata(let name):
            guard find(path) != nil else { throw Self.missing(path.text, path) }
            switch name {
            case "_index": throw ProcessorFailure("_index cannot be removed")
            case "_id": identity = nil
            default: otherMetadata[name] = nil
            }
        case .source:
            if path.parts.count > 1 { _ = try value(path) }
            try Self.removeMember(of: &source, path)
        case .ingest:
            if path.parts.count > 1 { _ = try value(path) }
            try Self.removeMember(of: &ingest, path)
        }
    }

    private static func removeMember(of object: inout DocumentObject, _ path: FieldPath) throws(ProcessorFailure) {
        guard path.parts.count > 1 else {
            guard object[path.parts[0]] != nil else { throw Self.missing(path.parts[0], path) }
            object[path.parts[0]] = nil
            return
        }
        let leaf = path.parts[path.parts.count - 1]
        var failure: ProcessorFailure?
        func descend(_ value: inout DocumentValue, _ rest: ArraySlice<String>) {
            switch value {
            case .object(var inner):
                value = .null
                if rest.count == 1 {
                    inner[leaf] = nil
                } else {
                    inner.update(rest.first!) { descend(&$0, rest.dropFirst()) }
                }
                value = .object(inner)
            case .array(var elements):
                value = .null
                let place = Int(rest.first!)!
                if rest.count == 1 { elements.remove(at: place) } else { descend(&elements[place], rest.dropFirst()) }
                value = .array(elements)
            default: failure = Self.missing(leaf, path)
            }
        }
        object.update(path.parts[0]) { descend(&$0, path.parts.dropFirst()) }
        if let failure { throw failure }
    }

    /// Changes what stands at `path`, or puts `absent` there, making objects on the way. Static, as a copy of the document
    /// would be a second owner of all that is changed.
    private static func change(
        _ object: inout DocumentObject, _ path: FieldPath, _ body: (inout DocumentValue) -> Void,
        absent: () -> DocumentValue
    ) throws(ProcessorFailure) {
        var failure: ProcessorFailure?
        // Objects are changed where they lie: a copy of each for every field of it would be quadratic.
        func descend(into object: inout DocumentObject, _ rest: ArraySlice<String>) {
            let part = rest.first!
            let isThere: Void? = object.update(part) { rest.count == 1 ? body(&$0) : descend(&$0, rest.dropFirst()) }
            if isThere == nil { object[part] = made(rest.dropFirst()) }
        }
        func descend(_ value: inout DocumentValue, _ rest: ArraySlice<String>) {
            if value.changeObject({ descend(into: &$0, rest) }) { return }
            let part = rest.first!
            switch value {
            case .array(var elements):
                guard let place = try? Self.place(part, elements.count, path) else {
                    do throws(ProcessorFailure) { _ = try Self.place(part, elements.count, path) } catch {
                        failure = error
                    }
                    return
                }
                value = .null
                if rest.count == 1 { body(&elements[place]) } else { descend(&elements[place], rest.dropFirst()) }
                value = .array(elements)
            case .null:
                failure = ProcessorFailure("cannot set [\(part)] with null parent as part of path [\(path.text)]")
            default:
                failure = ProcessorFailure(
                    "cannot set [\(part)] with parent object of type [\(value.javaClass)] as part of path [\(path.text)]"
                )
            }
        }
        func made(_ rest: ArraySlice<String>) -> DocumentValue {
            rest.reversed().reduce(absent()) { .object([$1: $0]) }
        }
        descend(into: &object, path.parts[...])
        if let failure { throw failure }
    }
}

extension DocumentValue {
    /// False when it is no object.
    fileprivate mutating func changeObject(_ body: (inout DocumentObject) -> Void) -> Bool {
        guard case .object(var object) = self else { return false }
        // No second owner, so that nothing is copied.
        self = .null
        body(&object)
        self = .object(object)
        return true
    }

    var isArray: Bool { if case .array = self { true } else { false } }
}
