import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { someBlock } from '../../../playground/pods/addresses.ts';
import type { LocalPlace } from '../../../playground/pods/local-files.ts';
import { startEnvoy } from '../../../playground/pods/run-envoy.ts';
import { evaluate } from '../../../shared/mesh/routing/evaluate/evaluate.ts';
import type { Manifest as MeshManifest } from '../../mesh/harness/harness.ts';
import { directoryOf } from '../../mesh/plan/entries.ts';
import { type Case, gateway } from '../../routing/arbitrary/cases.ts';
import { meshRequest } from '../../routing/evaluate/evaluated.ts';
import type { Request } from '../../routing/request.ts';
import { differenceOf } from './compare.ts';
import { ask, Echoes } from './echo.ts';
import { type Merged, type MergedProxy, merged, proxyPlace } from './merge.ts';
import { onOtherPort } from './other-ports.ts';
import { translate } from './proxies.ts';

export interface Compared {
  readonly requests: number;
  readonly routed: number;
  /** Cases with an object that is not applied, whose last valid state would decide. */
  readonly refused: number;
  readonly differences: readonly string[];
}

/** By the sender: how it is called, and the name of its ConfigMap. */
const senders = {
  pod: { id: { kind: 'VirtualNode', namespace: 'shop', name: 'client' }, map: 'client.virtual-node' },
  gateway: { id: { kind: 'VirtualGateway', ...gateway }, map: `${gateway.name}.virtual-gateway` },
} as const;

interface Question {
  readonly from: keyof typeof senders;
  readonly request: Request;
  readonly proxy: MergedProxy;
  readonly directory: ReturnType<typeof directoryOf>;
}

/** Asks one running Envoy that has the proxies of all cases, and compares each answer with the evaluation. */
export async function compare(
  binary: string,
  cases: readonly Case[],
  fault: (text: string) => string = (text) => text,
): Promise<Compared> {
  const directory = mkdtempSync(join(tmpdir(), 'routes-'));
  const block = someBlock();
  const echoes = new Echoes();
  const questions: Question[] = [];
  const proxies: MergedProxy[] = [];
  let refused = 0;
  for (const each of cases) {
    const objects = directoryOf(...(each.manifests as readonly MeshManifest[]));
    const { files, problems } = translate(objects);
    if (problems.length > 0) {
      refused++;
      continue;
    }
    for (const from of ['pod', 'gateway'] as const) {
      const place = proxyPlace(block, proxies.length, directory);
      const proxy = {
        name: `p${proxies.length}`,
        files: faulty(files.get(senders[from].map) ?? {}, fault),
        place,
      };
      proxies.push(proxy);
      const own = each.requests.filter((asked) => asked.from === from);
      questions.push(...own.map(({ request }) => ({ from, request, proxy, directory: objects })));
    }
  }
  const { files, tables } = merged(proxies, echoes.socketOf);
  const shared: LocalPlace = proxyPlace(block, 60_000, directory);
  try {
    await using envoy = await startEnvoy({ binary, files, place: shared, logLevel: 'error' });
    const found = await inParallel(questions, 16, async (question) => differenceIn(question, tables));
    const rejected = envoy.lines.filter((line) => /rejected|Unable to/.test(line));
    return {
      requests: questions.length,
      routed: found.filter(({ isRouted }) => isRouted).length,
      refused,
      differences: [...rejected, ...found.flatMap(({ difference }) => difference ?? [])],
    };
  } finally {
    echoes.close();
  }
}

/** As if the translation had a fault. */
function faulty(files: Readonly<Record<string, string>>, fault: (text: string) => string) {
  return Object.fromEntries(Object.entries(files).map(([name, text]) => [name, fault(text)]));
}

async function differenceIn({ from, request, proxy, directory }: Question, tables: Merged['tables']) {
  const { id } = senders[from];
  const evaluation = evaluate(directory, meshRequest(id, request));
  const { outbound, pod } = proxy.place;
  const answer =
    (from === 'pod' ? onOtherPort(proxy.files, request) : undefined) ??
    (await ask(from === 'pod' ? outbound : pod, request));
  const difference = differenceOf(evaluation, answer, tables);
  const text = difference && `${proxy.name} ${from}: ${JSON.stringify(request)}\n${difference}`;
  return { isRouted: evaluation.outcome === 'Routed', difference: text };
}

async function inParallel<Item, Result>(
  items: readonly Item[],
  width: number,
  run: (item: Item) => Promise<Result>,
): Promise<readonly Result[]> {
  const results: Result[] = [];
  let next = 0;
  const worker = async () => {
    for (let at = next++; at < items.length; at = next++) results[at] = await run(items[at] as Item);
  };
  await Promise.all(Array.from({ length: width }, worker));
  return results;
}
