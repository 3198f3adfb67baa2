/** Virtual nodes, and the fields that virtual gateways share with them. */
export const virtualNodes = {
  'VirtualNode.spec.podSelector':
    "Selects the pods of the virtual node in the object's namespace, by label. Absent selects none, empty selects all.",

  serviceDiscovery: 'The service discovery of the pods: dns or awsCloudMap. Required if there is a listener.',
  'serviceDiscovery.dns': 'The pods are discovered by a host name.',
  'dns.hostname': 'The host name that the proxies resolve, such as orders.shop.svc.cluster.local.',
  'dns.responseType':
    'LOADBALANCER treats the answer as addresses of load balancers, ENDPOINTS as the addresses of all pods. Default: LOADBALANCER.',
  'serviceDiscovery.awsCloudMap': 'The pods are registered and discovered in AWS Cloud Map.',
  'awsCloudMap.namespaceName': 'The name of the Cloud Map namespace, at most 1024 characters.',
  'awsCloudMap.serviceName': 'The name of the Cloud Map service, at most 127 characters.',
  'awsCloudMap.attributes':
    'Attributes of the registered instances. Callers discover only instances with all of them.',
  'attributes.key': "The attribute's name, at most 255 characters.",
  'attributes.value': "The attribute's value, at most 1024 characters.",
  'dns|awsCloudMap.ipPreference':
    "The IP version used to discover these pods. …_ONLY uses only this version; …_PREFERRED falls back to the other. Default: the mesh's ipPreference.",

  backends: 'The virtual services that the pods call, at most 1000. The default quota of App Mesh is 50.',
  'backends.virtualService': 'A virtual service that the pods call. Each may be listed only once.',
  backendGroups: 'Groups of virtual services that the pods call, in addition to the backends, at most 1000.',
  'backendGroups.name': 'The name of a BackendGroup, or * for all virtual services of the namespace.',
  backendDefaults: 'The defaults of all backends.',

  'VirtualGateway.spec.namespaceSelector':
    'Selects the namespaces whose gateway routes may use this gateway, by label. Absent selects none, empty selects all.',
  gatewayRouteSelector:
    'Selects the gateway routes of those namespaces that use this gateway, by label. Absent selects all.',
  'VirtualGateway.spec.podSelector':
    "Selects the pods of the gateway's proxies. The App Mesh controller used it to configure them; eks-mesh-sync ignores it.",

  logging: 'The logging of the proxies.',
  accessLog: 'The access log. Absent disables it.',
  'accessLog.file': 'The file of the access log.',
  'file.path':
    "The path of the file in the proxy's container, at most 255 characters. /dev/stdout is the standard output.",
  'file.format': "The format of a log line, json or text. Default: the proxy's text format.",
  'format.json': 'The members of the JSON object that is logged for each request.',
  'json.key': "The member's name, at most 100 characters.",
  'json.value':
    "The member's value, at most 100 characters, with Envoy's placeholders, such as %RESPONSE_CODE%.",
  'format.text':
    "The line of text for each request, at most 1000 characters, with Envoy's placeholders, such as %RESPONSE_CODE%.",
} as const;
