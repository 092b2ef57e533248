/// A byte of a string literal that is no UTF-8. Go's strings hold such bytes as they are; here each stands as a
/// character of the private plane, so that it equals no stored label and a message can show it.
enum StrayByte {
    private static let base: UInt32 = 0x10_ff00

    static func byte(_ scalar: Unicode.Scalar) -> UInt8? {
        (base + 0x80...base + 0xff).contains(scalar.value) ? UInt8(scalar.value - base) : nil
    }

    static func text(decoding bytes: some Collection<UInt8>) -> String {
        if let valid = String(validating: bytes, as: UTF8.self) { return valid }
        var result = String.UnicodeScalarView()
        var rest = Array(bytes)[...]
        while !rest.isEmpty {
            var parser = Unicode.UTF8.ForwardParser()
            var source = rest.makeIterator()
            switch parser.parseScalar(from: &source) {
            case .valid(let encoded):
                result.append(Unicode.UTF8.decode(encoded))
                rest = rest.dropFirst(encoded.count)
            case .error, .emptyInput:
                if let first = rest.popFirst(), let stray = Unicode.Scalar(base + UInt32(first)) {
                    result.append(stray)
                }
            }
        }
        return String(result)
    }
}
