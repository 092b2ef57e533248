import Pipeline
import WireFormats

/// The documents of one body of lines, and what was refused of it.
struct LogLines: Sendable {
    private(set) var batch = DocumentBatch()
    private(set) var problems: [(line: Int, reason: String)] = []
    private(set) var refusedCount = 0

    private let index: String
    private let pipeline: String?
    private let forced: ForcedFields
    private let documentBytesMax: Int

    /// Refused lines that the answer names; the others are counted.
    private static let namedMax = 100

    init(index: String, pipeline: String?, _ forced: ForcedFields, documentBytesMax: Int) {
        self.index = index
        self.pipeline = pipeline
        self.forced = forced
        self.documentBytesMax = documentBytesMax
    }

    /// Throws for an array that is none: where its documents begin cannot be told then, and none is taken.
    mutating func take(_ body: UnsafeRawBufferPointer, contentType: String) throws(WireFormatError) {
        let isText = contentType.hasPrefix("text/plain")
        if !isText, !contentType.contains("ndjson"), JSONObjectArray.isOne(body) { return try takeArray(body) }
        var text = DocumentText()
        var number = 0
        for line in body.split(separator: 0x0a, omittingEmptySubsequences: false) {
            number += 1
            var bytes = UnsafeRawBufferPointer(rebasing: line)
            if bytes.last == 0x0d { bytes = UnsafeRawBufferPointer(rebasing: bytes.dropLast()) }
            guard !bytes.isEmpty, isFine(bytes, at: number) else { continue }
            if isText {
                text.begin()
                text.add("message", utf8: bytes)
                text.end()
                text.bytes.withUnsafeBytes { append($0) }
                continue
            }
            do throws(WireFormatError) {
                try JSONObjectCheck.check(bytes)
                append(bytes)
            } catch {
                refuse(number, "\(error)")
            }
        }
    }

    /// Problems name the element, from one, in place of the line.
    private mutating func takeArray(_ body: UnsafeRawBufferPointer) throws(WireFormatError) {
        var number = 0
        try JSONObjectArray.forEach(body) { element in
            number += 1
            switch element {
            case .success(let bytes): if isFine(bytes, at: number) { append(bytes) }
            case .failure(let error): refuse(number, "\(error)")
            }
        }
    }

    private mutating func isFine(_ bytes: UnsafeRawBufferPointer, at number: Int) -> Bool {
        if bytes.count <= documentBytesMax { return true }
        refuse(number, "\(WireFormatError(.tooLarge, .whole, "\(bytes.count) bytes, more than \(documentBytesMax)"))")
        return false
    }

    private mutating func append(_ document: UnsafeRawBufferPointer) {
        forced.added(to: document) {
            batch.append(.create, index: index, identity: nil, pipeline: pipeline, source: $0)
        }
    }

    private mutating func refuse(_ number: Int, _ reason: String) {
        refusedCount += 1
        if problems.count < Self.namedMax { problems.append((number, reason)) }
    }
}
