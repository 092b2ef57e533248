/// The objects of a JSON array as the bytes they are, for senders that put their documents between brackets.
package enum JSONObjectArray {
    package static func isOne(_ bytes: UnsafeRawBufferPointer) -> Bool {
        bytes.first { !isBlank($0) } == UInt8(ascii: "[")
    }

    /// Calls `body` with each, or with what is wrong with it. Where an element ends is known only of one that is JSON: the
    /// first that is not ends all.
    package static func forEach(
        _ bytes: UnsafeRawBufferPointer, _ body: (Result<UnsafeRawBufferPointer, WireFormatError>) -> Void
    ) throws(WireFormatError) {
        var cursor = 0
        func skipBlanks() { while cursor < bytes.count, isBlank(bytes[cursor]) { cursor += 1 } }
        func take(_ byte: UInt8) -> Bool {
            skipBlanks()
            guard cursor < bytes.count, bytes[cursor] == byte else { return false }
            cursor += 1
            return true
        }
        func expected(_ what: String) -> WireFormatError {
            WireFormatError(
                .malformed, .byte(cursor), cursor < bytes.count ? "expected \(what)" : "the array is cut off")
        }

        guard take(UInt8(ascii: "[")) else { throw expected("an array") }
        var count = 0
        var refused = RefusedItems()
        while !take(UInt8(ascii: "]")) {
            if count > 0, !take(UInt8(ascii: ",")) { throw expected("a comma or ]") }
            skipBlanks()
            let rest = UnsafeRawBufferPointer(rebasing: bytes[cursor...])
            do throws(WireFormatError) {
                let length = try JSONObjectCheck.prefix(rest)
                body(.success(UnsafeRawBufferPointer(rebasing: rest[..<length])))
                cursor += length
            } catch {
                guard case .byte(let offset) = error.place else { throw error }
                let placed = WireFormatError(error.code, .byte(cursor + offset), "[\(count)]: \(error.message)")
                guard let other = try? DocumentReader.prefix(rest) else { throw placed }
                try refused.add(placed)
                body(.failure(placed))
                cursor += other.bytesCount
            }
            count += 1
        }
        skipBlanks()
        if cursor < bytes.count { throw expected("nothing behind the array") }
    }

    private static func isBlank(_ byte: UInt8) -> Bool {
        byte == 0x20 || byte == 0x0a || byte == 0x0d || byte == 0x09
    }
}
