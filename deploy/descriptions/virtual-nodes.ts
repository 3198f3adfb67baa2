/** Virtual nodes, and what virtual gateways have like them. */
export const virtualNodes = {
  'VirtualNode.spec.podSelector':
    "Which pods of the object's namespace the virtual node stands for, by their labels; absent, none, and empty, all.",

  serviceDiscovery:
    'How callers find the pods: by dns or by awsCloudMap; required as soon as there is a listener.',
  'serviceDiscovery.dns': 'The pods are found by a host name.',
  'dns.hostname': 'The host name that the proxies look up, such as orders.shop.svc.cluster.local.',
  'dns.responseType':
    'LOADBALANCER, the default, takes the answer for addresses of load balancers, ENDPOINTS for the addresses of all pods.',
  'serviceDiscovery.awsCloudMap': 'The pods are registered in AWS Cloud Map and found there.',
  'awsCloudMap.namespaceName': 'The name of the Cloud Map namespace, of up to 1024 characters.',
  'awsCloudMap.serviceName': 'The name of the Cloud Map service, of up to 127 characters.',
  'awsCloudMap.attributes':
    'Attributes that the pods are registered with; callers find only instances that have them all.',
  'attributes.key': "The attribute's name, of up to 255 characters.",
  'attributes.value': "The attribute's value, of up to 1024 characters.",
  'dns|awsCloudMap.ipPreference':
    "By which IP version callers find these pods: …_ONLY, or …_PREFERRED, with the other in its absence; by default the mesh's ipPreference.",

  backends:
    'The virtual services that the pods call; 1000 at most, of which App Mesh takes 50 by its default quota.',
  'backends.virtualService': 'A virtual service that the pods call, each listed once.',
  backendGroups: 'Groups of virtual services that the pods call beside the backends; 1000 at most.',
  'backendGroups.name': 'The name of a BackendGroup, or * for all virtual services of the namespace.',
  backendDefaults: 'What holds for every backend that does not say otherwise.',

  'VirtualGateway.spec.namespaceSelector':
    'Which namespaces may have gateway routes for this gateway, by their labels; absent, none may, and empty, all.',
  gatewayRouteSelector:
    'Which gateway routes of those namespaces are for this gateway, by their labels; absent, all are.',
  'VirtualGateway.spec.podSelector':
    "The pods of the gateway's proxies, by which the App Mesh controller configured them; eks-mesh-sync does not.",

  logging: 'What the proxies log.',
  accessLog: 'The log of the requests; absent, there is none.',
  'accessLog.file': 'The file that the requests are logged to.',
  'file.path':
    'The path of the file in the container of the proxy, of up to 255 characters; /dev/stdout is its standard output.',
  'file.format': "The format of a line, json or text; by default the proxy's own text.",
  'format.json': 'The members of a JSON object for each request.',
  'json.key': "The member's name, of up to 100 characters.",
  'json.value':
    "The member's value, of up to 100 characters, with Envoy's placeholders, such as %RESPONSE_CODE%.",
  'format.text':
    "A line of text for each request, of up to 1000 characters, with Envoy's placeholders, such as %RESPONSE_CODE%.",
} as const;
