/**
 * Words that must not come back, and what to write instead. The check applies to what is shipped and to the documentation.
 * The names of tests are not checked yet.
 */
export const checkedFiles: readonly string[] = [
  '*.md',
  'functions/*',
  'shared/*',
  'relay/*',
  'playground/*',
  'deploy/*',
  'examples/*',
  'packages/*/src/*',
  '*.yml',
];

interface Rule {
  readonly not: RegExp;
  readonly but: string;
}

const rules: readonly Rule[] = [
  {
    not: /\b(?:tell|tells|telling|told|untold)\b/i,
    but: 'receive, write, report, observe, record; oversized',
  },
  { not: /\b(?:put|puts|putting) aside\b|PutAside|putAside/, but: 'dead-letter' },
  { not: /\b(?:let|lets|letting) go\b|\bletGo\b/i, but: 'release' },
  { not: /\b(?:doubt|doubts|doubted)\b/i, but: 'invalidate' },
  { not: /\bsuspects?\b/i, but: 'instances to verify' },
  {
    not: /\b(?:World|Surroundings|Sides|Truth|Standing)\b/,
    but: 'dependencies, registration context, drift input, …',
  },
  { not: /\bsurroundings\b/, but: 'registration context' },
  { not: /\b(?:purse|purses)\b/i, but: 'token lease' },
  {
    not: /\b(?:Wish|Draw|Asking)\b|\bpatience\b/,
    but: 'token request, token grant, pending request, max wait',
  },
  { not: /\b(?:most|least|longest)[A-Z]\w*/, but: 'max…, min…' },
  // Also "origin" and "needs", but as words of prose these are plain English: a reviewer has to see them.
  { not: /\b(?:keeper|circumstances)\b|\bheld back\b/i, but: 'owner, inputs hash, blocked' },
  {
    not: /\b(?:hopes|misses|unbegun|untilOverdue)\b/,
    but: 'quota freed, saw drift, deferred, until deadline',
  },
  { not: /\.(?:again|room)\(/, but: 'reevaluate, wait for capacity' },
  {
    not: /\b(?:PlacedAgain|BusGuard|heapKeeper)\b/,
    but: 'node topology refresher, event bus monitor, GC scheduler',
  },
  { not: /\blooks?\b/i, but: 'check' },
  { not: /\b(?:Unread|healthUnread)\b|\b(?:interface|type) Reads\b/, but: 'read failures' },
  { not: /['`](?:gone|unseen|wrong attributes)['`]/, but: 'PodDeleted, PodNotObserved, AttributesDrifted' },
  { not: /\bMeshStore\b/, but: 'ClusterObjectStore' },
  { not: /\btrue about\b/i, but: 'in sync with' },
  { not: /\b(?:come|comes|coming) again\b/i, but: 'is retried' },
  { not: /\bin force\b/i, but: 'in effect' },
  { not: /\bWhat wants it\b/, but: 'Matching VirtualNodes and annotations' },
  { not: /\bnothing was ever\b/i, but: 'No … has been received' },
  { not: /\bsays? so yet\b/i, but: 'not yet written to the object' },
  { not: /\bnobody has\b/i, but: 'undefined until … exists' },
];

/** A table of old names has to name them: between these two lines anything goes. */
const exempt = /<!-- vocabulary: off -->[\s\S]*?<!-- vocabulary: on -->/g;

/** One line for each word that is found, with its place. */
export function vocabularyFaults(path: string, text: string): readonly string[] {
  const lines = text.replace(exempt, (part) => part.replace(/[^\n]/g, '')).split('\n');
  return lines.flatMap((line, index) =>
    rules.flatMap(({ not, but }) => {
      const [found] = not.exec(line) ?? [];
      return found === undefined ? [] : [`${path}:${index + 1}: "${found}"; expected ${but}`];
    }),
  );
}
