/** The kinds, their common fields, and the fields of the small kinds. */
export const kinds = {
  Mesh: 'An App Mesh mesh. It selects the namespaces whose objects belong to it.',
  VirtualNode: 'A group of pods in App Mesh: their listeners, their service discovery and their backends.',
  VirtualService: 'A service name in the mesh, and its provider: a virtual node or a virtual router.',
  VirtualRouter: 'Distributes requests to virtual nodes by its routes.',
  VirtualGateway: 'Proxies that route requests from outside into the mesh by gateway routes.',
  GatewayRoute: 'Routes requests from a virtual gateway to a virtual service.',
  BackendGroup:
    'A named list of virtual services that virtual nodes can use as backends. It has no AWS resource.',

  spec: 'The desired state of the resource in App Mesh.',
  'BackendGroup.spec': 'The virtual services of the group.',

  awsName:
    "The resource's name in App Mesh, at most 255 characters without /. Default: <name>_<namespace> of the object.",
  'Mesh.spec.awsName':
    "The mesh's name in App Mesh, at most 255 characters without /. Default: the object's name.",
  'VirtualService.spec.awsName':
    'The name that clients call, which is also the name in App Mesh, at most 255 characters without /. Default: <name>.<namespace> of the object.',

  meshRef:
    'The mesh of the object. Required only if several meshes select its namespace; a mesh that does not select it is not used.',
  'meshRef.name': 'The name of the Mesh.',
  'meshRef|virtualGatewayRef.uid':
    'The uid of the referenced object, as written by the App Mesh controller. It is ignored.',
  'virtualNodeRef|virtualServiceRef|virtualRouterRef|virtualGatewayRef.name': "The object's name.",
  'virtualNodeRef|virtualServiceRef|virtualRouterRef|virtualGatewayRef|backendGroups|virtualservices.namespace':
    'The namespace of the referenced object. Default: the namespace of this object.',

  virtualNodeRef: 'A VirtualNode of this cluster. Either this or virtualNodeARN.',
  virtualNodeARN: 'The ARN of a virtual node of the same mesh. Either this or virtualNodeRef.',
  virtualServiceRef: 'A VirtualService of this cluster. Either this or virtualServiceARN.',
  virtualServiceARN: 'The ARN of a virtual service of the same mesh. Either this or virtualServiceRef.',
  virtualRouterRef: 'A VirtualRouter of this cluster. Either this or virtualRouterARN.',
  virtualRouterARN: 'The ARN of a virtual router of the same mesh. Either this or virtualRouterRef.',

  matchLabels: 'Required labels and their values.',
  matchExpressions: 'Requirements on the labels, in addition to matchLabels. All must be met.',
  'matchExpressions.key': "The label's name.",
  'matchExpressions.operator':
    "In and NotIn compare the label's value with values; Exists and DoesNotExist check only whether the label is set.",
  'matchExpressions.values':
    'The values of In and NotIn, at least one. Must be empty with Exists and DoesNotExist.',

  'Mesh.spec.namespaceSelector':
    'Selects the namespaces whose objects belong to the mesh, by label. Absent selects none, empty selects all.',
  egressFilter: 'Whether pods may call destinations outside the mesh.',
  'egressFilter.type':
    'ALLOW_ALL allows any destination; DROP_ALL allows only the mesh and *.amazonaws.com. Default: DROP_ALL.',
  meshOwner:
    'The ID of the account that shares its mesh with this one, 12 digits. Such a mesh is used read-only.',
  meshServiceDiscovery: 'Service discovery of the virtual nodes in the mesh.',
  'meshServiceDiscovery.ipPreference':
    'The IP version used for service discovery. …_ONLY uses only this version, also in Cloud Map; …_PREFERRED falls back to the other. Default: chosen by App Mesh.',

  'VirtualService.spec.provider':
    'The provider that answers requests, a virtual node or a virtual router. Without a provider the service does not respond.',
  'provider.virtualNode': 'The virtual node that receives all requests.',
  'provider.virtualRouter': 'The virtual router that distributes the requests by its routes.',

  virtualservices: 'The virtual services of the group, at most 1000.',
  'virtualservices.name': 'The name of a VirtualService, or * for all of the namespace.',
} as const;
