import WireFormats

/// What becomes of one action of a bulk request.
enum BulkOutcome: Sendable {
    /// Queued, as the document of this number in the batch.
    case queued(Int)
    /// Nothing to do: the same document is there.
    case noop
    case refused(status: Int, type: String, reason: String)

    static func bad(_ reason: String) -> BulkOutcome {
        .refused(status: 400, type: "illegal_argument_exception", reason: reason)
    }

    static func unparsable(_ error: WireFormatError, line: Int) -> BulkOutcome {
        var column = 1
        if case .byte(let offset) = error.place { column = offset + 1 }
        return .refused(
            status: 400, type: "document_parsing_exception",
            reason: "[\(line):\(column)] failed to parse: \(error.message)")
    }
}
