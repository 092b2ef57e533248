/// A value of a JSON document as a processor sees it. Whole numbers keep 64 bits; others are doubles.
package enum DocumentValue: Sendable, Hashable {
    case null
    case bool(Bool)
    case integer(Int64)
    case double(Double)
    case string(String)
    case array([DocumentValue])
    case object(DocumentObject)
}
