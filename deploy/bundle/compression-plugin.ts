import { readFileSync, writeFileSync } from 'node:fs';
import { buffer } from 'node:stream/consumers';
import { unzipSync } from 'fflate';
import { ZipFile } from 'yazl';

/** The parts of osls that this plugin uses. */
interface Serverless {
  readonly service: {
    readonly functions: Readonly<Record<string, { readonly package?: { readonly artifact?: string } }>>;
  };
}

/** The earliest time of a zip: the same content gives the same zip. */
const mtime = new Date(1980, 0, 1);

/**
 * An osls plugin that compresses the functions' zips again: serverless-esbuild writes them at the fastest level, which makes
 * them an eighth larger, and every cold start downloads one.
 */
export default class CompressionPlugin {
  readonly hooks: Readonly<Record<string, () => Promise<void>>>;
  readonly #serverless: Serverless;

  constructor(serverless: Serverless) {
    this.#serverless = serverless;
    const compress = () => this.#compress();
    this.hooks = {
      'after:package:createDeploymentArtifacts': compress,
      'after:deploy:function:packageFunction': compress,
    };
  }

  async #compress(): Promise<void> {
    for (const { package: packed } of Object.values(this.#serverless.service.functions))
      if (packed?.artifact !== undefined)
        writeFileSync(packed.artifact, await recompressed(readFileSync(packed.artifact)));
  }
}

/** The same files, compressed as well as can be. */
async function recompressed(zip: Uint8Array): Promise<Uint8Array> {
  const file = new ZipFile();
  for (const [name, content] of Object.entries(unzipSync(zip)))
    file.addBuffer(Buffer.from(content), name, { mtime, mode: 0o100644, compressionLevel: 9 });
  file.end();
  return buffer(file.outputStream);
}
