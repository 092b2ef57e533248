internal import Basics
internal import Synchronization

extension IdentityService {
    /// How often times of use are written and dead sessions dropped.
    private static var upkeepInterval: Duration { .seconds(60) }

    /// Keeps the store in order until cancelled. A write that fails is told to `onFailure` and tried again at the
    /// next turn.
    package func runUpkeep(onFailure: @Sendable (IdentityError) -> Void) async {
        while !Task.isCancelled {
            do throws(IdentityError) {
                try await flushUsage()
                try await dropDeadSessions()
            } catch {
                onFailure(error)
            }
            guard (try? await clock.sleep(until: clock.now() + Self.upkeepInterval)) != nil else { return }
        }
    }

    /// Writes the times of use that are not in the store yet.
    package func flushUsage() async throws(IdentityError) {
        try await blocking { [self] () throws(IdentityError) in
            let (sessions, tokens) = state.withLock { state in
                defer {
                    state.touchedSessions.removeAll()
                    state.touchedTokens.removeAll()
                }
                return (
                    state.touchedSessions.compactMap { state.sessions[$0] },
                    state.touchedTokens.compactMap { state.tokens[$0] }
                )
            }
            var changes = sessions.map { IdentityChange.touchSession($0.digest, at: $0.lastSeenAt) }
            for token in tokens {
                if let usedAt = token.lastUsedAt { changes.append(.touchToken(id: token.id, at: usedAt)) }
            }
            guard !changes.isEmpty else { return }
            do throws(IdentityError) {
                try store.apply(changes)
            } catch {
                state.withLock { state in
                    state.touchedSessions.formUnion(sessions.map(\.digest))
                    state.touchedTokens.formUnion(tokens.map(\.digest))
                }
                throw error
            }
        }
    }

    /// Forgets sessions that ended by age or by idling.
    package func dropDeadSessions() async throws(IdentityError) {
        try await blocking { [self] () throws(IdentityError) in
            let now = clock.now()
            let dead = state.withLock { state in
                state.sessions.values.filter { !$0.isLive(at: now, idleMax: settings.sessionIdleMax) }.map(\.digest)
            }
            guard !dead.isEmpty else { return }
            try store.apply([.removeSessions(dead)])
            state.withLock { state in
                for digest in dead { state.sessions[digest] = nil }
            }
        }
    }
}
