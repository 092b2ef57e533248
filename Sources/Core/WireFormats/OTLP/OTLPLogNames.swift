/// Names of OpenTelemetry's attributes that ECS has under another.
enum OTLPLogNames {
    private static let names = [
        "deployment.environment": "service.environment", "deployment.environment.name": "service.environment",
        "service.instance.id": "service.node.name", "exception.type": "error.type",
        "exception.message": "error.message", "exception.stacktrace": "error.stack_trace",
        "k8s.pod.name": "kubernetes.pod.name", "k8s.pod.uid": "kubernetes.pod.uid",
        "k8s.namespace.name": "kubernetes.namespace", "k8s.node.name": "kubernetes.node.name",
        "k8s.deployment.name": "kubernetes.deployment.name", "k8s.container.name": "kubernetes.container.name",
        "k8s.cluster.name": "orchestrator.cluster.name", "host.arch": "host.architecture",
        "os.version": "host.os.version", "os.description": "host.os.full", "thread.id": "process.thread.id",
        "thread.name": "process.thread.name", "code.file.path": "log.origin.file.name",
        "code.filepath": "log.origin.file.name", "code.function.name": "log.origin.function",
        "code.function": "log.origin.function", "code.line.number": "log.origin.file.line",
        "code.lineno": "log.origin.file.line", "http.request.method": "http.request.method",
        "http.response.status_code": "http.response.status_code",
    ]

    static func ecs(_ name: String) -> String { names[name] ?? name }
}
