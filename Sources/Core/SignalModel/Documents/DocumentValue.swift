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

/// The members of a JSON object in their order. Of two members with one name the later one counts.
///
/// Look-ups walk the members: objects of logs are small. `DocumentReader` bounds their number.
package struct DocumentObject: Sendable, Hashable {
    package struct Member: Sendable, Hashable {
        package var name: String
        package var value: DocumentValue
    }

    package private(set) var members: [Member]

    package init() { members = [] }

    package init(_ members: KeyValuePairs<String, DocumentValue>) {
        self.init()
        for (name, value) in members { self[name] = value }
    }

    package var isEmpty: Bool { members.isEmpty }
    package var count: Int { members.count }

    /// The member `name`; setting nil removes it, setting a new one appends it.
    package subscript(name: String) -> DocumentValue? {
        get { members.first { $0.name == name }?.value }
        set {
            let place = members.firstIndex { $0.name == name }
            switch (place, newValue) {
            case (let place?, let value?): members[place].value = value
            case (let place?, nil): members.remove(at: place)
            case (nil, let value?): members.append(Member(name: name, value: value))
            case (nil, nil): break
            }
        }
    }
}
