import SignalModel

/// Targets of nodes, pods, services and ingresses: `discovery/kubernetes` of Prometheus 3.
extension KubernetesStore {
    func group(_ object: KubernetesObject) -> TargetGroup {
        var labels = KubernetesLabels()
        let targets =
            switch object {
            case .node(let node): self.targets(node, &labels)
            case .pod(let pod): self.targets(pod, &labels)
            case .service(let service): self.targets(service, &labels)
            case .ingress(let ingress): self.targets(ingress, &labels)
            case .endpoints(let endpoints): self.targets(endpoints, &labels)
            case .endpointSlice(let slice): self.targets(slice, &labels)
            case .namespace: [Labels]()
            }
        if configuration.attachesNamespace, let namespace = namespaces[object.metadata.namespace] {
            labels.addMaps(namespace.metadata, as: "namespace")
        }
        return TargetGroup(source: source(object.metadata.key), targets: targets, labels: labels.labels)
    }

    /// The kinds of a node's addresses, the best first.
    private static let addressTypes = [
        "InternalIP", "InternalDNS", "ExternalIP", "ExternalDNS", "LegacyHostIP", "Hostname",
    ]

    private func targets(_ node: KubernetesNode, _ labels: inout KubernetesLabels) -> [Labels] {
        labels["node_provider_id"] = node.spec?.providerID
        labels.add(node.metadata, as: "node")
        let addresses = Dictionary(
            (node.status?.addresses ?? []).map { ($0.type, $0.address) }, uniquingKeysWith: { first, _ in first })
        // A node that has no address yet.
        guard let best = Self.addressTypes.lazy.compactMap({ addresses[$0] }).first else { return [] }
        var target = KubernetesLabels()
        target.set(
            address: KubernetesLabels.address(best, node.status?.daemonEndpoints?.kubeletEndpoint?.Port ?? 0))
        target.set(instance: node.metadata.name)
        for (type, address) in addresses { target["node_address_" + KubernetesLabels.sanitized(type)] = address }
        return [target.labels]
    }

    private func targets(_ pod: KubernetesPod, _ labels: inout KubernetesLabels) -> [Labels] {
        // A pod that starts, or was evicted.
        guard let ip = pod.status?.podIP, !ip.isEmpty else { return [] }
        add(pod, to: &labels)
        labels["namespace"] = pod.metadata.namespace
        if configuration.attachesNode, let node = nodes[pod.spec?.nodeName ?? ""] {
            labels.add(node.metadata, as: "node")
        }
        return pod.containers.flatMap { container, isInit -> [Labels] in
            let statuses = isInit ? pod.status?.initContainerStatuses : pod.status?.containerStatuses
            var target = KubernetesLabels()
            target["pod_container_name"] = container.name
            target["pod_container_id"] = statuses?.first { $0.name == container.name }?.containerID
            target["pod_container_image"] = container.image
            target["pod_container_init"] = "\(isInit)"
            guard let ports = container.ports, !ports.isEmpty else {
                // Whoever wants the target adds a port by a rule.
                target.set(address: ip)
                return [target.labels]
            }
            return ports.map { port in
                target.set(address: KubernetesLabels.address(ip, port.containerPort))
                target["pod_container_port_number"] = String(port.containerPort)
                target["pod_container_port_name"] = port.name
                target["pod_container_port_protocol"] = port.protocol
                return target.labels
            }
        }
    }

    func add(_ pod: KubernetesPod, to labels: inout KubernetesLabels) {
        labels["pod_ip"] = pod.status?.podIP
        labels["pod_ready"] =
            pod.status?.conditions?.first { $0.type == "Ready" }?.status.lowercased() ?? "unknown"
        labels["pod_phase"] = pod.status?.phase
        labels["pod_node_name"] = pod.spec?.nodeName
        labels["pod_host_ip"] = pod.status?.hostIP
        labels["pod_uid"] = pod.metadata.uid
        labels.add(pod.metadata, as: "pod")
        let owner = pod.metadata.ownerReferences.first { $0.controller == true }
        labels["pod_controller_kind"] = owner?.kind
        labels["pod_controller_name"] = owner?.name
    }

    func add(_ service: KubernetesService, to labels: inout KubernetesLabels) {
        labels["namespace"] = service.metadata.namespace
        labels.add(service.metadata, as: "service")
    }

    private func targets(_ service: KubernetesService, _ labels: inout KubernetesLabels) -> [Labels] {
        add(service, to: &labels)
        let host = "\(service.metadata.name).\(service.metadata.namespace).svc"
        return (service.spec?.ports ?? []).map { port in
            var target = KubernetesLabels()
            target.set(address: KubernetesLabels.address(host, port.port))
            target["service_port_name"] = port.name
            target["service_port_number"] = String(port.port)
            target["service_port_protocol"] = port.protocol
            target["service_type"] = service.spec?.type
            switch service.spec?.type {
            case "ExternalName": target["service_external_name"] = service.spec?.externalName
            case "LoadBalancer":
                target["service_loadbalancer_ip"] = service.spec?.loadBalancerIP
                target["service_cluster_ip"] = service.spec?.clusterIP
            default: target["service_cluster_ip"] = service.spec?.clusterIP
            }
            return target.labels
        }
    }

    private func targets(_ ingress: KubernetesIngress, _ labels: inout KubernetesLabels) -> [Labels] {
        labels["namespace"] = ingress.metadata.namespace
        labels["ingress_class_name"] = ingress.spec?.ingressClassName
        labels.add(ingress.metadata, as: "ingress")
        let secureHosts = (ingress.spec?.tls ?? []).flatMap { $0.hosts ?? [] }
        return (ingress.spec?.rules ?? []).flatMap { rule -> [Labels] in
            let host = rule.host ?? ""
            let isSecure = secureHosts.contains { Self.matches(host, $0) }
            let paths = rule.http.map { ($0.paths ?? []).map { $0.path ?? "" } } ?? ["/"]
            return paths.map { path in
                var target = KubernetesLabels()
                target.set(address: host)
                target["ingress_scheme"] = isSecure ? "https" : "http"
                target["ingress_host"] = host
                target["ingress_path"] = path.isEmpty ? "/" : path
                return target.labels
            }
        }
    }

    /// `*` stands for exactly one first part.
    private static func matches(_ host: String, _ pattern: String) -> Bool {
        if host == pattern { return true }
        let pattern = pattern.split(separator: ".", omittingEmptySubsequences: false)
        let host = host.split(separator: ".", omittingEmptySubsequences: false)
        return pattern.first == "*" && pattern.count == host.count && pattern.dropFirst() == host.dropFirst()
    }
}
