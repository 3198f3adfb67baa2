/**
 * Field numbers of the API's protobuf messages, `number name type`, from the generated.proto files of k8s.io/api and
 * k8s.io/apimachinery (release 1.32): the messages that kubectl's typed commands send (`create namespace`, `create
 * deployment`, `create configmap`, `auth can-i`, `drain`, …). `*` is a Go pointer, whose zero value is significant;
 * `[]` a list; `<>` a map of strings; `-` a known field that is ignored.
 */
const messages: Record<string, string> = {
  ObjectMeta:
    '1 name string, 2 generateName string, 3 namespace string, 4 selfLink string, 5 uid string, 6 resourceVersion string, 7 generation int, 8 creationTimestamp Time, 9 deletionTimestamp Time, 10 deletionGracePeriodSeconds *int, 11 labels <>string, 12 annotations <>string, 13 ownerReferences []OwnerReference, 14 finalizers []string, 17 managedFields -',
  OwnerReference:
    '1 kind string, 3 name string, 4 uid string, 5 apiVersion string, 6 controller *bool, 7 blockOwnerDeletion *bool',
  LabelSelector: '1 matchLabels <>string, 2 matchExpressions []LabelSelectorRequirement',
  LabelSelectorRequirement: '1 key string, 2 operator string, 3 values []string',
  DeleteOptions:
    '1 gracePeriodSeconds *int, 2 preconditions Preconditions, 3 orphanDependents *bool, 4 propagationPolicy *string, 5 dryRun []string',
  Preconditions: '1 uid *string, 2 resourceVersion *string',
  Namespace: '1 metadata ObjectMeta, 2 spec NamespaceSpec, 3 status -',
  NamespaceSpec: '1 finalizers []string',
  ConfigMap: '1 metadata ObjectMeta, 2 data <>string, 3 binaryData <>bytes, 4 immutable *bool',
  Secret: '1 metadata ObjectMeta, 2 data <>bytes, 3 type string, 4 stringData <>string, 5 immutable *bool',
  Service: '1 metadata ObjectMeta, 2 spec ServiceSpec, 3 status -',
  ServiceSpec:
    '1 ports []ServicePort, 2 selector <>string, 3 clusterIP string, 4 type string, 5 externalIPs []string, 7 sessionAffinity string, 8 loadBalancerIP string, 9 loadBalancerSourceRanges []string, 10 externalName string, 11 externalTrafficPolicy string, 12 healthCheckNodePort int, 13 publishNotReadyAddresses bool, 17 ipFamilyPolicy *string, 18 clusterIPs []string, 19 ipFamilies []string, 22 internalTrafficPolicy *string',
  ServicePort:
    '1 name string, 2 protocol string, 3 port int, 4 targetPort IntOrString, 5 nodePort int, 6 appProtocol *string',
  ServiceAccount:
    '1 metadata ObjectMeta, 2 secrets []ObjectReference, 3 imagePullSecrets []LocalObjectReference, 4 automountServiceAccountToken *bool',
  ObjectReference:
    '1 kind string, 2 namespace string, 3 name string, 4 uid string, 5 apiVersion string, 6 resourceVersion string, 7 fieldPath string',
  LocalObjectReference: '1 name string',
  Deployment: '1 metadata ObjectMeta, 2 spec DeploymentSpec, 3 status -',
  DeploymentSpec:
    '1 replicas *int, 2 selector LabelSelector, 3 template PodTemplateSpec, 4 strategy DeploymentStrategy, 5 minReadySeconds int, 6 revisionHistoryLimit *int, 7 paused bool, 9 progressDeadlineSeconds *int',
  DeploymentStrategy: '1 type string',
  PodTemplateSpec: '1 metadata ObjectMeta, 2 spec PodSpec',
  PodSpec:
    '2 containers []Container, 3 restartPolicy string, 4 terminationGracePeriodSeconds *int, 6 dnsPolicy string, 7 nodeSelector <>string, 8 serviceAccountName string, 9 serviceAccount string, 10 nodeName string, 11 hostNetwork bool, 12 hostPID bool, 13 hostIPC bool, 15 imagePullSecrets []LocalObjectReference, 16 hostname string, 17 subdomain string, 19 schedulerName string, 24 priorityClassName string',
  Container:
    '1 name string, 2 image string, 3 command []string, 4 args []string, 5 workingDir string, 6 ports []ContainerPort, 7 env []EnvVar, 8 resources ResourceRequirements, 13 terminationMessagePath string, 14 imagePullPolicy string, 16 stdin bool, 17 stdinOnce bool, 18 tty bool, 20 terminationMessagePolicy string',
  ContainerPort: '1 name string, 2 hostPort int, 3 containerPort int, 4 protocol string, 5 hostIP string',
  EnvVar: '1 name string, 2 value string',
  ResourceRequirements: '1 limits <>Quantity, 2 requests <>Quantity',
  Quantity: '1 string string',
  Time: '1 seconds *int, 2 nanos int',
  IntOrString: '1 type int, 2 intVal int, 3 strVal string',
  SelfSubjectAccessReview: '1 metadata ObjectMeta, 2 spec SelfSubjectAccessReviewSpec, 3 status -',
  SelfSubjectAccessReviewSpec:
    '1 resourceAttributes ResourceAttributes, 2 nonResourceAttributes NonResourceAttributes',
  ResourceAttributes:
    '1 namespace string, 2 verb string, 3 group string, 4 version string, 5 resource string, 6 subresource string, 7 name string',
  NonResourceAttributes: '1 path string, 2 verb string',
  SelfSubjectRulesReview: '1 metadata ObjectMeta, 2 spec SelfSubjectRulesReviewSpec, 3 status -',
  SelfSubjectRulesReviewSpec: '1 namespace string',
  Eviction: '1 metadata ObjectMeta, 2 deleteOptions DeleteOptions',
};

export interface ProtobufField {
  readonly name: string;
  readonly type: string;
  readonly shape: 'plain' | 'pointer' | 'list' | 'map' | 'ignored';
}

const shapes = { '*': 'pointer', '[]': 'list', '<>': 'map', '-': 'ignored', '': 'plain' } as const;

/** The fields of a message by number; undefined for an unsupported message. */
export function protobufFields(message: string): Map<number, ProtobufField> | undefined {
  const fields = messages[message]?.split(', ').map((field): [number, ProtobufField] => {
    const [number, name = '', declared = ''] = field.split(' ');
    const mark = (/^(\*|\[\]|<>|-)/.exec(declared)?.[0] ?? '') as keyof typeof shapes;
    return [Number(number), { name, type: declared.slice(mark.length), shape: shapes[mark] }];
  });
  return fields && new Map(fields);
}
