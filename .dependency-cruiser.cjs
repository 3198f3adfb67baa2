/**
 * Which part may import which. Imports run downwards only:
 *
 *   functions → shared/runtime → shared/sync → shared/{aws,kubernetes,state} → shared/mesh → shared/plan → shared/model
 *   relay     → shared/kubernetes → shared/model
 *
 * (mesh stands on plan: who is in which mesh, and what a selector selects, is one rule for pods and for mesh resources.)
 * Type-only imports count too: a type that a lower part needs belongs to it or below it.
 */
const layers = [
  ['functions'],
  ['shared/runtime'],
  ['shared/sync'],
  ['shared/aws', 'shared/kubernetes', 'shared/state'],
  ['shared/mesh'],
  ['shared/plan'],
  ['shared/model'],
];

/** DynamoDB's errors are classified where those of all AWS services are: in one file. */
const exceptions = { 'shared/state': ['shared/aws/errors\\.ts'] };

/** A folder imports itself and what lies in a layer below its own; nothing else of the project. */
const downwards = layers.flatMap((layer, depth) =>
  layer.map((folder) => ({
    name: `${folder.replace('/', '-')}-imports-downwards`,
    severity: 'error',
    comment: `${folder} may import itself and the layers below it.`,
    from: { path: `^${folder}/` },
    to: {
      path: '^(functions|shared|relay|local|deploy|test)/',
      pathNot: [folder, ...layers.slice(depth + 1).flat(), ...(exceptions[folder] ?? [])].map(
        (allowed) => `^${allowed}(/|$)`,
      ),
    },
  })),
);

module.exports = {
  forbidden: [
    ...downwards,
    {
      name: 'relay-imports-kubernetes-and-model',
      severity: 'error',
      comment: 'The relay stays small: it shares the Kubernetes client and the event contract, nothing else.',
      from: { path: '^relay/' },
      to: {
        path: '^(functions|shared|local|deploy|test)/',
        pathNot: ['^shared/kubernetes/', '^shared/model/'],
      },
    },
    {
      name: 'deploy-imports-model',
      severity: 'error',
      comment: 'The deployment knows the form of clusters.yml, nothing else.',
      from: { path: '^deploy/' },
      to: { path: '^(functions|shared|relay|local|test)/', pathNot: '^shared/model/' },
    },
    {
      name: 'only-wire-knows-the-adapters',
      severity: 'error',
      comment:
        'wire.ts and those beside it build the whole and are the only ones to know all. (A batch is made of queue messages.)',
      from: { path: '^(functions|shared/runtime)/', pathNot: '^shared/runtime/wire[a-z-]*\\.ts$' },
      to: { path: '^shared/(aws|kubernetes|state)/', pathNot: '^shared/aws/queue\\.ts$' },
    },
    {
      name: 'sync-knows-no-adapter',
      severity: 'error',
      comment:
        'The use cases name the calls they need (shared/sync/ports.ts); wire.ts gives them who answers.',
      from: { path: '^shared/sync/' },
      to: { path: '^shared/(aws|kubernetes|state)/' },
    },
    {
      name: 'core-is-pure',
      severity: 'error',
      comment:
        'model, plan and mesh touch no SDK, no clock and no environment. A hash is pure: node:crypto is let in.',
      from: { path: '^shared/(model|plan|mesh)/' },
      to: { dependencyTypes: ['core'], pathNot: '^(node:)?crypto$' },
    },
    {
      name: 'core-uses-no-sdk',
      severity: 'error',
      comment:
        'model, plan and mesh touch no SDK. (The types of its inputs are no code: one file exports them.)',
      from: { path: '^shared/(model|plan|mesh)/', pathNot: '^shared/mesh/app-mesh-types\\.ts$' },
      to: { path: 'node_modules/(@aws-sdk|@smithy|@aws-lambda-powertools|@middy|@kubernetes)/' },
    },
    {
      name: 'local-is-for-tests',
      severity: 'error',
      comment: 'Only tests and benches import the embedded cloud; it imports no test.',
      from: { path: '^(functions|shared|relay|deploy)/' },
      to: { path: '^(local|test)/' },
    },
    {
      name: 'local-imports-no-test',
      severity: 'error',
      from: { path: '^local/' },
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
