import ServiceLifecycle

/// A part that runs until the server stops.
struct LoopService: Service {
    let body: @Sendable () async throws -> Void

    func run() async throws {
        try await cancelWhenGracefulShutdown {
            do { try await body() } catch is CancellationError {}
        }
    }
}

/// A part that must finish what it has taken before it ends.
struct DrainingService: Service {
    let body: @Sendable () async throws -> Void
    let stop: @Sendable () -> Void

    func run() async throws {
        try await withGracefulShutdownHandler {
            try await body()
        } onGracefulShutdown: {
            stop()
        }
    }
}

/// A part that ends by itself once it is told to.
struct BodyService: Service {
    let body: @Sendable () async throws -> Void

    func run() async throws { try await body() }
}
