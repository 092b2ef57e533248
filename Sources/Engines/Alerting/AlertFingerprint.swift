package import SignalModel

/// Sixteen hex digits that identify a label set, as Prometheus' model.Fingerprint makes them: FNV-1a, 64 bits,
/// over each name, 0xff, value, 0xff.
package enum AlertFingerprint {
    package static func make(_ labels: Labels) -> String {
        var state: UInt64 = 14_695_981_039_346_656_037
        func add(_ byte: UInt8) { state = (state ^ UInt64(byte)) &* 1_099_511_628_211 }
        labels.packed.withUnsafeBytes { bytes in
            labels.forEachRange { name, value in
                for range in [name, value] {
                    for byte in bytes[range] { add(byte) }
                    add(0xff)
                }
            }
        }
        let digits = String(state, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}
