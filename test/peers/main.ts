import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { playMesh } from './app-mesh-story.ts';
import { type Embedded, startEmbedded } from './embedded.ts';
import { buildPeer, isGoMissing, type Peer, peers, runPeer, startPeer, stopPeer } from './peer.ts';
import { until } from './until.ts';

/**
 * Runs clients that others wrote against the embedded services: `npm run test:peers -- [peer…]`. They know what AWS
 * accepts and answers, so that the embedded services cannot drift from it unnoticed.
 */
async function main(names: readonly string[]): Promise<void> {
  if (isGoMissing) return console.log('skipped: go is not on the PATH');
  const folder = mkdtempSync(join(tmpdir(), 'peers-'));
  try {
    for (const peer of peers) if (names.length === 0 || names.includes(peer)) await play(peer, folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function play(peer: Peer, folder: string): Promise<void> {
  const begunAtMs = performance.now();
  const program = buildPeer(peer, folder);
  const builtAtMs = performance.now();
  await using embedded = await startEmbedded();
  if (peer === 'app-mesh-controller') await playAppMeshController(program, embedded);
  else await playClient(peer, program, embedded);
  const seconds = (ms: number) => (ms / 1000).toFixed(1);
  console.log(
    `${peer}: built in ${seconds(builtAtMs - begunAtMs)} s, passed in ${seconds(performance.now() - builtAtMs)} s`,
  );
}

async function playClient(peer: Peer, program: string, embedded: Embedded): Promise<void> {
  if (peer === 'external-dns') await createNamespace(embedded, 'external-dns.local');
  await runPeer(program, embedded);
}

/** Ready before the client starts: external-dns lists the namespaces once. */
async function createNamespace({ cloudMap }: Embedded, Name: string): Promise<void> {
  cloudMap.handle('CreatePrivateDnsNamespace', { Name, Vpc: 'vpc-1' });
  await until(`the namespace ${Name}`, 1, () => cloudMap.snapshot().namespaces.length);
}

async function playAppMeshController(program: string, embedded: Embedded): Promise<void> {
  const controller = startPeer(program, embedded);
  try {
    await playMesh(embedded);
  } finally {
    await stopPeer(controller);
  }
}

await main(process.argv.slice(2));
