import Basics
import HTTPAPI
import Response
import StateStore

/// The archive of closed pages, looked through where people's queries run: never where pages wait.
struct StoredPages: PageArchive {
    let store: SQLitePageArchive
    let threads: BlockingThreads

    func keep(_ pages: [Page], at now: Timestamp) throws { try store.keep(pages, at: now) }
    func page(_ id: String) async throws -> Page? { try await threads.run { try store.page(id) } }
    func find(_ search: PageSearch) async throws -> [Page] { try await threads.run { try store.find(search) } }
}
