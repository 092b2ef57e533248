package import Basics
package import Response

/// An archive that nothing has come to.
package struct EmptyPageArchive: PageArchive {
    package init() {}

    package func keep(_ pages: [Page], at now: Timestamp) throws {}
    package func page(_ id: String) async throws -> Page? { nil }
    package func find(_ search: PageSearch) async throws -> [Page] { [] }
}
