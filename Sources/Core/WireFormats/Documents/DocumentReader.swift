package import SignalModel

/// JSON to the tree that processors work on. Goes down without calling itself, so that depth costs no stack.
package enum DocumentReader {
    /// A document: an object. Of two members with one name the later one counts; bytes that are not UTF-8 become
    /// U+FFFD; numbers past 64 bits, or past a double, stay as their text.
    package static func object(_ bytes: UnsafeRawBufferPointer) throws(WireFormatError) -> DocumentObject {
        guard case .object(let object) = try value(bytes) else {
            throw WireFormatError(.malformed, .byte(0), "a document that is not an object")
        }
        return object
    }

    package static func object(_ bytes: [UInt8]) throws(WireFormatError) -> DocumentObject {
        guard case .object(let object) = try value(bytes) else {
            throw WireFormatError(.malformed, .byte(0), "a document that is not an object")
        }
        return object
    }

    /// A prefix is the value that `bytes` begins with, whatever follows.
    package static func value(
        _ bytes: [UInt8], isPrefix: Bool = false, allowsDuplicates: Bool = true
    ) throws(WireFormatError) -> DocumentValue {
        do {
            return try bytes.withUnsafeBytes { bytes in
                var scanner = try DocumentScanner(bytes.assumingMemoryBound(to: UInt8.self))
                let value = try value(&scanner, allowsDuplicates: allowsDuplicates)
                if !isPrefix { try scanner.expectEnd() }
                return value
            }
        } catch {
            // The closure of a rethrowing function forgets which error it is.
            throw error as! WireFormatError
        }
    }

    /// Any JSON value, with nothing behind it.
    package static func value(_ bytes: UnsafeRawBufferPointer) throws(WireFormatError) -> DocumentValue {
        var scanner = try DocumentScanner(bytes.assumingMemoryBound(to: UInt8.self))
        let value = try value(&scanner)
        try scanner.expectEnd()
        return value
    }

    /// The value that `bytes` begins with, and how many of them it takes.
    package static func prefix(
        _ bytes: UnsafeRawBufferPointer
    ) throws(WireFormatError) -> (value: DocumentValue, bytesCount: Int) {
        var scanner = try DocumentScanner(bytes.assumingMemoryBound(to: UInt8.self))
        return (try value(&scanner), scanner.cursor)
    }

    /// An object or an array that is not finished. Not an enumeration, so that it is changed where it lies.
    private struct Open {
        var isObject: Bool
        var object = DocumentObject()
        var name = ""
        var elements: [DocumentValue] = []
    }

    private static func value(
        _ scanner: inout DocumentScanner, allowsDuplicates: Bool = true
    ) throws(WireFormatError) -> DocumentValue {
        var open: [Open] = []
        var values = 0
        scanner.skipBlanks()
        while true {
            values += 1
            guard values <= DocumentLimits.valuesMax else {
                throw scanner.tooLarge("more than \(DocumentLimits.valuesMax) values")
            }
            guard var finished = try begin(&scanner, &open) else { continue }
            // What is finished goes into what it stands in, which may finish that.
            while true {
                guard let last = open.indices.last else { return finished }
                let isObject = open[last].isObject
                if isObject {
                    open[last].object[open[last].name] = finished
                } else {
                    open[last].elements.append(finished)
                }
                scanner.skipBlanks()
                if scanner.take(isObject ? "}" : "]") {
                    let whole = open.removeLast()
                    finished = isObject ? .object(whole.object) : .array(whole.elements)
                    continue
                }
                guard scanner.take(",") else { throw scanner.expected(isObject ? "a comma or }" : "a comma or ]") }
                scanner.skipBlanks()
                if isObject {
                    open[last].name = scanner.string(try scanner.key())
                    if !allowsDuplicates, open[last].object[open[last].name] != nil {
                        throw scanner.problem("the name \"\(open[last].name)\" stands twice in one object")
                    }
                }
                break
            }
        }
    }

    /// A value that is complete, or nil and one more that is open.
    private static func begin(
        _ scanner: inout DocumentScanner, _ open: inout [Open]
    ) throws(WireFormatError) -> DocumentValue? {
        switch scanner.byte {
        case UInt8(ascii: "\""):
            scanner.cursor += 1
            return .string(scanner.string(try scanner.text()))
        case UInt8(ascii: "{"), UInt8(ascii: "["):
            guard open.count < DocumentLimits.depthMax else {
                throw scanner.tooLarge("nested deeper than \(DocumentLimits.depthMax)")
            }
            let isObject = scanner.byte == UInt8(ascii: "{")
            scanner.cursor += 1
            scanner.skipBlanks()
            if scanner.take(isObject ? "}" : "]") { return isObject ? .object(DocumentObject()) : .array([]) }
            open.append(Open(isObject: isObject, name: isObject ? scanner.string(try scanner.key()) : ""))
            return nil
        default: return try scalar(&scanner)
        }
    }

    private static func scalar(_ scanner: inout DocumentScanner) throws(WireFormatError) -> DocumentValue {
        switch scanner.byte {
        case UInt8(ascii: "-"), 48...57:
            switch try scanner.number() {
            case .integer(let integer): return .integer(integer)
            case .double(let double): return .double(double)
            case .text(let range):
                return .string(
                    String(
                        decoding: UnsafeBufferPointer(start: scanner.base + range.lowerBound, count: range.count),
                        as: UTF8.self))
            }
        case UInt8(ascii: "t"):
            try scanner.word("true")
            return .bool(true)
        case UInt8(ascii: "f"):
            try scanner.word("false")
            return .bool(false)
        case UInt8(ascii: "n"):
            try scanner.word("null")
            return .null
        default: throw scanner.expected("a value")
        }
    }
}
