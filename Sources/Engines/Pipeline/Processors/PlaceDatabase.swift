internal import CMaxMindDB
internal import Glibc
internal import SignalModel

/// A MaxMind database: what is known of an address. Mapped into memory; read by many threads at once.
final class PlaceDatabase: @unchecked Sendable {  // Nothing of it changes once it is open.
    private let handle: UnsafeMutablePointer<MMDB_s>
    /// As `GeoLite2-City`.
    let type: String

    /// Nil when there is no such database at `path`.
    init?(path: String) {
        handle = .allocate(capacity: 1)
        guard MMDB_open(path, UInt32(MMDB_MODE_MMAP), handle) == MMDB_SUCCESS else {
            handle.deallocate()
            return nil
        }
        type = handle.pointee.metadata.database_type.map { String(cString: $0) } ?? ""
    }

    deinit {
        MMDB_close(handle)
        handle.deallocate()
    }

    /// Values by their ways, `["country", "iso_code"]`; and the network that they are of. Nil when nothing is known.
    struct Entry {
        fileprivate var entry: MMDB_entry_s
        let prefixBits: Int

        func value(_ way: [String]) -> DocumentValue? {
            var entry = entry
            var data = MMDB_entry_data_s()
            let names = way.map { strdupNonNil($0) }
            defer { for name in names { free(name) } }
            var pointers: [UnsafePointer<CChar>?] = names.map { UnsafePointer($0) } + [nil]
            guard MMDB_aget_value(&entry, &data, &pointers) == MMDB_SUCCESS, data.has_data else { return nil }
            switch Int32(data.type) {
            case MMDB_DATA_TYPE_UTF8_STRING:
                return .string(
                    String(
                        decoding: UnsafeRawBufferPointer(start: data.utf8_string, count: Int(data.data_size)),
                        as: UTF8.self))
            case MMDB_DATA_TYPE_DOUBLE: return .double(data.double_value)
            case MMDB_DATA_TYPE_FLOAT: return .double(Double(data.float_value))
            case MMDB_DATA_TYPE_UINT16: return .integer(Int64(data.uint16))
            case MMDB_DATA_TYPE_UINT32: return .integer(Int64(data.uint32))
            case MMDB_DATA_TYPE_INT32: return .integer(Int64(data.int32))
            case MMDB_DATA_TYPE_UINT64: return .integer(Int64(clamping: data.uint64))
            case MMDB_DATA_TYPE_BOOLEAN: return .bool(data.boolean)
            default: return nil
            }
        }
    }

    func find(_ address: String) -> Entry? {
        var addressError: Int32 = 0
        var databaseError: Int32 = 0
        let found = MMDB_lookup_string(handle, address, &addressError, &databaseError)
        guard addressError == 0, databaseError == MMDB_SUCCESS, found.found_entry else { return nil }
        return Entry(entry: found.entry, prefixBits: Int(found.netmask))
    }
}

private func strdupNonNil(_ text: String) -> UnsafeMutablePointer<CChar> { strdup(text)! }
