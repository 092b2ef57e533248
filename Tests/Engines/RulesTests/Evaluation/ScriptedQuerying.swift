import Basics
import PromQL
import Rules
import SignalModel
import Synchronization

/// Answers each query with what the test says, by the query's printed text.
final class ScriptedQuerying: RuleQuerying {
    enum Script: Sendable {
        case vector([(labels: Labels, value: Double)])
        case failure(String)
    }
    private let scripts = Mutex<[String: Script]>([:])
    private let calls = Mutex<[(query: String, at: Timestamp)]>([])

    func set(_ query: String, _ elements: [(labels: Labels, value: Double)]) {
        scripts.withLock { $0[query] = .vector(elements) }
    }

    func fail(_ query: String, _ reason: String) { scripts.withLock { $0[query] = .failure(reason) } }

    var asked: [(query: String, at: Timestamp)] { calls.withLock { $0 } }

    func instantVector(_ expression: Expression, at time: Timestamp) throws -> RuleAnswer {
        try answer(expression.description, at: time)
    }

    func instantVector(parsing text: String, at time: Timestamp) throws -> RuleAnswer {
        try answer(try PromQLParser.parse(text).description, at: time)
    }

    private func answer(_ query: String, at time: Timestamp) throws -> RuleAnswer {
        calls.withLock { $0.append((query, time)) }
        switch scripts.withLock({ $0[query] }) {
        case .failure(let reason): throw QueryError(.execution, reason)
        case .vector(let elements):
            return RuleAnswer(
                vector: elements.map {
                    InstantSeries(labels: $0.labels, sample: Sample(timestamp: time, value: $0.value))
                })
        case nil: return RuleAnswer(vector: [])
        }
    }
}
