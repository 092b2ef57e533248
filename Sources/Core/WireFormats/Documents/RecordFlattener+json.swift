internal import SignalModel

extension RecordFlattener {
    /// Reads one document. False when two of its members have one name, which the tree must settle.
    mutating func flatten(_ scanner: inout DocumentScanner) throws(WireFormatError) -> Bool {
        scanner.skipBlanks()
        guard scanner.take("{") else { throw scanner.expected("an object") }
        scanner.skipBlanks()
        var isFirst = true
        var values = 0
        var top = Open(place: FieldNameTable.root, isObject: true, isInArray: false)
        while true {
            if scanner.take(top.isObject ? "}" : "]") {
                guard let above = open.popLast() else { break }
                top = above
                isFirst = false
                scanner.skipBlanks()
                continue
            }
            if !isFirst {
                guard scanner.take(",") else {
                    throw scanner.expected(top.isObject ? "a comma or }" : "a comma or ]")
                }
                scanner.skipBlanks()
            }
            isFirst = false
            values += 1
            guard values <= DocumentLimits.valuesMax else {
                throw scanner.tooLarge("more than \(DocumentLimits.valuesMax) values")
            }
            var place = top.place
            if top.isObject {
                place = try member(try scanner.key(), of: top.place, scanner)
                if nodeIsOdd(place) { needsSource = true }
            }
            let byte = scanner.byte
            if byte == UInt8(ascii: "{") || byte == UInt8(ascii: "[") {
                let isObject = byte == UInt8(ascii: "{")
                guard place != FieldNameTable.timestamp || top.isInArray || top.place != FieldNameTable.root else {
                    return false
                }
                if !top.isInArray {
                    guard isFree(place, under: top.place, isObject: isObject) else { return false }
                } else {
                    needsSource = true
                }
                guard open.count < DocumentLimits.depthMax - 1 else {
                    throw scanner.tooLarge("nested deeper than \(DocumentLimits.depthMax)")
                }
                scanner.cursor += 1
                scanner.skipBlanks()
                open.append(top)
                top = Open(place: place, isObject: isObject, isInArray: top.isInArray || !isObject)
                isFirst = true
                if scanner.byte == UInt8(ascii: "}") || scanner.byte == UInt8(ascii: "]") { needsSource = true }
                continue
            }
            if !top.isInArray {
                guard table.setValue(place, in: record), table.setMembers(above(place), below: top.place, in: record)
                else { return false }
            }
            try scalar(&scanner, place, isElement: top.isInArray)
            scanner.skipBlanks()
        }
        try scanner.expectEnd()
        return true
    }

    @inline(__always)
    private func nodeIsOdd(_ place: FieldNameTable.Place) -> Bool { table.nodes[Int(place)].isOdd }

    @inline(__always)
    private func above(_ place: FieldNameTable.Place) -> FieldNameTable.Place { table.nodes[Int(place)].parent }

    /// Whether an object or array may begin there without meeting a member of the same name.
    private mutating func isFree(
        _ place: FieldNameTable.Place, under top: FieldNameTable.Place, isObject: Bool
    ) -> Bool {
        guard isObject else {
            return table.setValue(place, in: record) && table.setMembers(above(place), below: top, in: record)
        }
        let isNew = table.nodes[Int(place)].membersRecord != record
        return table.setMembers(place, below: top, in: record) && isNew
    }

    @inline(__always)
    private mutating func member(
        _ key: DocumentScanner.Text, of parent: FieldNameTable.Place, _ scanner: DocumentScanner
    ) throws(WireFormatError) -> FieldNameTable.Place {
        if key.isPlain { return try table.place(of: scanner.bytes(key), in: parent) }
        resolve(key, scanner)
        return try placeOfScratch(in: parent)
    }

    private mutating func placeOfScratch(in parent: FieldNameTable.Place) throws(WireFormatError)
        -> FieldNameTable.Place
    {
        do {
            return try scratch.withUnsafeBytes { try table.place(of: $0, in: parent) }
        } catch {
            // The closure of a rethrowing function forgets which error it is.
            throw error as! WireFormatError
        }
    }

    /// Puts what a text stands for into `scratch`.
    private mutating func resolve(_ text: DocumentScanner.Text, _ scanner: DocumentScanner) {
        scratch.removeAll(keepingCapacity: true)
        if text.isIrregular {
            isRepaired = true
            scratch.append(contentsOf: scanner.string(text).utf8)
        } else {
            scanner.unescape(text, to: &scratch)
        }
    }

    @inline(__always)
    private mutating func scalar(
        _ scanner: inout DocumentScanner, _ place: FieldNameTable.Place, isElement: Bool
    ) throws(WireFormatError) {
        if place == FieldNameTable.timestamp, !isElement { return try timestamp(&scanner) }
        let number = table.number(place, in: &batch)
        switch scanner.byte {
        case UInt8(ascii: "\""):
            scanner.cursor += 1
            let text = try scanner.text()
            if text.isPlain {
                batch.add(number, string: scanner.bytes(text), isElement: isElement)
            } else {
                resolve(text, scanner)
                scratch.withUnsafeBytes { batch.add(number, string: $0, isElement: isElement) }
            }
        case UInt8(ascii: "-"), 48...57:
            switch try scanner.number() {
            case .integer(let value): batch.add(number, integer: value, isElement: isElement)
            case .double(let value): batch.add(number, double: value, isElement: isElement)
            case .text(let range):
                needsSource = true
                batch.add(
                    number,
                    string: UnsafeRawBufferPointer(start: scanner.base + range.lowerBound, count: range.count),
                    isElement: isElement)
            }
        case UInt8(ascii: "t"):
            try scanner.word("true")
            batch.add(number, bool: true, isElement: isElement)
        case UInt8(ascii: "f"):
            try scanner.word("false")
            batch.add(number, bool: false, isElement: isElement)
        case UInt8(ascii: "n"):
            try scanner.word("null")
            batch.addNull(number, isElement: isElement)
        default: throw scanner.expected("a value")
        }
    }

    private mutating func timestamp(_ scanner: inout DocumentScanner) throws(WireFormatError) {
        switch scanner.byte {
        case UInt8(ascii: "\""):
            scanner.cursor += 1
            let text = try scanner.text()
            let time = text.isPlain ? RecordTime.nanoseconds(scanner.bytes(text)) : nil
            setTime(time ?? RecordTime.nanoseconds(scanner.string(text)), else: scanner.string(text))
        case UInt8(ascii: "-"), 48...57:
            let start = scanner.cursor
            let number = try scanner.number()
            let text = UnsafeBufferPointer(start: scanner.base + start, count: scanner.cursor - start)
            let time: Int64? =
                switch number {
                case .integer(let value): RecordTime.nanoseconds(milliseconds: value)
                case .double(let value): RecordTime.nanoseconds(milliseconds: value)
                case .text: nil
                }
            setTime(time, else: String(decoding: text, as: UTF8.self))
        case UInt8(ascii: "n"): try scanner.word("null")
        case UInt8(ascii: "t"):
            try scanner.word("true")
            setTime(nil, else: "true")
        case UInt8(ascii: "f"):
            try scanner.word("false")
            setTime(nil, else: "false")
        default: throw scanner.expected("a value")
        }
    }
}
