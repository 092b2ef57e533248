/// Texts of strangers, cut to size at the border of a character.
enum SpanText {
    static func cut(_ text: UnsafeRawBufferPointer, to bytesMax: Int) -> UnsafeRawBufferPointer {
        guard text.count > bytesMax else { return text }
        var end = bytesMax
        // A continuation byte belongs to what begins before it.
        while end > 0, end > bytesMax - 4, text[end] & 0xc0 == 0x80 { end -= 1 }
        return UnsafeRawBufferPointer(rebasing: text[..<end])
    }

    static func cut(_ text: String, to bytesMax: Int) -> String {
        guard text.utf8.count > bytesMax else { return text }
        return text.withBytes { String(decoding: cut($0, to: bytesMax), as: UTF8.self) }
    }
}

extension String {
    func withBytes<Value>(_ body: (UnsafeRawBufferPointer) -> Value) -> Value {
        var text = self
        return text.withUTF8 { body(UnsafeRawBufferPointer($0)) }
    }
}
