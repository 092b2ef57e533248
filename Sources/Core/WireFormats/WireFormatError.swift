/// Bytes from outside that are not what their sender says they are.
package struct WireFormatError: Error, Hashable, Sendable, CustomStringConvertible {
    package enum Code: Hashable, Sendable {
        /// Not valid in its format: sending it again cannot help.
        case malformed
        /// Valid as far as it was read, but beyond one of our limits.
        case tooLarge
    }

    /// Where the trouble begins.
    package enum Place: Hashable, Sendable {
        /// Bytes from the start of the outermost message.
        case byte(Int)
        /// Both counted from one; columns are bytes.
        case line(Int, column: Int)
        case whole
    }

    package var code: Code
    package var place: Place
    package var message: String

    package init(_ code: Code, _ place: Place, _ message: String) {
        self.code = code
        self.place = place
        self.message = message
    }

    package var description: String {
        switch place {
        case .byte(let offset): "byte \(offset): \(message)"
        case .line(let line, let column): "line \(line), column \(column): \(message)"
        case .whole: message
        }
    }
}
