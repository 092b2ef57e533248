import Basics

/// Appends protobuf fields to a buffer. Zero values are left out by the caller, as proto3 does.
package struct ProtobufWriter {
    package private(set) var bytes: [UInt8] = []

    package init() {}

    package mutating func varint(_ field: Int, _ value: UInt64) {
        tag(field, ProtobufReader.Wire.varint)
        Varint.append(value, to: &bytes)
    }

    package mutating func fixed64(_ field: Int, _ value: UInt64) {
        tag(field, ProtobufReader.Wire.fixed64)
        withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
    }

    package mutating func data(_ field: Int, _ value: UnsafeRawBufferPointer) {
        tag(field, ProtobufReader.Wire.bytes)
        Varint.append(UInt64(value.count), to: &bytes)
        bytes.append(contentsOf: value)
    }

    package mutating func text(_ field: Int, _ value: String) {
        var value = value
        value.withUTF8 { data(field, UnsafeRawBufferPointer($0)) }
    }

    package mutating func message(_ field: Int, _ body: ProtobufWriter) {
        body.bytes.withUnsafeBytes { data(field, $0) }
    }

    mutating func removeAll() { bytes.removeAll(keepingCapacity: true) }

    private mutating func tag(_ field: Int, _ wire: Int) { Varint.append(UInt64(field << 3 | wire), to: &bytes) }
}
