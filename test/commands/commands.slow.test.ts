import { describe, expect, it } from 'vitest';
import { findHelm } from '../tools/helm.ts';
import { commandFault, isUnchecked } from './command-faults.ts';
import { printedCommands } from './printed-commands.ts';
import { commandsIn } from './shell-commands.ts';

const all = printedCommands();
const distinct = [...Map.groupBy(all, ({ words }) => words.join(' '))].map(
  ([text, [first]]) => [text, first?.words ?? [], first?.path ?? ''] as const,
);

describe('the commands that people are given', () => {
  it('are found in documentation, in messages and in the notes of the chart', () => {
    const paths = new Set(all.map(({ path }) => path));
    expect(distinct.length).toBeGreaterThan(50);
    for (const path of ['README.md', 'docs/deployment.md', 'shared/model/kubernetes.ts'])
      expect(paths).toContain(path);
  });

  it.skipIf(findHelm().path === undefined)('are all found in the notes of the chart', () => {
    const verbs = all
      .filter(({ path }) => path === 'relay/chart/templates/NOTES.txt')
      .map(({ words }) =>
        words.filter((word) => /^[a-z-]+$/.test(word) && !word.startsWith('-')).slice(0, 4),
      );
    expect(verbs.map((words) => words.join(' '))).toEqual([
      'kubectl my-namespace rollout status',
      'kubectl my-namespace logs',
      'kubectl my-namespace get lease',
      'aws eks create-pod-identity-association production',
    ]);
  });

  it.each(distinct)('%s', (_, words, path) => {
    if (isUnchecked(words)) return;
    expect(commandFault(words), path).toBeNull();
  });
});

describe('the check of a command', () => {
  it.each([
    ['sls invoke -f resync'],
    ['kubectl get pods --al-namespaces'],
    ['kubectl apply -f deploy/nothing.yml'],
    ['aws servicediscovery discover-instance --service-name a'],
    ['aws servicediscovery discover-instances --service-name a'],
    ['aws lambda invoke --function-name a --payloud b out.json'],
    ['npm run nothing'],
    ['npm start -- --kubeconfg a'],
    ['npm run explain -- pd shop/front'],
    ['npx sls deploy --stge a'],
    ['npx vitest run test/nothing'],
    ['helm install a relay/chart --nmespace b'],
    ['eksctl create cluster'],
  ])('finds the mistake in %s', (text) => {
    const [words = []] = commandsIn(text);
    if (isUnchecked(words)) return;
    expect(commandFault(words)).not.toBeNull();
  });
});
