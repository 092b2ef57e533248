/// The members of a JSON object in their order. Of two members with one name the later one counts.
package struct DocumentObject: Sendable {
    package struct Member: Sendable, Hashable {
        package var name: String
        package var value: DocumentValue

        package init(name: String, value: DocumentValue) {
            self.name = name
            self.value = value
        }
    }

    package private(set) var members: [Member]
    /// Where each name stands, once there are many; nil while a walk is as good.
    private var places: [String: Int]?

    /// Objects of logs are small: up to here look-ups walk the members.
    private static let walkedMax = 16

    package init() { members = [] }

    package init(_ members: KeyValuePairs<String, DocumentValue>) {
        self.init()
        for (name, value) in members { self[name] = value }
    }

    package var isEmpty: Bool { members.isEmpty }
    package var count: Int { members.count }

    /// The member `name`; setting nil removes it, setting a new one appends it.
    package subscript(name: String) -> DocumentValue? {
        get { place(of: name).map { members[$0].value } }
        set {
            switch (place(of: name), newValue) {
            case (let place?, let value?): members[place].value = value
            case (let place?, nil): remove(at: place)
            case (nil, let value?): append(Member(name: name, value: value))
            case (nil, nil): break
            }
        }
    }

    /// Changes the member `name` where it lies; false when there is none.
    package mutating func update<Result>(
        _ name: String, _ body: (inout DocumentValue) throws -> Result
    ) rethrows -> Result? {
        guard let place = place(of: name) else { return nil }
        return try body(&members[place].value)
    }

    private func place(of name: String) -> Int? {
        if let places { return places[name] }
        return members.firstIndex { $0.name == name }
    }

    private mutating func append(_ member: Member) {
        places?[member.name] = members.count
        members.append(member)
        if places == nil, members.count > Self.walkedMax { index() }
    }

    private mutating func remove(at place: Int) {
        members.remove(at: place)
        if members.count > Self.walkedMax { index() } else { places = nil }
    }

    private mutating func index() {
        var places: [String: Int] = [:]
        places.reserveCapacity(members.count * 2)
        for (place, member) in members.enumerated() { places[member.name] = place }
        self.places = places
    }
}

extension DocumentObject: Hashable {
    /// Whatever their order, as JSON has it.
    package static func == (left: DocumentObject, right: DocumentObject) -> Bool {
        left.count == right.count && left.members.allSatisfy { right[$0.name] == $0.value }
    }

    package func hash(into hasher: inout Hasher) {
        var sum = 0
        for member in members { sum &+= member.hashValue }
        hasher.combine(sum)
    }
}

extension DocumentObject: ExpressibleByDictionaryLiteral {
    package init(dictionaryLiteral members: (String, DocumentValue)...) {
        self.init()
        for (name, value) in members { self[name] = value }
    }
}
