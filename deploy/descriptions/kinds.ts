/** The kinds, what most of them have alike, and the fields of the small ones. */
export const kinds = {
  Mesh: 'A mesh of App Mesh: it says which namespaces have their objects in it.',
  VirtualNode:
    'Pods that do the same, as App Mesh knows them: what they listen for, how they are found and what they call.',
  VirtualService: 'A name to call in the mesh, and who answers: a virtual node or a virtual router.',
  VirtualRouter: 'Shares requests out among virtual nodes, by its routes.',
  VirtualGateway: 'Proxies that let requests from outside into the mesh, by gateway routes.',
  GatewayRoute: 'Which of the requests to a virtual gateway go to which virtual service.',
  BackendGroup:
    'A list of virtual services that virtual nodes may call, under one name; it is nothing on AWS.',

  spec: 'What the resource in App Mesh should be.',
  'BackendGroup.spec': 'Which virtual services the group has.',

  awsName:
    "The resource's name in App Mesh, of up to 255 characters without /; by default <name>_<namespace> of the object.",
  'Mesh.spec.awsName':
    "The mesh's name in App Mesh, of up to 255 characters without /; by default the object's name.",
  'VirtualService.spec.awsName':
    "The name that clients call and App Mesh's name of it, of up to 255 characters without /; by default <name>.<namespace> of the object.",

  meshRef:
    'Which mesh the object is in; needed only where several select its namespace, and of no effect for a mesh that does not.',
  'meshRef.name': 'The name of the Mesh.',
  'meshRef|virtualGatewayRef.uid':
    'The uid of the object that is named, as the App Mesh controller wrote it; it is not compared.',
  'virtualNodeRef|virtualServiceRef|virtualRouterRef|virtualGatewayRef.name': "The object's name.",
  'virtualNodeRef|virtualServiceRef|virtualRouterRef|virtualGatewayRef|backendGroups|virtualservices.namespace':
    'The namespace of the object that is named; by default that of this object.',

  virtualNodeRef: 'A VirtualNode of this cluster; either this or virtualNodeARN.',
  virtualNodeARN: 'The ARN of a virtual node of the same mesh; either this or virtualNodeRef.',
  virtualServiceRef: 'A VirtualService of this cluster; either this or virtualServiceARN.',
  virtualServiceARN: 'The ARN of a virtual service of the same mesh; either this or virtualServiceRef.',
  virtualRouterRef: 'A VirtualRouter of this cluster; either this or virtualRouterARN.',
  virtualRouterARN: 'The ARN of a virtual router of the same mesh; either this or virtualRouterRef.',

  matchLabels: 'The labels that must be there, with their values.',
  matchExpressions: 'Conditions that the labels must all meet, beside matchLabels.',
  'matchExpressions.key': "The label's name.",
  'matchExpressions.operator':
    'In and NotIn compare the value with values; Exists and DoesNotExist ask for the label alone.',
  'matchExpressions.values': 'The values for In and NotIn, one at least; none with Exists and DoesNotExist.',

  'Mesh.spec.namespaceSelector':
    'Which namespaces have their objects in the mesh, by their labels; absent, none have, and empty, all.',
  egressFilter: 'Whether pods may call what is not in the mesh.',
  'egressFilter.type':
    'ALLOW_ALL lets them call anything; DROP_ALL, the default, only what is in the mesh and *.amazonaws.com.',
  meshOwner:
    'The account, of 12 digits, that shares its mesh with this one; such a mesh is used, but never changed.',
  meshServiceDiscovery: 'How the virtual nodes of the mesh are found.',
  'meshServiceDiscovery.ipPreference':
    'By which IP version pods are found: …_ONLY, which is also that of the address in Cloud Map, or …_PREFERRED, with the other in its absence; by default App Mesh chooses.',

  'VirtualService.spec.provider':
    'Who answers, a virtual node or a virtual router; without it nobody does yet.',
  'provider.virtualNode': 'The virtual node that answers all calls.',
  'provider.virtualRouter': 'The virtual router that shares the calls out by its routes.',

  virtualservices: 'The virtual services of the group; 1000 at most.',
  'virtualservices.name': 'The name of a VirtualService, or * for all of the namespace.',
} as const;
