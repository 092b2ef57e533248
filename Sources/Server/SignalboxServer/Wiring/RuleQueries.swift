import Basics
import HTTPAPI
import PromQL
import Response
import Rules
import SignalModel

/// Answers the rules from the store.
struct RuleQueries: RuleQuerying {
    let evaluator: any QueryEvaluator
    let language: ParserOptions

    func instantVector(_ expression: Expression, at time: Timestamp) throws -> RuleAnswer {
        try RuleAnswer(evaluator.instant(expression, at: time, text: "", cancellation: nil))
    }

    func instantVector(parsing text: String, at time: Timestamp) throws -> RuleAnswer {
        try instantVector(PromQLParser.parse(text, options: language), at: time)
    }
}

extension BlockingThreads: BlockingWork {
    package func runBlocking<Value: Sendable>(
        _ body: @escaping @Sendable () throws -> Value
    ) async throws -> Value {
        try await run(body)
    }
}

/// Hands what rules say to the operations core.
struct AlertHandover: RuleAlertSink {
    let core: OperationsCore

    func observe(_ alerts: [ObservedAlert], at time: Timestamp) async { core.observe(alerts) }
}
