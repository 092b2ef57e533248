import SignalModel

/// Targets of endpoints and endpoint slices: `discovery/kubernetes` of Prometheus 3.
extension KubernetesStore {
    /// Pods met among the endpoints, and the ports by which.
    private struct SeenPods {
        var order: [KubernetesKey] = []
        var ports: [KubernetesKey: Set<Int>] = [:]

        mutating func note(_ key: KubernetesKey, _ port: Int?) {
            if ports[key] == nil { order.append(key) }
            ports[key, default: []].formUnion(port.map { [$0] } ?? [])
        }
    }

    func targets(_ endpoints: KubernetesEndpoints, _ labels: inout KubernetesLabels) -> [Labels] {
        labels["namespace"] = endpoints.metadata.namespace
        if let service = services[endpoints.metadata.key] { add(service, to: &labels) }
        labels.add(endpoints.metadata, as: "endpoints")
        var seen = SeenPods()
        var targets: [Labels] = []
        for subset in endpoints.subsets ?? [] {
            for port in subset.ports ?? [] {
                for (addresses, isReady) in [(subset.addresses, true), (subset.notReadyAddresses, false)] {
                    for address in addresses ?? [] {
                        var target = KubernetesLabels()
                        target.set(address: KubernetesLabels.address(address.ip, port.port))
                        target["endpoint_port_name"] = port.name
                        target["endpoint_port_protocol"] = port.protocol
                        target["endpoint_ready"] = "\(isReady)"
                        target["endpoint_address_target_kind"] = address.targetRef?.kind
                        target["endpoint_address_target_name"] = address.targetRef?.name
                        target["endpoint_node_name"] = address.nodeName
                        target["endpoint_hostname"] = address.hostname
                        attachNode(address.nodeName, to: &target)
                        attachPod(address.targetRef, port: port.port, to: &target, &seen)
                        targets.append(target.labels)
                    }
                }
            }
        }
        return targets + otherPorts(seen)
    }

    func targets(_ slice: KubernetesEndpointSlice, _ labels: inout KubernetesLabels) -> [Labels] {
        labels["namespace"] = slice.metadata.namespace
        labels["endpointslice_address_type"] = slice.addressType
        labels.add(slice.metadata, as: "endpointslice")
        if let key = slice.service, let service = services[key] { add(service, to: &labels) }
        var seen = SeenPods()
        var targets: [Labels] = []
        for endpoint in slice.endpoints ?? [] {
            for port in slice.ports ?? [] {
                for address in endpoint.addresses ?? [] {
                    var target = KubernetesLabels()
                    target.set(address: port.port.map { KubernetesLabels.address(address, $0) } ?? address)
                    target["endpointslice_port_name"] = port.name
                    target["endpointslice_port_protocol"] = port.protocol
                    target["endpointslice_port"] = port.port.map(String.init)
                    target["endpointslice_port_app_protocol"] = port.appProtocol
                    add(endpoint, to: &target)
                    let isNode = endpoint.targetRef?.kind == "Node"
                    attachNode(isNode ? endpoint.targetRef?.name : endpoint.nodeName, to: &target)
                    attachPod(endpoint.targetRef, port: port.port, to: &target, &seen)
                    targets.append(target.labels)
                }
            }
        }
        return targets + otherPorts(seen)
    }

    private func add(_ endpoint: KubernetesEndpointSlice.Endpoint, to target: inout KubernetesLabels) {
        let prefix = "endpointslice_endpoint_"
        target[prefix + "conditions_ready"] = endpoint.conditions?.ready.map { "\($0)" }
        target[prefix + "conditions_serving"] = endpoint.conditions?.serving.map { "\($0)" }
        target[prefix + "conditions_terminating"] = endpoint.conditions?.terminating.map { "\($0)" }
        target[prefix + "hostname"] = endpoint.hostname
        target[prefix + "node_name"] = endpoint.nodeName
        target[prefix + "zone"] = endpoint.zone
        target["endpointslice_address_target_kind"] = endpoint.targetRef?.kind
        target["endpointslice_address_target_name"] = endpoint.targetRef?.name
        for (name, value) in endpoint.deprecatedTopology ?? [:] {
            target.add(name, value, as: prefix + "topology", present: prefix + "topology_present")
        }
    }

    private func attachNode(_ name: String?, to target: inout KubernetesLabels) {
        guard configuration.attachesNode, let name, let node = nodes[name] else { return }
        target.add(node.metadata, as: "node")
    }

    private func attachPod(
        _ reference: KubernetesReference?, port: Int?, to target: inout KubernetesLabels, _ seen: inout SeenPods
    ) {
        guard let reference, reference.kind == "Pod", let pod = pods[podKey(reference)] else { return }
        seen.note(pod.metadata.key, port)
        add(pod, to: &target)
        for (container, isInit) in pod.containers {
            guard let own = container.ports?.first(where: { $0.containerPort == port }) else { continue }
            add(container, own, isInit: isInit, to: &target)
        }
    }

    private func add(
        _ container: KubernetesPod.Container, _ port: KubernetesPod.Port, isInit: Bool,
        to target: inout KubernetesLabels
    ) {
        target["pod_container_name"] = container.name
        target["pod_container_image"] = container.image
        target["pod_container_port_name"] = port.name
        target["pod_container_port_number"] = String(port.containerPort)
        target["pod_container_port_protocol"] = port.protocol
        target["pod_container_init"] = "\(isInit)"
    }

    /// Ports of the pods that no endpoint names.
    private func otherPorts(_ seen: SeenPods) -> [Labels] {
        seen.order.flatMap { key -> [Labels] in
            guard let pod = pods[key], let ip = pod.status?.podIP, !ip.isEmpty else { return [] }
            return pod.containers.flatMap { container, isInit in
                (container.ports ?? []).compactMap { port -> Labels? in
                    if seen.ports[key]?.contains(port.containerPort) == true { return nil }
                    var target = KubernetesLabels()
                    add(pod, to: &target)
                    target.set(address: KubernetesLabels.address(ip, port.containerPort))
                    add(container, port, isInit: isInit, to: &target)
                    return target.labels
                }
            }
        }
    }
}
