/**
 * Which part may import which. Imports run downwards only:
 *
 *   functions → shared/lambda → capabilities → shared/ports → shared/model
 *   shared/lambda/compose → shared/adapters → shared/ports → shared/model
 *   relay → shared/adapters/kubernetes → shared/model
 *
 * Among the capabilities: report → explain → sweep → mesh → service-entries → objects → pods, and each of them → pacing,
 * own-objects.
 * A mesh target is a folder of its own, shared/mesh/targets/<name>; only compose knows which there are.
 * Type-only imports count too: a type that a lower part needs belongs to it or below it.
 */
const capabilities = [
  'report',
  'explain',
  'sweep',
  'mesh',
  'service-entries',
  'objects',
  'pods',
  'pacing',
  'own-objects',
];

/** The part of a mesh target that calls its API. */
const targetAdapter = '^shared/mesh/targets/([^/]+)/adapter/';

/** A folder imports itself and what is allowed to it; nothing else of the project. */
function folderRule(folder, allowed) {
  return {
    name: `${folder.replace('/', '-')}-imports-downwards`,
    severity: 'error',
    comment: `${folder} may import itself and ${allowed.join(', ') || 'nothing else of the project'}.`,
    from: { path: `^${folder}/`, pathNot: targetAdapter },
    to: {
      path: '^(functions|shared|relay|packages|playground|deploy|translate|inject|explain|test)/',
      pathNot: [folder, ...allowed].map((path) => `^${path}(/|$)`),
    },
  };
}

const shared = (names) => names.map((name) => `shared/${name}`);

const downwards = [
  folderRule('functions', ['shared/lambda', ...shared(capabilities), 'shared/ports', 'shared/model']),
  folderRule('shared/lambda', ['shared/adapters', ...shared(capabilities), 'shared/ports', 'shared/model']),
  folderRule('shared/adapters', ['shared/ports', 'shared/model']),
  ...capabilities.map((name, depth) =>
    folderRule(`shared/${name}`, [...shared(capabilities.slice(depth + 1)), 'shared/ports', 'shared/model']),
  ),
  folderRule('shared/ports', ['shared/model']),
  folderRule('shared/model', []),
  folderRule('relay', ['shared/adapters/kubernetes', 'shared/model']),
  // The smoke test sends events as the relay does: by the relay's code.
  folderRule('deploy', ['shared/model', 'relay/watch/details\\.ts', 'relay/send/event-bus\\.ts']),
  folderRule('translate', ['shared/mesh', 'shared/model']),
  folderRule('inject', ['translate', 'shared/mesh', 'shared/pods', 'shared/model']),
  folderRule('explain', ['shared/model']),
];

const pure =
  '^shared/(model/|[a-z-]+/plan/|report/(view|client)/|mesh/routing/|mesh/(targets/[^/]+|objects-target)/(plan|stages|translate|check)/)';

module.exports = {
  forbidden: [
    ...downwards,
    {
      name: 'only-compose-knows-the-adapters',
      severity: 'error',
      comment:
        'compose builds the whole and is the only one to know all. (A batch is made of queue messages.)',
      from: { path: '^(functions|shared/lambda)/', pathNot: '^shared/lambda/compose/' },
      to: { path: '^shared/adapters/', pathNot: '^shared/adapters/aws/sqs/queue\\.ts$' },
    },
    {
      name: 'only-compose-knows-the-mesh-targets',
      severity: 'error',
      comment: 'The mesh is given its target. A new one changes its folder, the configuration and compose.',
      from: { path: '^(functions|relay|deploy|shared)/', pathNot: '^shared/(lambda/compose|mesh/targets)/' },
      to: { path: '^shared/mesh/targets/' },
    },
    {
      name: 'mesh-targets-know-not-each-other',
      severity: 'error',
      from: { path: '^shared/mesh/targets/([^/]+)/' },
      to: { path: '^shared/mesh/targets/', pathNot: '^shared/mesh/targets/$1/' },
    },
    {
      name: 'only-compose-knows-the-adapter-of-a-mesh-target',
      severity: 'error',
      comment: 'The rest of a target knows the interface of its API, so that tests can give it another one.',
      from: { path: '^shared/', pathNot: ['^shared/lambda/compose/', targetAdapter] },
      to: { path: targetAdapter },
    },
    {
      name: 'target-adapter-imports-downwards',
      severity: 'error',
      comment: 'The adapter of a mesh target may import its target, the adapters, the ports and the model.',
      from: { path: targetAdapter },
      to: {
        path: '^(functions|shared|relay|packages|playground|deploy|translate|inject|explain|test)/',
        pathNot: '^shared/(mesh/(mesh-target\\.ts$|targets/$1/)|adapters/|ports/|model/)',
      },
    },
    {
      name: 'plans-are-pure',
      severity: 'error',
      comment: 'A plan imports plans, the model and translations, never what does I/O.',
      from: { path: pure },
      to: { path: '^shared/', pathNot: [pure] },
    },
    {
      name: 'core-uses-no-node-module',
      severity: 'error',
      comment:
        'model and plans touch no clock and no environment. A hash is pure: node:crypto is let in; and node:vm, which ends a slow regular expression.',
      from: { path: pure },
      to: { dependencyTypes: ['core'], pathNot: '^(node:)?(crypto|vm)$' },
    },
    {
      name: 'core-uses-no-sdk',
      severity: 'error',
      comment: 'model and plans touch no SDK. (The types of its inputs are no code: one file exports them.)',
      from: { path: pure, pathNot: '/app-mesh-types\\.ts$' },
      to: { path: 'node_modules/(@aws-sdk|@smithy|@aws-lambda-powertools|@middy|@kubernetes)/' },
    },
    {
      name: 'embedded-services-stand-alone',
      severity: 'error',
      comment: 'The embedded services know nothing of the product; what they are to serve is given to them.',
      from: { path: '^packages/' },
      to: { path: '^(functions|shared|relay|playground|deploy|translate|inject|explain|test)/' },
    },
    {
      name: 'embedded-services-know-not-each-other',
      severity: 'error',
      from: { path: '^packages/([^/]+)/' },
      to: { path: '^packages/', pathNot: '^packages/($1|loopback)/' },
    },
    {
      name: 'embedded-services-are-for-the-playground-and-tests',
      severity: 'error',
      from: { path: '^(functions|shared|relay|deploy)/' },
      to: { path: '^(packages|playground|test)/' },
    },
    {
      name: 'playground-imports-no-test',
      severity: 'error',
      from: { path: '^playground/' },
      to: { path: '^test/' },
    },
    {
      name: 'shipped-code-uses-no-dev-dependency',
      severity: 'error',
      comment: 'What runs on AWS or in a cluster must be a dependency of its own.',
      from: { path: '^(functions|shared|relay)/', pathNot: '^relay/build\\.ts$' },
      to: { dependencyTypes: ['npm-dev'] },
    },
    {
      name: 'no-cycle',
      severity: 'error',
      comment: 'Not of types either: two files that need each other are two halves of one thing.',
      from: {},
      to: { circular: true },
    },
    {
      name: 'no-unresolvable',
      severity: 'error',
      comment: 'An import that cannot be found. (aws-lambda is a package of types only, @types/aws-lambda.)',
      from: {},
      to: { couldNotResolve: true, pathNot: '^aws-lambda$' },
    },
    {
      name: 'no-undeclared-package',
      severity: 'error',
      comment: 'A package that package.json does not name, there only because another one needs it.',
      from: {},
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown'] },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    // TypeScript 7 has no compiler API, so swc turns the sources into JavaScript. It keeps the imports of types.
    enhancedResolveOptions: {
      extensions: ['.ts', '.js'],
      exportsFields: ['exports'],
      conditionNames: ['node', 'import', 'types'],
    },
  },
};
