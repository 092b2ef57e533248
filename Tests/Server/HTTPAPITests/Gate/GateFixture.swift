import Basics
import HTTPAPI
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Identity
import Logging
import NIOCore
import Response
import SignalModel
import Synchronization
import TestKit
import Testing

/// The gate's endpoints on a real operations core, whose budgets a test sets.
final class GateFixture: Sendable {
    let core: OperationsCore
    let clock = VirtualClock()
    let standings = Mutex<[BudgetStanding]?>(nil)
    let settings = Mutex(GateSettings())
    let audited = Mutex<[IdentityAuditEntry]>([])
    let journal = GateJournal()
    private let threads = BlockingThreads(name: "test", threads: 1, waitingMax: 16)

    init() throws {
        core = try OperationsCore(
            journal: journal, notifier: { Silent() }, clock: clock, blocking: { try $0() },
            blockingLong: { try $0() }, onProblem: { _ in })
    }

    struct Silent: Notifier {
        func deliver(_ notification: Notification) async -> DeliveryResult { .delivered }
    }

    var actions: GateActions {
        GateActions(
            core: core, standings: { self.standings.withLock { $0 } }, settings: { self.settings.withLock { $0 } },
            audit: { entry in self.audited.withLock { $0.append(entry) } }, clock: clock,
            randomness: SeededRandomness(seed: 7))
    }

    /// Runs `body` against the endpoints, every request by `principal`.
    func serve(
        as principal: Principal = .open, _ body: @Sendable @escaping (any TestClientProtocol) async throws -> Void
    ) async throws {
        let router = Router(context: SignalboxRequestContext.self)
        router.add(middleware: ErrorMiddleware(logger: Logger(label: "test")))
        router.add(middleware: As(principal: principal))
        let admission = AdmissionAPI(
            actions: actions,
            authenticate: { credential in
                guard case .token("sbx_good") = credential else {
                    throw IdentityError(.unauthenticated, "no such token")
                }
                return Self.events
            }, threads: threads, throttle: AddressThrottle(clock: clock), onProblem: { _ in })
        for endpoint in GateAPI(actions: actions).endpoints + admission.endpoints { endpoint.register(on: router) }
        let application = Application(router: router)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await self.core.run() }
            defer { core.stop() }
            try await application.test(.router, body)
        }
        try await threads.shutDown()
    }

    /// What a cluster sends with.
    static let events = Principal(
        kind: .eventsToken, id: "t1", name: "aks-1", role: nil,
        forcedLabels: Labels([(name: "cluster", value: "aks-1"), (name: "environment", value: "production")]))

    func spend(_ state: BudgetStanding.State, _ consumed: Double, service: String = "cart") {
        standings.withLock {
            $0 = [
                BudgetStanding(
                    objective: "\(service)-availability", service: service, state: state, consumed: consumed,
                    coverage: 1, sinceMilliseconds: 0, easesAtMilliseconds: 1_800_000_000_000)
            ]
        }
    }

    private struct As: RouterMiddleware {
        let principal: Principal
        func handle(
            _ request: Request, context: SignalboxRequestContext,
            next: (Request, SignalboxRequestContext) async throws -> Response
        ) async throws -> Response {
            var context = context
            context.principal = principal
            return try await next(request, context)
        }
    }
}

final class GateJournal: OperationsJournal {
    let entries = Mutex<[JournalEntry]>([])
    let isFull = Mutex(false)

    func load() throws(ResponseError) -> JournalContent { JournalContent(snapshot: nil, entries: []) }
    func append(_ entries: [JournalEntry]) throws(ResponseError) {
        if isFull.withLock({ $0 }) { throw ResponseError(.unavailable, "no space left on device") }
        self.entries.withLock { $0 += entries }
    }
    func keep(_ state: OperationsState) throws(ResponseError) {}
}

extension TestClientProtocol {
    func send(_ method: HTTPRequest.Method, _ path: String, _ body: String = "") async throws -> (
        status: Int, text: String
    ) {
        let answer = try await execute(uri: path, method: method, body: ByteBuffer(string: body))
        return (Int(answer.status.code), String(buffer: answer.body))
    }
}
