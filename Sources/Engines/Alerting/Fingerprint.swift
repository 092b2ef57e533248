/// An alert's fingerprint as a number: what tables are keyed by.
package enum Fingerprint {
    package static func number(_ text: String) -> UInt64 { UInt64(text, radix: 16) ?? 0 }

    package static func text(_ number: UInt64) -> String {
        let digits = String(number, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}
