/// The fewest decimal digits that read back as a number, and where the point stands among them: what every way of
/// printing a number in the formats here begins with.
package struct ShortestDecimal {
    /// Without zeros at either end; `0` alone for zero.
    private var digits = InlineArray<24, UInt8>(repeating: 0)
    private var count = 0
    /// How many digits stand before the point: negative or past `count` where zeros have to be put between.
    private var point = 0
    private let isNegative: Bool

    /// `value` is finite.
    package init(_ value: Double) {
        isNegative = value.sign == .minus
        // Swift prints the shortest digits, as `12.5`, `0.001` or `1.5e-07`.
        var text = value.magnitude.description
        text.withUTF8 { read($0) }
    }

    private mutating func read(_ text: UnsafeBufferPointer<UInt8>) {
        var isPastPoint = false
        var index = 0
        while index < text.count, text[index] != UInt8(ascii: "e") {
            let byte = text[index]
            index += 1
            if byte == UInt8(ascii: ".") {
                isPastPoint = true
            } else if count == 0, byte == UInt8(ascii: "0") {
                if isPastPoint { point -= 1 }
            } else {
                digits[count] = byte
                count += 1
                if !isPastPoint { point += 1 }
            }
        }
        while count > 0, digits[count - 1] == UInt8(ascii: "0") { count -= 1 }
        if count == 0 {
            digits[0] = UInt8(ascii: "0")
            (count, point) = (1, 1)
        }
        guard index + 1 < text.count else { return }
        let sign = text[index + 1]
        var exponent = 0
        for byte in text[(index + 1)...] where byte >= UInt8(ascii: "0") {
            exponent = exponent * 10 + Int(byte - UInt8(ascii: "0"))
        }
        point += sign == UInt8(ascii: "-") ? -exponent : exponent
    }

    /// Without an exponent, whatever the number of zeros.
    package func appendPlain(to bytes: inout [UInt8]) {
        if isNegative { bytes.append(UInt8(ascii: "-")) }
        if point <= 0 {
            bytes.append(UInt8(ascii: "0"))
            bytes.append(UInt8(ascii: "."))
            for _ in point..<0 { bytes.append(UInt8(ascii: "0")) }
            for index in 0..<count { bytes.append(digits[index]) }
        } else {
            for index in 0..<count {
                if index == point { bytes.append(UInt8(ascii: ".")) }
                bytes.append(digits[index])
            }
            if point > count { for _ in count..<point { bytes.append(UInt8(ascii: "0")) } }
        }
    }

    /// Go's `%e`: one digit before the point, the exponent signed and of at least two digits.
    package func appendExponential(to bytes: inout [UInt8]) {
        if isNegative { bytes.append(UInt8(ascii: "-")) }
        for index in 0..<count {
            if index == 1 { bytes.append(UInt8(ascii: ".")) }
            bytes.append(digits[index])
        }
        let exponent = point - 1
        bytes.append(UInt8(ascii: "e"))
        bytes.append(exponent < 0 ? UInt8(ascii: "-") : UInt8(ascii: "+"))
        if exponent.magnitude < 10 { bytes.append(UInt8(ascii: "0")) }
        bytes.append(contentsOf: String(exponent.magnitude).utf8)
    }
}
