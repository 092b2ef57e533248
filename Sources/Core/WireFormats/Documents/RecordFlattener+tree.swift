internal import SignalModel

extension RecordFlattener {
    /// Adds the fields of a tree. Its depth costs no stack.
    mutating func flatten(_ document: DocumentObject) throws(WireFormatError) {
        var levels = [Level(place: FieldNameTable.root, values: document.members, isObject: true, isInArray: false)]
        while let level = levels.indices.last {
            guard levels[level].next < levels[level].values.count else {
                levels.removeLast()
                continue
            }
            let member = levels[level].values[levels[level].next]
            levels[level].next += 1
            let parent = levels[level].place
            let isInArray = levels[level].isInArray
            var place = parent
            if levels[level].isObject {
                place = try self.place(of: member.name, in: parent)
                if table.nodes[Int(place)].isOdd { needsSource = true }
            }
            if place == FieldNameTable.timestamp, !isInArray, setTime(from: member.value) { continue }
            if !isInArray, !stamp(place, below: parent, isObject: member.value.isObject) { needsSource = true }
            guard let inner = Level(member.value, place: place, isInArray: isInArray) else {
                add(member.value, place, isElement: isInArray)
                continue
            }
            if isInArray || inner.values.isEmpty { needsSource = true }
            guard levels.count < DocumentLimits.depthMax else {
                throw WireFormatError(.tooLarge, .whole, "nested deeper than \(DocumentLimits.depthMax)")
            }
            levels.append(inner)
        }
    }

    /// The members of an object or, without names, the elements of an array.
    private struct Level {
        var place: FieldNameTable.Place
        var values: [DocumentObject.Member]
        var isObject: Bool
        var isInArray: Bool
        var next = 0

        init(place: FieldNameTable.Place, values: [DocumentObject.Member], isObject: Bool, isInArray: Bool) {
            self.place = place
            self.values = values
            self.isObject = isObject
            self.isInArray = isInArray
        }

        init?(_ value: DocumentValue, place: FieldNameTable.Place, isInArray: Bool) {
            switch value {
            case .object(let object):
                self.init(place: place, values: object.members, isObject: true, isInArray: isInArray)
            case .array(let elements):
                self.init(
                    place: place, values: elements.map { DocumentObject.Member(name: "", value: $0) },
                    isObject: false, isInArray: true)
            default: return nil
            }
        }
    }

    private mutating func place(
        of name: String, in parent: FieldNameTable.Place
    ) throws(WireFormatError) -> FieldNameTable.Place {
        var name = name
        do {
            return try name.withUTF8 { try table.place(of: UnsafeRawBufferPointer($0), in: parent) }
        } catch {
            throw error as! WireFormatError
        }
    }

    /// False when a value and members, or two values, have the name.
    private mutating func stamp(
        _ place: FieldNameTable.Place, below parent: FieldNameTable.Place, isObject: Bool
    ) -> Bool {
        if isObject { return table.setMembers(place, below: parent, in: record) }
        let isFree = table.setValue(place, in: record)
        return table.setMembers(table.nodes[Int(place)].parent, below: parent, in: record) && isFree
    }

    /// False for what has parts, which is kept as fields and is no time.
    private mutating func setTime(from value: DocumentValue) -> Bool {
        switch value {
        case .null: return true
        case .string(let text): setTime(RecordTime.nanoseconds(text), else: text)
        case .integer(let value): setTime(RecordTime.nanoseconds(milliseconds: value), else: String(value))
        case .double(let value): setTime(RecordTime.nanoseconds(milliseconds: value), else: String(value))
        case .bool(let value): setTime(nil, else: String(value))
        case .array, .object:
            timeOrigin = .unreadable
            needsSource = true
            return false
        }
        return true
    }

    private mutating func add(_ value: DocumentValue, _ place: FieldNameTable.Place, isElement: Bool) {
        let number = table.number(place, in: &batch)
        switch value {
        case .null: batch.addNull(number, isElement: isElement)
        case .bool(let value): batch.add(number, bool: value, isElement: isElement)
        case .integer(let value): batch.add(number, integer: value, isElement: isElement)
        case .double(let value) where !value.isFinite:
            batch.add(number, string: String(value), isElement: isElement)
        case .double(let value): batch.add(number, double: value, isElement: isElement)
        case .string(let value): batch.add(number, string: value, isElement: isElement)
        case .array, .object: break
        }
    }
}

extension DocumentValue {
    fileprivate var isObject: Bool { if case .object = self { true } else { false } }
}
