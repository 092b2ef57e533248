import Alerting
package import Basics

/// The open pages, found by id, by what groups them and by the alerts they hold, and woken in time, all without looking
/// at the others. Reads like a dictionary; a page is changed in place.
package struct PageTable: Sendable {
    private var pages: GradualDictionary<String, Page> = [:]
    private var idByGroup: GradualDictionary<String, String> = [:]
    private var idByAlert: GradualDictionary<String, String> = [:]
    private var timers = TimerQueue()

    package init() {}

    package subscript(id: String) -> Page? { pages[id] }
    package var values: some Collection<Page> { pages.values }
    package var keys: some Collection<String> { pages.keys }
    package var count: Int { pages.count }
    package var isEmpty: Bool { pages.isEmpty }

    func id(ofGroup key: String) -> String? { idByGroup[key] }
    func id(ofAlert fingerprint: String) -> String? { idByAlert[fingerprint] }

    mutating func insert(_ page: Page) {
        pages[page.id] = page
        idByGroup[page.groupKey] = page.id
        for fingerprint in page.firing.keys { idByAlert[fingerprint] = page.id }
        timers.set(page.id, at: page.nextTimerMilliseconds)
    }

    @discardableResult
    mutating func remove(_ id: String) -> Page? {
        guard let page = pages.removeValue(forKey: id) else { return nil }
        idByGroup[page.groupKey] = nil
        for fingerprint in page.firing.keys { idByAlert[fingerprint] = nil }
        timers.set(id, at: nil)
        return page
    }

    /// Changes everything but which alerts fire; nil when there is no such page.
    @discardableResult
    mutating func change<Result>(_ id: String, _ body: (inout Page) -> Result) -> Result? {
        guard let (result, next) = pages.change(id, { (body(&$0), $0.nextTimerMilliseconds) }) else { return nil }
        timers.set(id, at: next)
        return result
    }

    /// Adds it, or replaces what was known of it.
    mutating func hold(_ alert: AlertBook.Alert, in id: String) {
        guard pages.change(id, { $0.firing[alert.fingerprint] = alert }) != nil else { return }
        idByAlert[alert.fingerprint] = id
    }

    mutating func release(_ fingerprint: String) {
        guard let id = idByAlert.removeValue(forKey: fingerprint) else { return }
        pages.change(id) { page in
            page.firing[fingerprint] = nil
            page.suppressed.remove(fingerprint)
        }
    }

    var nextTimerMilliseconds: Int64? { timers.next }

    /// Pages with something to do at `now`, earliest first. Each is to be changed, which sets its timer anew.
    mutating func takeDue(at now: Int64) -> [String] { timers.takeDue(at: now) }
}

extension PageTable: Hashable {
    package static func == (left: Self, right: Self) -> Bool { left.pages == right.pages }
    package func hash(into hasher: inout Hasher) { hasher.combine(pages) }
}

extension PageTable: Codable {
    package init(from decoder: any Decoder) throws {
        for page in try GradualDictionary<String, Page>(from: decoder).values { insert(page) }
    }

    package func encode(to encoder: any Encoder) throws { try pages.encode(to: encoder) }
}
