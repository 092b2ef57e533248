/// The seam for an object store: whole objects by name, no folders but the `/` in names, no change in place.
///
/// Calls block. Implementations may be called from any thread at once.
package protocol ObjectStore: Sendable {
    /// Names that begin with `prefix`, sorted.
    func list(_ prefix: String) throws(ObjectStoreError) -> [String]

    /// Stores an object, over one of the same name. Durable when it returns; whoever reads meanwhile sees the old one
    /// or the new one, whole.
    func put(_ name: String, _ content: FileContent) throws(ObjectStoreError)

    /// The whole object; stays readable when it is removed.
    func content(_ name: String) throws(ObjectStoreError) -> FileContent

    /// Removes an object; there may be none.
    func remove(_ name: String) throws(ObjectStoreError)
}

package struct ObjectStoreError: Error, Sendable, Hashable, CustomStringConvertible {
    package var isMissing: Bool
    /// Names the object and what went wrong.
    package var description: String

    package init(isMissing: Bool = false, _ description: String) {
        self.isMissing = isMissing
        self.description = description
    }
}
